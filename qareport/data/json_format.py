"""Writes and reads JSON files with a format number, and refuses any other content."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import JsonValue, TypeAdapter, ValidationError

from qareport.data.files import write_text
from qareport.data.readers.json_file import read_standard_json
from qareport.errors import DataError

Data = TypeVar("Data")
Upgrade = Callable[[dict[str, JsonValue]], dict[str, JsonValue]]
SEAL = "sha256"
"""The key of a file's own hash."""


@dataclass(frozen=True, slots=True)
class JsonFormat(Generic[Data]):
    """A kind of file: what it holds, its format number and its name."""

    kind: type[Data]
    number: int
    name: str
    """What people call such a file, as in "record of qareport"."""
    command: str
    """That writes such files."""
    upgrades: Mapping[int, Upgrade] = field(default_factory=dict)
    """Turns content of an older format into content of this one, by the older number."""
    is_sealed: bool = False
    """Whether the file carries the hash of its own content."""


@dataclass(frozen=True, slots=True)
class _FormatHead:
    format: int


_HEAD = TypeAdapter(_FormatHead)
_OBJECT = TypeAdapter(dict[str, JsonValue])


def numbered_json(value: Data, form: JsonFormat[Data]) -> str:
    """The value as indented JSON with a final newline."""
    written = TypeAdapter(form.kind).dump_json(value, indent=2).decode()
    if form.is_sealed:
        content = json.loads(written)
        written = json.dumps({**content, SEAL: seal_of(content)}, indent=2, ensure_ascii=False)
    return written + "\n"


def json_schema(form: JsonFormat[Data]) -> str:
    """The JSON Schema of such files, ready for a file."""
    schema = TypeAdapter(form.kind).json_schema(mode="serialization")
    schema["properties"]["format"] = {"const": form.number}
    if form.is_sealed:
        words = seal_of.__doc__
        schema["properties"][SEAL] = {"type": "string", "description": words}
        schema["required"].append(SEAL)
    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    return json.dumps(dialect, indent=2) + "\n"


def seal_of(content: Mapping[str, JsonValue]) -> str:
    """SHA-256 of the content without its seal: as JSON, keys sorted, without blanks, in UTF-8."""
    unsealed = {key: value for key, value in content.items() if key != SEAL}
    text = json.dumps(unsealed, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def write_numbered(value: Data, form: JsonFormat[Data], path: Path) -> None:
    """Writes the value to `path`, whole or not at all.

    Raises:
        OutputError: the file cannot be written.
    """
    write_text(path, numbered_json(value, form))


def read_numbered(path: Path, form: JsonFormat[Data]) -> Data:
    """The value that the file at `path` holds.

    Raises:
        DataError: the file is missing, beyond a limit, holds something else, has a format number
            that is not known, or was changed after it was sealed.
    """
    text = read_standard_json(path, refusal=DataError)
    try:
        found = _HEAD.validate_json(text, strict=True).format
        if found == form.number:
            value = TypeAdapter(form.kind).validate_json(text, strict=True)
            if form.is_sealed:
                _require_seal(path, form, _OBJECT.validate_json(text))
            return value
        if found in form.upgrades:
            older = _OBJECT.validate_json(text)
            # The oldest files carry no hash.
            if form.is_sealed and SEAL in older:
                _require_seal(path, form, older)
            upgraded = form.upgrades[found](older)
            return TypeAdapter(form.kind).validate_json(json.dumps(upgraded), strict=True)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "the whole file"
        raise DataError(
            f"{path}: is not a {form.name} ({key}: {first['msg']}); write one with `{form.command}`"
        ) from error
    readable = ", ".join(str(number) for number in (*form.upgrades, form.number))
    raise DataError(
        f"{path}: is a {form.name} of format {found}, but this qareport reads {readable}; "
        f"run `{form.command}` again with this version"
    )


def _require_seal(path: Path, form: JsonFormat[Data], content: Mapping[str, JsonValue]) -> None:
    """Refuses content that is not what its seal was made of."""
    if content.get(SEAL) != seal_of(content):
        raise DataError(
            f"{path}: was changed after it was written ({SEAL!r} is not the hash of the rest); "
            f"run `{form.command}` again"
        )
