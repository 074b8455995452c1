"""Identifies the model that answered, its tokenizer and the hardware."""

from dataclasses import dataclass

from qareport.data.ranges import Count
from qareport.errors import ModelError
from qareport.inference.engines.table import TORCH

HASH_DIGITS = 12
"""Of a hash, in sentences: enough to tell two models apart."""


@dataclass(frozen=True, slots=True)
class TokenizerIdentity:
    """The tokenizer of a model."""

    kind: str
    vocabulary_size: Count
    sha256: str
    """Hash of its whole definition, without its padding and truncation settings."""


@dataclass(frozen=True, slots=True)
class ModelIdentity:
    """A model, with all that is needed to find the same weights again."""

    name: str
    """Id on the Hub, or the folder as it was given."""
    revision: str | None
    """Commit on the Hub; None for a folder."""
    weights_sha256: str
    """Hash of the safetensors file, or of the names and hashes of its parts."""
    architecture: str
    parameters: Count
    tokenizer: TokenizerIdentity
    training_seed: int | None = None
    """Of the training that made the weights; None where it is not known."""


@dataclass(frozen=True, slots=True)
class Hardware:
    """The hardware that a model ran on, and how it ran."""

    device: str
    device_name: str
    dtype: str
    """Number format of the matrix products; weights and scores are float32."""
    batch_tokens: Count
    """Tokens of the largest batch, padding included."""
    engine: str = TORCH
    """Name of the engine that ran the model; records without it used torch."""


def require_weights(name: str, weights_sha256: str, recorded: ModelIdentity) -> None:
    """Requires that the model of this name, with these weights, is the one that was recorded.

    Raises:
        ModelError: it has other weights.
    """
    if weights_sha256 != recorded.weights_sha256:
        raise ModelError(
            f"{name}: its weights (SHA-256 {weights_sha256[:HASH_DIGITS]}) are not those that the "
            f"record states ({recorded.weights_sha256[:HASH_DIGITS]}); evaluate this model again, "
            "or put the recorded one back"
        )
