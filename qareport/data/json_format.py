"""Writes and reads JSON files with a format number, and refuses any other content."""

from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from qareport.data.files import write_text
from qareport.errors import DataError

Data = TypeVar("Data")


@dataclass(frozen=True, slots=True)
class JsonFormat(Generic[Data]):
    """A kind of file: what it holds, its format number and its name."""

    kind: type[Data]
    number: int
    name: str
    """What people call such a file, as in "record of qareport"."""
    command: str
    """The command that writes such files."""


@dataclass(frozen=True, slots=True)
class _FormatHead:
    format: int


_HEAD = TypeAdapter(_FormatHead)


def numbered_json(value: Data, form: JsonFormat[Data]) -> str:
    """The value as indented JSON with a final newline."""
    return TypeAdapter(form.kind).dump_json(value, indent=2).decode() + "\n"


def write_numbered(value: Data, form: JsonFormat[Data], path: Path) -> None:
    """Writes the value to `path`, whole or not at all.

    Raises:
        OutputError: the file cannot be written.
    """
    write_text(path, numbered_json(value, form))


def read_numbered(path: Path, form: JsonFormat[Data]) -> Data:
    """The value that the file at `path` holds.

    Raises:
        DataError: the file is missing, holds something else, or has another format number.
    """
    try:
        content = path.read_bytes()
        found = _HEAD.validate_json(content).format
        if found == form.number:
            return TypeAdapter(form.kind).validate_json(content)
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror})") from error
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "the whole file"
        raise DataError(
            f"{path}: is not a {form.name} ({key}: {first['msg']}); write one with `{form.command}`"
        ) from error
    raise DataError(
        f"{path}: is a {form.name} of format {found}, but this qareport reads {form.number}; "
        f"run `{form.command}` again with this version"
    )
