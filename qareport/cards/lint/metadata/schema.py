"""Lists the metadata keys that the Hub knows and the kind of value of each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from qareport.cards.text.front_matter import KeyPath

EACH = "*"
"""In a pattern, every index of a list."""


class Kind(StrEnum):
    """What may stand under a key, in the Hub's words."""

    TEXT = "must be a string"
    TEXT_OR_LIST = "must be one of [array, string]"
    LIST = "must be an array"
    TABLE = "must be of type object"
    ANYTHING = "is required"


@dataclass(frozen=True, slots=True)
class HubKey:
    """A key of the metadata, or every entry of a list."""

    pattern: tuple[str, ...]
    kind: Kind
    is_required: bool = False
    """In a table that is there."""


@dataclass(frozen=True, slots=True)
class FoundValue:
    """A value of the metadata, or a key without one."""

    path: KeyPath
    value: object


_RESULT = ("model-index", EACH, "results", EACH)
_DATASET = (*_RESULT, "dataset")
_METRIC = (*_RESULT, "metrics", EACH)
_TEXTS = (
    *("license", "license_name", "license_link", "library_name", "pipeline_tag", "thumbnail"),
    *("base_model_relation", "new_version", "date", "version"),
)
_LISTS = ("datasets", "metrics", "tags", "buckets")
_TEXTS_OR_LISTS = ("language", "base_model")

HUB_KEYS: Sequence[HubKey] = (
    *(HubKey((key,), Kind.TEXT) for key in _TEXTS),
    *(HubKey((key,), Kind.LIST) for key in (*_LISTS, "widget", "model-index")),
    *(HubKey((key,), Kind.TEXT_OR_LIST) for key in _TEXTS_OR_LISTS),
    *(HubKey((key, EACH), Kind.TEXT) for key in (*_LISTS, *_TEXTS_OR_LISTS)),
    HubKey(("model-index", EACH), Kind.TABLE),
    HubKey(("model-index", EACH, "name"), Kind.TEXT, is_required=True),
    HubKey(("model-index", EACH, "results"), Kind.LIST, is_required=True),
    HubKey(_RESULT, Kind.TABLE),
    HubKey((*_RESULT, "task"), Kind.TABLE, is_required=True),
    HubKey((*_RESULT, "task", "type"), Kind.TEXT, is_required=True),
    HubKey((*_RESULT, "task", "name"), Kind.TEXT),
    HubKey(_DATASET, Kind.TABLE, is_required=True),
    HubKey((*_DATASET, "type"), Kind.TEXT, is_required=True),
    HubKey((*_DATASET, "name"), Kind.TEXT, is_required=True),
    *(HubKey((*_DATASET, key), Kind.TEXT) for key in ("config", "split", "revision")),
    HubKey((*_RESULT, "metrics"), Kind.LIST, is_required=True),
    HubKey(_METRIC, Kind.TABLE),
    HubKey((*_METRIC, "type"), Kind.TEXT, is_required=True),
    HubKey((*_METRIC, "value"), Kind.ANYTHING, is_required=True),
    *(HubKey((*_METRIC, key), Kind.TEXT) for key in ("name", "config", "verifyToken")),
    HubKey((*_RESULT, "source"), Kind.TABLE),
    HubKey((*_RESULT, "source", "url"), Kind.TEXT, is_required=True),
    HubKey((*_RESULT, "source", "name"), Kind.TEXT),
)


def values_at(values: object, pattern: Sequence[str], path: KeyPath = ()) -> Iterator[FoundValue]:
    """The values that stand where the pattern says."""
    if not pattern:
        yield FoundValue(path, values)
    elif pattern[0] == EACH:
        for index, value in enumerate(values if isinstance(values, list) else ()):
            yield from values_at(value, pattern[1:], (*path, index))
    elif isinstance(values, Mapping) and pattern[0] in values:
        yield from values_at(values[pattern[0]], pattern[1:], (*path, pattern[0]))


def everything_in(values: object, path: KeyPath = ()) -> Iterator[FoundValue]:
    """Every value of the metadata that is neither a table nor a list."""
    if isinstance(values, Mapping):
        for key, value in values.items():
            yield from everything_in(value, (*path, str(key)))
    elif isinstance(values, list):
        for index, value in enumerate(values):
            yield from everything_in(value, (*path, index))
    else:
        yield FoundValue(path, values)


def spell(path: KeyPath) -> str:
    """A path as the Hub writes it, such as `model-index[0].name`."""
    words = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path)
    return words.removeprefix(".")
