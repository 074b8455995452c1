"""Reads JSON files, plain or gzip, and names every fault in one sentence."""

import gzip
import json
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from io import BufferedReader
from pathlib import Path
from types import NoneType

from qareport.data.files import refuse_special
from qareport.data.limits import MOST_UNPACKED, checked_json, most_unpacked, too_much_unpacked
from qareport.errors import DataError, QareportError

GZIP_MAGIC = b"\x1f\x8b"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
PIECE_BYTES = 1 << 16
ByteStream = BufferedReader | gzip.GzipFile
_STRING_OR_CONSTANT = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|(?P<constant>-?Infinity|NaN)')
JSON_TYPES = {
    bool: "a boolean",
    int: "a whole number",
    float: "a decimal number",
    Decimal: "a decimal number",
    str: "a string",
    list: "a list",
    dict: "an object",
    NoneType: "null",
}


@contextmanager
def unpacked(path: Path, *, refusal: type[QareportError]) -> Iterator[ByteStream]:
    """The bytes of a file without gzip and byte order mark.

    Raises:
        QareportError: as `refusal`: the file cannot be opened, read or unpacked.
    """
    refuse_special(path, refusal=refusal)
    try:
        with path.open("rb") as packed:
            # Not by the name: browsers and proxies unpack files and leave ".gz" where it was.
            is_gzip = packed.peek(len(GZIP_MAGIC)).startswith(GZIP_MAGIC)
            stream = gzip.GzipFile(fileobj=packed) if is_gzip else packed
            if stream.peek(len(BYTE_ORDER_MARK)).startswith(BYTE_ORDER_MARK):
                stream.read(len(BYTE_ORDER_MARK))
            yield stream
    except FileNotFoundError as error:
        raise refusal(f"{path}: not found; check the path") from error
    except IsADirectoryError as error:
        raise refusal(f"{path}: is a folder; name a file in it") from error
    # These come before OSError, of which a bad gzip file is one.
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        sentence = f"{path}: the gzip data is cut off or damaged; get or write the file again"
        raise refusal(sentence) from error
    except OSError as error:
        sentence = f"{path}: cannot be read ({error.strerror or error}); check the file's rights"
        raise refusal(sentence) from error


def read_json(path: Path, *, refusal: type[QareportError]) -> object:
    """The value in a JSON file.

    Raises:
        QareportError: as `refusal`: the file cannot be read, is beyond a limit, or is not JSON
            with unique keys.
    """
    return parse_json("".join(json_pieces(path, refusal=refusal)), path, refusal=refusal)


def json_pieces(path: Path, *, refusal: type[QareportError]) -> Iterator[str]:
    """The text of a JSON file, of which one piece is in memory at a time.

    Raises:
        QareportError: as `refusal`: the file cannot be read, is not UTF-8, or is beyond a limit.
    """
    with unpacked(path, refusal=refusal) as stream:
        yield from checked_json(_limited_pieces(stream, path, refusal), path, refusal=refusal)


def _limited_pieces(
    stream: ByteStream, path: Path, refusal: type[QareportError]
) -> Iterator[bytes]:
    """The pieces of a file, unless they are far more than the file has packed."""
    left = most_unpacked(path.stat().st_size)
    while piece := stream.read(PIECE_BYTES):
        left -= len(piece)
        if left < 0:
            raise refusal(too_much_unpacked(path, MOST_UNPACKED))
        yield piece


def read_standard_json(path: Path, *, refusal: type[QareportError]) -> str:
    """The text of a JSON file by the standard, which has no NaN and no infinities.

    Raises:
        QareportError: as `refusal`: the file cannot be read, is beyond a limit, or is not JSON
            with unique keys.
    """
    text = "".join(json_pieces(path, refusal=refusal))
    parse_json(text, path, refusal=refusal)
    for found in _STRING_OR_CONSTANT.finditer(text):
        if found["constant"]:
            position = position_in(text, found.start())
            fault = f"{found['constant']} is not a number of JSON"
            raise refusal(f"{path}: not valid JSON at {position} ({fault}); write null or a number")
    return text


def parse_json(
    text: str, path: Path, *, refusal: type[QareportError], first_line: int = 1
) -> object:
    """The value in checked JSON text that starts at line `first_line` of the file.

    Raises:
        QareportError: as `refusal`: the text is not JSON, or an object has a key twice.
    """

    def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
        value = dict(pairs)
        if len(value) < len(pairs):
            raise refusal(duplicate_key_sentence(path, _first_repeated(pairs)))
        return value

    try:
        return json.loads(text, object_pairs_hook=unique)
    except json.JSONDecodeError as error:
        position = position_in(text, error.pos, first_line=first_line)
        sentence = f"{path}: not valid JSON at {position} ({error.msg}); {_json_remedy(error)}"
        raise refusal(sentence) from error


def position_in(text: str, index: int, *, first_line: int = 1) -> str:
    """The line and column, both from 1, of a character of a text."""
    line = first_line + text.count("\n", 0, index)
    column = index - text.rfind("\n", 0, index)
    return f"line {line}, column {column}"


def require_object(value: object, location: str, *, remedy: str) -> Mapping[str, object]:
    """The same value, if it is a JSON object.

    Raises:
        DataError: it is something else.
    """
    if not isinstance(value, dict):
        raise DataError(f"{location} is {json_type(value)}, not an object; {remedy}")
    return value


def duplicate_key_sentence(location: object, key: str) -> str:
    """The message about a repeated key, of which parsers silently keep one."""
    return f"{location}: an object has the key {key!r} twice; keep one of them"


def json_type(value: object) -> str:
    """The JSON type of a value in words, with its article."""
    return JSON_TYPES.get(type(value), f"a {type(value).__name__}")


def _first_repeated(pairs: list[tuple[str, object]]) -> str:
    """The first key that occurs more than once."""
    return next(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)


def _json_remedy(error: json.JSONDecodeError) -> str:
    """How to mend text that cannot be parsed."""
    if error.msg == "Extra data":
        return "delete what follows it; if every line holds one question, name the file .jsonl"
    return "the file may be cut off: get or write it again"
