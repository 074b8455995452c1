"""Reads bytes as each text that they may stand for: escaped, encoded, or broken over lines."""

import binascii
import html
import re
import string
from collections.abc import Iterator

SMALL = 1 << 16
"""Bytes that are taken for text without a look."""
SHORTEST_RUN = 16
"""Characters of the shortest run without blanks that a larger piece with a secret has."""
LINES = 4
"""Over which a token may be broken."""
PASSES = 3
"""How many kinds of escapes may stand within one another, as those of JSON in HTML."""

_WORD = (string.ascii_letters + string.digits).encode()
_RUNS = bytes(ord("x") if byte in _WORD + b"_-.+/=:@%&#;\\" else ord(" ") for byte in range(256))
_NO_BASE64 = bytes(set(range(256)) - set(_WORD + b"+/-_"))
_NO_HEX = bytes(set(range(256)) - set(string.hexdigits.encode()))
_URL_SAFE = bytes.maketrans(b"-_", b"+/")
_BLANKS = b" \t\r\n\"'`,+\\>#|*"
"""What may stand between two parts of a text that is broken over lines."""
_INVISIBLE = re.compile("\xe2\x80[\x8b-\x8f]|\xe2\x81\xa0|\xc2\xad|\xef\xbb\xbf")
"""Characters without width, in UTF-8 read as Latin-1."""
_NUMBERED = (
    re.compile(r"\\(?:u\{?0{0,4}|U000000|x)([0-9a-fA-F]{2})\}?"),
    re.compile(r"%([0-9a-fA-F]{2})"),
    re.compile(r"=([2-7][0-9A-F])"),
)
"""Escapes of JSON and Python, of addresses, and of mails."""
_NAMED = (("\\n", "\n"), ("\\r", "\r"), ("\\t", "\t"), ("=\r\n", ""), ("=\n", ""))
_ESCAPED = re.compile(r"\\([^A-Za-z0-9\s])")
"""Punctuation behind a backslash, as in JSON and Markdown."""
_BREAK = re.compile(r"[\s\"',+\\>#|*]{0,40}\n[\s\"',+\\>#|*]{0,40}")


def has_text(piece: bytes) -> bool:
    """Whether any text of such a length as secrets have may stand in a piece of a file.

    This is as fast as reading; numbers of models have no such runs.
    """
    # Without zeros, UTF-16 and UTF-32 are as ASCII.
    return len(piece) <= SMALL or b"x" * SHORTEST_RUN in piece.translate(_RUNS, b"\0")


def texts_in(piece: bytes) -> Iterator[str]:
    """The texts that a piece of a file may stand for."""
    raw = piece.decode("latin-1")
    yield raw
    plain = _without_escapes(piece.translate(None, b"\0").decode("latin-1"))
    if plain != raw:
        yield plain
    for decoded in _decoded(plain.encode(errors="replace")):
        if has_text(decoded):
            yield decoded.translate(None, b"\0").decode("latin-1")


def joined(text: str, start: int, length: int) -> str:
    """A part of a text, with its lines joined."""
    return _BREAK.sub("", text[start : start + length], count=LINES - 1)


def squeezed(piece: bytes) -> bytes:
    """A piece without blanks and what else may stand at the ends of lines."""
    return piece.translate(None, b"\0" + _BLANKS)


def _without_escapes(text: str) -> str:
    for _ in range(PASSES):
        before = text
        for pattern in _NUMBERED:
            text = pattern.sub(_character, text)
        for escape, character in _NAMED:
            text = text.replace(escape, character)
        text = html.unescape(_ESCAPED.sub(r"\1", text))
        if text == before:
            break
    return _INVISIBLE.sub("", text)


def _character(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    return chr(code) if code < 0x80 else found[0]  # noqa: PLR2004 - the end of ASCII


def _decoded(piece: bytes) -> Iterator[bytes]:
    """What a piece is if it is base64 or hexadecimal, from whatever byte on."""
    base64 = piece.translate(_URL_SAFE, _NO_BASE64)
    for start in range(4):
        size = len(base64) - start
        # One character alone stands for nothing; what lacks at the end is filled up.
        whole = base64[start : start + size - (size % 4 == 1)]
        yield binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))
    digits = piece.translate(None, _NO_HEX)
    for start in range(2):
        yield binascii.unhexlify(digits[start : start + (len(digits) - start) // 2 * 2])
