"""TOML that people write to a checked section, or to one sentence that says its fault."""

import tomllib
from collections.abc import Mapping, Sequence
from typing import TypeVar

from pydantic import ValidationError

from qareport.errors import SectionError
from qareport.section_keys import FIRST, nearest_keys
from qareport.sections import Section

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
