"""Compares the configuration of a model with what its weight files hold, before it is built."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import JsonValue, TypeAdapter, ValidationError

from qareport.data.files import read_text
from qareport.errors import ModelError
from qareport.inference.loading.weight_files import StoredTensors

CONFIG = "config.json"
OTHER_WEIGHTS = "transformers_weights"
"""The key, at any depth, by which a configuration names other files with weights."""
SHARED_LAYERS = 4
"""Layers for each tensor that are believed: ALBERT's share theirs, and parts may be fused."""


@dataclass(frozen=True, slots=True)
class _Limit:
    """Counts of a configuration that no model goes beyond."""

    keys: re.Pattern[str]
    least: int
    most: int


_OBJECT = TypeAdapter(dict[str, JsonValue])


def check_configuration(name: str, folder: Path, stored: StoredTensors) -> None:
    """Refuses a configuration that claims more layers, heads or labels than the weights can have.

    Raises:
        DataError: it cannot be read.
        ModelError: it does, names other weights, or is not a JSON object.
    """
    limits = (
        _Limit(re.compile(r"(layers?|groups?)$"), 0, SHARED_LAYERS * stored.tensors),
        _Limit(re.compile(r"heads?$"), 1, stored.longest),
        _Limit(re.compile(r"labels$"), 0, stored.longest),
    )
    for key, value in _settings(_read_configuration(name, folder / CONFIG)):
        if key == OTHER_WEIGHTS:
            raise ModelError(
                f"{name}: {CONFIG} names other weights by {key!r}, which are not hashed; "
                "remove the key, or save the model again with save_pretrained"
            )
        if not isinstance(value, int) or isinstance(value, bool):
            continue
        for limit in limits:
            if limit.keys.search(key) and not limit.least <= value <= limit.most:
                raise ModelError(
                    f"{name}: {CONFIG} has {key} {value}, which does not go with the "
                    f"{stored.tensors} tensors {stored.where}; get both from one source again"
                )


def key_of(folder: Path, value: object) -> str | None:
    """The key of a configuration that has this value; None if none has."""
    settings = _settings(_read_configuration(str(folder), folder / CONFIG))
    return next((key for key, other in settings if other == value), None)


def _read_configuration(name: str, path: Path) -> object:
    try:
        return _OBJECT.validate_json(read_text(path))
    except ValidationError as error:
        raise ModelError(
            f"{name}: {path.name} is not a JSON object ({error.errors()[0]['msg']}); "
            "get it again, or save the model again with save_pretrained"
        ) from error


def _settings(value: object) -> Iterator[tuple[str, object]]:
    """All keys with their values, at any depth."""
    if isinstance(value, dict):
        yield from value.items()
        for inner in value.values():
            yield from _settings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _settings(inner)
