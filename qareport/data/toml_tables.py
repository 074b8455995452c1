"""Checks tables of TOML that people write, and lists all keys that they may have."""

import json
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from types import UnionType
from typing import Annotated, Literal, TypeVar, get_args, get_origin

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic.fields import FieldInfo

from qareport.errors import SectionError

Text = Annotated[str, Field(min_length=1)]


class Section(BaseModel):
    """A table that people write: frozen, and every key is one that it names."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


@dataclass(frozen=True, slots=True)
class OneOf:
    """Checks a name against a table, which is looked at no earlier than it is needed."""

    table: Callable[[], Mapping[str, str]]
    """The names, each with what it means."""

    def __call__(self, name: str) -> str:
        """The name itself.

        Raises:
            ValueError: the table does not have it.
        """
        known = self.table()
        if name not in known:
            *others, last = map(repr, known)
            raise ValueError(f"Input should be {', '.join(others)} or {last}")
        return name

    def choices(self) -> tuple[str, ...]:
        """Each name with what it means, in brackets."""
        return tuple(f"{name} ({meaning})" for name, meaning in self.table().items())


UNKNOWN = "extra_forbidden"
"""What pydantic calls a key that is none."""
PLAIN_WORDS: Mapping[str, str] = {
    "missing": "is missing",
    "model_type": "must be a table",
    "string_too_short": "must not be empty",
    "string_type": "must be text; put it in quotes",
    "too_short": "must not be empty",
    "tuple_type": "must be an array, as in [1, 2]",
}
"""For faults that pydantic tells in words of Python, by its names for them."""

SectionType = TypeVar("SectionType", bound=Section)


def parse_toml(text: str) -> Mapping[str, object]:
    """The tables of a text.

    Raises:
        SectionError: it is no TOML; the message says where.
    """
    try:
        return tomllib.loads(text)
    # Numbers of thousands of digits and brackets nested as deep end in errors of Python's own.
    except (ValueError, RecursionError) as error:
        raise SectionError(f"is no TOML ({error})") from error


def check_section(kind: type[SectionType], said: object) -> SectionType:
    """What was said, as a section of that kind.

    Raises:
        SectionError: it is none; the message tells its first fault, and where.
    """
    try:
        return kind.model_validate(said)
    except ValidationError as error:
        raise SectionError(_first_fault(kind, error)) from error


def _first_fault(kind: type[Section], error: ValidationError) -> str:
    """The first unknown key, which may be why another is missing, or else the first fault."""
    faults = error.errors()
    unknown = next((fault["loc"] for fault in faults if fault["type"] == UNKNOWN), None)
    if unknown is not None:
        path = _path([FIRST if isinstance(key, int) else key for key in unknown])
        guesses = " or ".join(repr(guess) for guess in nearest_keys(kind, path))
        return f"unknown key {_path(unknown)!r}; did you mean {guesses}?"
    fault = faults[0]
    said = PLAIN_WORDS.get(fault["type"], fault["msg"].removeprefix("Value error, "))
    place = _path(fault["loc"])
    return f"{place}: {said}" if place else said


def _path(keys: Sequence[int | str]) -> str:
    return ".".join(str(key) for key in keys)


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
    choices: Callable[[], tuple[str, ...]]
    """All values that there are, where they are words; listed when they are asked for."""


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
    is_set = default is not None and not field.is_required()
    return Key(
        path=path,
        meaning=field.description or "",
        default=json.dumps(default) if is_set and not is_table else None,
        is_required=field.is_required(),
        is_unset=default is None,
        choices=_choices(field),
    )


def _choices(field: FieldInfo) -> Callable[[], tuple[str, ...]]:
    if get_origin(field.annotation) is Literal:
        return partial(get_args, field.annotation)
    checks = (mark.func for mark in field.metadata if isinstance(mark, AfterValidator))
    tables = (check.choices for check in checks if isinstance(check, OneOf))
    return next(tables, tuple)


def _section_in(annotation: object) -> type[Section] | None:
    """The section in `Section`, `Section | None` or `tuple[Section, ...]`."""
    if isinstance(annotation, type) and not get_args(annotation):
        return annotation if issubclass(annotation, Section) else None
    wraps = get_origin(annotation) in {tuple, UnionType, Annotated}
    inner = (_section_in(each) for each in get_args(annotation)) if wraps else ()
    return next((each for each in inner if each is not None), None)


def _line(key: Key) -> str:
    choices = key.choices()
    meaning = f"{key.meaning} One of {', '.join(choices)}." if choices else key.meaning
    if key.default is not None:
        return f"{key.path} = {key.default}  # {meaning}"
    marks = ((" (required)", key.is_required), (" (unset)", key.is_unset))
    mark = next((mark for mark, holds in marks if holds), "")
    return f"# {key.path}{mark}: {meaning}"
