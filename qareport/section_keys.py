"""A section of TOML to all keys that it may have, with their defaults and meanings."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from types import UnionType
from typing import Annotated, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from qareport.sections import Section

FIRST = "0"
"""Place of the first table in an array of them, as in data.train.0.source."""
SLIP = 0.8
"""From this likeness on, one name is taken for a slip of the pen in another."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a section, or a table of keys."""

    path: str
    """Such as "data.train.0.source": what `--set` takes."""
    meaning: str
    default: str | None
    """As TOML; None of a table, and of a key without one."""
    is_required: bool
    is_unset: bool
    """Whether nothing is meant where the recipe does not have it."""
    choices: tuple[str, ...]
    """All values that there are, where they are words."""


def all_keys(section: type[Section]) -> tuple[Key, ...]:
    """Every key and table of a section, each table before its keys."""
    return tuple(_keys_of(section, "", {}))


def key_lines(section: type[Section]) -> tuple[str, ...]:
    """A line for each key and table, in TOML that repeats the defaults."""
    return tuple(_line(key) for key in all_keys(section))


def changed_keys(section: Section) -> tuple[str, ...]:
    """The keys of a section, and of the tables in it, that are not at their defaults, in order."""
    return tuple(_changed(section, "", {}))


def nearest_keys(section: type[Section], path: str) -> tuple[str, ...]:
    """The keys that somebody may have meant by an unknown one; at least one.

    One of like name in the same table, or else all of the likest name anywhere.
    """
    known = [key.path for key in all_keys(section)]
    table, _, name = path.rpartition(".")
    here = [_name(each) for each in known if each.rpartition(".")[0] == table]
    for like in get_close_matches(name, here, n=1, cutoff=SLIP):
        return (f"{table}.{like}" if table else like,)
    (likest,) = get_close_matches(name, map(_name, known), n=1, cutoff=0.0)
    return tuple(each for each in known if _name(each) == likest)


def _changed(section: Section, prefix: str, defaults: Mapping[str, object]) -> Iterator[str]:
    """Changed keys of a section; `defaults` are those that stand for it as a whole."""
    for name, field in type(section).model_fields.items():
        said = dict(section)[name]
        usual = defaults.get(name, field.get_default(call_default_factory=True))
        if isinstance(said, Section):
            inner = dict(usual) if isinstance(usual, Section) else {}
            yield from _changed(said, f"{prefix}{name}.", inner)
        elif said != usual:
            yield prefix + name


def _name(path: str) -> str:
    return path.rpartition(".")[2]


def _keys_of(section: type[Section], prefix: str, defaults: Mapping[str, object]) -> Iterator[Key]:
    """Keys of a section; `defaults` are those that stand for the section as a whole."""
    for name, field in section.model_fields.items():
        path = prefix + name
        default = defaults.get(name, field.get_default(call_default_factory=True))
        below = _section_in(field.annotation)
        yield _key(path, field, default=default, is_table=below is not None)
        if below is not None:
            inner = dict(default) if isinstance(default, Section) else {}
            place = f"{FIRST}." if get_origin(field.annotation) is tuple else ""
            yield from _keys_of(below, f"{path}.{place}", inner)


def _key(path: str, field: FieldInfo, *, default: object, is_table: bool) -> Key:
    is_literal = get_origin(field.annotation) is Literal
    is_set = default is not None and not field.is_required()
    return Key(
        path=path,
        meaning=field.description or "",
        default=json.dumps(default) if is_set and not is_table else None,
        is_required=field.is_required(),
        is_unset=default is None,
        choices=get_args(field.annotation) if is_literal else (),
    )


def _section_in(annotation: object) -> type[Section] | None:
    """The section in `Section`, `Section | None` or `tuple[Section, ...]`."""
    if isinstance(annotation, type) and not get_args(annotation):
        return annotation if issubclass(annotation, Section) else None
    wraps = get_origin(annotation) in {tuple, UnionType, Annotated}
    inner = (_section_in(each) for each in get_args(annotation)) if wraps else ()
    return next((each for each in inner if each is not None), None)


def _line(key: Key) -> str:
    meaning = f"{key.meaning} One of {', '.join(key.choices)}." if key.choices else key.meaning
    if key.default is not None:
        return f"{key.path} = {key.default}  # {meaning}"
    marks = ((" (required)", key.is_required), (" (unset)", key.is_unset))
    mark = next((mark for mark, holds in marks if holds), "")
    return f"# {key.path}{mark}: {meaning}"
