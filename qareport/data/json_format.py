"""Writes and reads JSON files with a format number, and refuses any other content."""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import JsonValue, TypeAdapter, ValidationError

from qareport.data.files import write_text
from qareport.data.own_key import own_key
from qareport.data.readers.json_file import read_standard_json
from qareport.errors import DataError, OutputError

Data = TypeVar("Data")
Upgrade = Callable[[dict[str, JsonValue]], dict[str, JsonValue]]
SEAL = "sha256"
"""The key of a file's own hash."""
MARK = "mark"
"""The key by which a file shows who wrote it."""


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
    """Whether the file carries the hash of its own content, and may carry its writer's mark."""


@dataclass(frozen=True, slots=True)
class _FormatHead:
    format: int


_HEAD = TypeAdapter(_FormatHead)
_OBJECT = TypeAdapter(dict[str, JsonValue])
_ANY: TypeAdapter[JsonValue] = TypeAdapter(JsonValue)


def numbered_json(value: Data, form: JsonFormat[Data], *, is_own: bool = False) -> str:
    """The value as indented JSON with a final newline; sealed, and marked as the user's own."""
    written = TypeAdapter(form.kind).dump_json(value, indent=2).decode()
    if form.is_sealed:
        content = json.loads(written)
        if is_own and (mark := mark_of(content)):
            content[MARK] = mark
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
        schema["properties"][MARK] = {"type": "string", "description": mark_of.__doc__}
    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    return json.dumps(dialect, indent=2) + "\n"


def seal_of(content: Mapping[str, JsonValue]) -> str:
    """SHA-256 of the content without its seal: as JSON, keys sorted, without blanks, in UTF-8."""
    text = _canonical(content, without={SEAL})
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def mark_of(content: Mapping[str, JsonValue]) -> str | None:
    """HMAC-SHA256 by the user's key of the same text without seal and mark; None without a key."""
    try:
        key = own_key()
    except (DataError, OutputError):
        # A finished record is worth more than its mark; who asks for the key is told why.
        return None
    return key.digest(MARK, _canonical(content, without={SEAL, MARK}))


def has_own_mark(content: Mapping[str, JsonValue]) -> bool:
    """Whether the content is as somebody with the user's key wrote it."""
    stated, found = content.get(MARK), mark_of(content)
    return (
        isinstance(stated, str)
        and found is not None
        and hmac.compare_digest(stated.encode(), found.encode())
    )


def write_numbered(
    value: Data, form: JsonFormat[Data], path: Path, *, is_own: bool = False
) -> None:
    """Writes the value to `path`, whole or not at all, marked as the user's own if it is.

    Raises:
        OutputError: the file cannot be written.
    """
    write_text(path, numbered_json(value, form, is_own=is_own))


def is_own_file(path: Path) -> bool:
    """Whether the JSON object in a file has the mark of the user's key.

    Raises:
        DataError: the file cannot be read, is beyond a limit, or is not JSON.
    """
    content = _ANY.validate_json(read_standard_json(path, refusal=DataError))
    return isinstance(content, dict) and has_own_mark(content)


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


def _canonical(content: Mapping[str, JsonValue], *, without: AbstractSet[str]) -> str:
    """The content as JSON without some keys, in the one form that hashes are made of."""
    kept = {key: value for key, value in content.items() if key not in without}
    return json.dumps(kept, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _require_seal(path: Path, form: JsonFormat[Data], content: Mapping[str, JsonValue]) -> None:
    """Refuses content that is not what its seal was made of."""
    if content.get(SEAL) != seal_of(content):
        raise DataError(
            f"{path}: was changed after it was written ({SEAL!r} is not the hash of the rest); "
            f"run `{form.command}` again"
        )
