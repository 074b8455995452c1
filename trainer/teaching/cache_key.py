"""Identifies all that determines a teacher's logits, and names what differs."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import transformers

from qareport.inference.engines.engine import Engine, TorchEngine
from qareport.inference.loading.models import LoadedModel
from trainer.windows import TrainingWindow

FORMAT = 1
"""Of the key, the files, and the code that makes windows and batches; raised when one changes."""
STORAGE_DTYPE = "float16"
CHANGING_SETTINGS = ("_name_or_path", "transformers_version")
"""Settings of where a configuration came from; all others change logits."""


@dataclass(frozen=True, slots=True)
class CacheKey:
    """Everything that determines the stored logits of a teacher."""

    format: int
    windows_sha256: str
    """Hash of ids, token ids and type ids in order: whatever changes windows changes it."""
    weights_sha256: str
    config_sha256: str | None
    """Hash of the configuration; None for an engine that is not a transformers model."""
    tokenizer_sha256: str
    padding_id: int
    padded_length: int | None
    """Tokens that every window is padded to; None for the longest of its batch."""
    storage_dtype: str
    compute_dtype: str
    attention: str
    """Implementation of attention, or the kind of an engine that is not a transformers model."""
    transformers: str
    """Version of the package that holds the models' code."""

    def digest(self) -> str:
        """SHA-256 of the whole key, in hexadecimal."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


def cache_key(
    teacher: LoadedModel, windows: Sequence[TrainingWindow], *, length: int | None = None
) -> CacheKey:
    """The key of the teacher's logits for the windows, padded to `length` or the longest."""
    return CacheKey(
        format=FORMAT,
        windows_sha256=_windows_sha256(windows),
        weights_sha256=teacher.identity.weights_sha256,
        config_sha256=_config_sha256(teacher.engine),
        tokenizer_sha256=teacher.identity.tokenizer.sha256,
        padding_id=padding_id(teacher),
        padded_length=length,
        storage_dtype=STORAGE_DTYPE,
        compute_dtype=teacher.hardware.dtype,
        attention=_attention(teacher.engine),
        transformers=transformers.__version__,
    )


def padding_id(teacher: LoadedModel) -> int:
    """The token id that fills windows up; any does for a tokenizer without one."""
    return teacher.tokenizer.pad_token_id or 0


def differing_fields(one: CacheKey, other: CacheKey) -> tuple[str, ...]:
    """Names of the fields in which the keys differ."""
    values, others = asdict(one), asdict(other)
    return tuple(name for name in values if values[name] != others[name])


def _windows_sha256(windows: Sequence[TrainingWindow]) -> str:
    digest = hashlib.sha256()
    for window in windows:
        # Id and count in quotes and brackets mark where numbers end, so no two lists hash alike.
        digest.update(json.dumps([window.id, len(window.token_ids)]).encode())
        digest.update(window.token_ids.astype("<i4", copy=False).tobytes())
        digest.update(window.type_ids.astype("<i4", copy=False).tobytes())
    return digest.hexdigest()


def _config_sha256(engine: Engine) -> str | None:
    if not isinstance(engine, TorchEngine):
        return None
    settings = engine.model.config.to_dict()
    deciding = {name: value for name, value in settings.items() if name not in CHANGING_SETTINGS}
    return hashlib.sha256(json.dumps(deciding, sort_keys=True).encode()).hexdigest()


def _attention(engine: Engine) -> str:
    if not isinstance(engine, TorchEngine):
        return type(engine).__name__
    # The model has no public name for the implementation that it was loaded with.
    return str(engine.model.config._attn_implementation)  # noqa: SLF001
