"""Checks tables of TOML that people write, and lists all keys that they may have."""

import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from types import UnionType
from typing import Annotated, Literal, TypeVar, get_args, get_origin

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic.fields import FieldInfo

from qareport.data.limits import (
    DEEPEST,
    LONG_NUMBER,
    LONG_STRING,
    LONGEST_NUMBER,
    LONGEST_STRING,
    TOO_DEEP,
)
from qareport.data.secrets import kind_of_secret
from qareport.data.typed_numbers import shown
from qareport.errors import SectionError

Text = Annotated[str, Field(min_length=1)]


class Section(BaseModel):
    """A table that people write; it is frozen and refuses unknown keys."""

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
"""What pydantic calls an unknown key."""
PLAIN_WORDS: Mapping[str, str] = {
    "missing": "is missing",
    "model_type": "must be a table",
    "string_too_short": "must not be empty",
    "string_type": "must be text; put it in quotes",
    "too_short": "must not be empty",
    "tuple_type": "must be an array, as in [1, 2]",
}
"""Plain words for faults that pydantic words for programmers, by its names for them."""
NUMBER_FAULTS = ("finite", "float", "greater", "int", "less")
"""With what pydantic's names for faults of numbers begin."""

_TOML_TOKEN = re.compile(
    rf"""
    (?P<number>(?<![-+.\w])[-+]?\d[-+.:\w]{{{LONGEST_NUMBER}}})
    | (?P<keys>(?:(?:[-\w]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){{{DEEPEST}}})
    | (?P<opening>[\[{{]) | (?P<closing>[\]}}])
    | \"""(?:[^\\"]++|\\.|"(?!""))*+"{{0,5}} | \'\'\'(?:[^']++|'(?!''))*+'{{0,5}}
    | "(?:[^"\\\n]|\\.)*+"? | '[^'\n]*+'? | \#[^\n]*+ | [-\w]++
    """,
    re.DOTALL | re.VERBOSE,
)
"""What matters of TOML; strings, comments and names are taken whole, lest their insides count."""
_TOML_FAULTS: Mapping[str, str] = {"number": LONG_NUMBER, "keys": TOO_DEEP}
SectionType = TypeVar("SectionType", bound=Section)


def parse_toml(text: str) -> Mapping[str, object]:
    """The tables in a TOML text, which may begin with a byte order mark.

    Raises:
        SectionError: it is beyond a limit or not valid TOML, or holds a secret, which records and
            cards made of it would hold too; the message says where.
    """
    plain = text.removeprefix("\ufeff")
    _refuse_excess(plain)
    _refuse_secrets(plain)
    try:
        return tomllib.loads(plain)
    except ValueError as error:
        raise SectionError(f"is not valid TOML ({error})") from error


def _refuse_excess(text: str) -> None:
    """Refuses TOML that is nested too deep, or has a number or string that is too long."""
    depth = 0
    for token in _TOML_TOKEN.finditer(text):
        depth += (token.lastgroup == "opening") - (token.lastgroup == "closing")
        is_long = len(token[0]) > LONGEST_STRING
        fault = TOO_DEEP if depth > DEEPEST else _TOML_FAULTS.get(token.lastgroup or "")
        if fault or is_long:
            line = text.count("\n", 0, token.start()) + 1
            raise SectionError(f"line {line} {fault or LONG_STRING}")


def _refuse_secrets(text: str) -> None:
    # A private key has several lines, and its first one says what it is.
    for number, line in enumerate(text.splitlines(), start=1):
        if kind := kind_of_secret(line):
            raise SectionError(f"line {number} holds {kind}; remove it")


def check_section(kind: type[SectionType], table: object) -> SectionType:
    """The table as a section of that kind.

    Raises:
        SectionError: a key or value is wrong; the message names the first one.
    """
    try:
        return kind.model_validate(table)
    except ValidationError as error:
        raise SectionError(_first_fault(kind, error)) from error


def _first_fault(kind: type[Section], error: ValidationError) -> str:
    """A sentence about the first unknown key, which may be a misspelt one, else the first fault."""
    faults = error.errors()
    unknown = next((fault["loc"] for fault in faults if fault["type"] == UNKNOWN), None)
    if unknown is not None:
        path = _path([FIRST if isinstance(key, int) else key for key in unknown])
        guesses = " or ".join(repr(guess) for guess in nearest_keys(kind, path))
        return f"unknown key {_path(unknown)!r}; did you mean {guesses}?"
    fault = faults[0]
    fault_text = PLAIN_WORDS.get(fault["type"], fault["msg"].removeprefix("Value error, "))
    if fault["type"].startswith(NUMBER_FAULTS):
        fault_text = f"{fault_text}, not {shown(fault['input'])}"
    key = _path(fault["loc"])
    return f"{key}: {fault_text}" if key else fault_text


def _path(keys: Sequence[int | str]) -> str:
    return ".".join(str(key) for key in keys)


FIRST = "0"
"""Index of the first table in an array of tables, as in data.train.0.source."""
TYPO_SIMILARITY = 0.8
"""Names that are at least this similar, from 0 to 1, are taken for misspellings of each other."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a section, or a table of keys."""

    path: str
    """Such as "data.train.0.source": what `--set` takes."""
    meaning: str
    default: str | None
    """In TOML; None for tables and for keys without a default."""
    is_required: bool
    is_unset: bool
    """Whether the default is None, which means nothing is set."""
    choices: Callable[[], tuple[str, ...]]
    """All allowed values, where the key takes one of a few words; listed on demand."""


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
    """The known keys that an unknown one may be a misspelling of; at least one.

    A similar name in the same table, or else every key with the most similar name anywhere.
    """
    known = [key.path for key in all_keys(section)]
    table, _, name = path.rpartition(".")
    here = [_name(each) for each in known if each.rpartition(".")[0] == table]
    for like in get_close_matches(name, here, n=1, cutoff=TYPO_SIMILARITY):
        return (f"{table}.{like}" if table else like,)
    (likest,) = get_close_matches(name, map(_name, known), n=1, cutoff=0.0)
    return tuple(each for each in known if _name(each) == likest)


def _changed(section: Section, prefix: str, defaults: Mapping[str, object]) -> Iterator[str]:
    """Changed keys of a section; `defaults` go before those of its class."""
    for name, field in type(section).model_fields.items():
        value = dict(section)[name]
        usual = defaults.get(name, field.get_default(call_default_factory=True))
        if isinstance(value, Section):
            inner = dict(usual) if isinstance(usual, Section) else {}
            yield from _changed(value, f"{prefix}{name}.", inner)
        elif value != usual:
            yield prefix + name


def _name(path: str) -> str:
    return path.rpartition(".")[2]


def _keys_of(section: type[Section], prefix: str, defaults: Mapping[str, object]) -> Iterator[Key]:
    """Keys of a section; `defaults` go before those of its class."""
    for name, field in section.model_fields.items():
        path = prefix + name
        default = defaults.get(name, field.get_default(call_default_factory=True))
        below = _section_in(field.annotation)
        yield _key(path, field, default=default, is_table=below is not None)
        if below is not None:
            inner = dict(default) if isinstance(default, Section) else {}
            index = f"{FIRST}." if get_origin(field.annotation) is tuple else ""
            yield from _keys_of(below, f"{path}.{index}", inner)


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
