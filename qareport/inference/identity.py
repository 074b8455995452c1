"""Which model answered, with which tokenizer, and on what."""

from dataclasses import dataclass

from qareport.inference.engines.table import TORCH


@dataclass(frozen=True, slots=True)
class TokenizerIdentity:
    """Which tokenizer cut the texts."""

    kind: str
    vocabulary_size: int
    sha256: str
    """Hash of its whole definition, without its padding and truncation settings."""


@dataclass(frozen=True, slots=True)
class ModelIdentity:
    """Which model answered: enough to get the same weights again."""

    name: str
    """Id on the Hub, or the folder as it was given."""
    revision: str | None
    """Commit on the Hub; None for a folder."""
    weights_sha256: str
    """Hash of the safetensors file, or of the names and hashes of its parts."""
    architecture: str
    parameters: int
    tokenizer: TokenizerIdentity
    training_seed: int | None = None
    """Of the training that made the weights; None where it is not known."""


@dataclass(frozen=True, slots=True)
class Hardware:
    """Where and how the model ran."""

    device: str
    device_name: str
    dtype: str
    """Number format of the matrix products; weights and scores are float32."""
    batch_tokens: int
    """Tokens of the largest batch, padding included."""
    engine: str = TORCH
    """What ran the model; records without it are of torch."""
