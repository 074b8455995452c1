"""Limits how deep files may nest and how long their numbers and strings are, before parsers run.

Parsers would take gigabytes for a few kilobytes of brackets, and end the process over a number of
thousands of digits.
The sentences hold for JSON, TOML and YAML alike; each begins after the file or the line.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from qareport.errors import QareportError

DEEPEST = 100
"""Lists and tables within one another; SQuAD JSON has eight, a card's model-index ten."""
LONGEST_NUMBER = 250
"""Characters after the sign; a whole number of so many fits a float, in base 16 too."""
LONGEST_EXPONENT = 4
"""Digits; parsers of decimal numbers fail at twenty."""
LONGEST_STRING = 1 << 24
"""Bytes in UTF-8."""
MOST_UNPACKED = 20
"""Times its packed size that text may take which is held in memory whole; SQuAD JSON takes five.
Objects made of text take up to 33 times as much."""
MOST_UNPACKED_ROWS = 128
"""Times its packed size that a table may take, of which few rows are in memory at a time: each line
repeats the context of its paragraph. Records take 25 times theirs."""
ALWAYS_UNPACKED = 1 << 20
"""Bytes that may be unpacked, however small the file."""

TOO_DEEP = f"is nested more than {DEEPEST} levels deep; make it flatter"
LONG_NUMBER = f"has a number of more than {LONGEST_NUMBER} characters; round it or put it in quotes"
LONG_EXPONENT = (
    f"has a number with an exponent of more than {LONGEST_EXPONENT} digits; "
    "round it or put it in quotes"
)
LONG_STRING = f"has a string of more than {LONGEST_STRING:,} bytes; shorten it"
LONE_SURROGATE = (
    "has half of a character (a lone surrogate), which nothing can print or write as UTF-8; "
    "write the whole character or delete it"
)

_ESCAPE = re.compile(rb"\\.", re.DOTALL)
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_LONE_SURROGATE = re.compile(
    rb"\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|(?P<lone>u[dD][89a-fA-F])|.)", re.DOTALL
)
# One pattern for both would take three times as long.
_LONG_NUMBER = re.compile(rb"[0-9][-+.0-9eE]{%d}" % LONGEST_NUMBER)
_LONG_EXPONENT = re.compile(rb"[eE][-+]?[0-9]{%d}" % (LONGEST_EXPONENT + 1))
_WHOLE_TOKENS = re.compile(rb'.*[^\\][\s,:"\[\]{}]', re.DOTALL)
"""All up to the last byte that is in no number, escape or character of several bytes."""
_STEPS: Mapping[int, int] = {**dict.fromkeys(b"[{", 1), **dict.fromkeys(b"]}", -1)}
_NO_BRACKETS = bytes(set(range(256)) - set(_STEPS))


def most_unpacked(packed_bytes: int, times: int = MOST_UNPACKED) -> int:
    """The bytes that may be unpacked of a file of so many bytes; no less than the file has."""
    return max(ALWAYS_UNPACKED, times * packed_bytes)


def too_much_unpacked(location: object, times: int) -> str:
    """The message about what unpacks to more than so many times the size of its file."""
    return (
        f"{location}: unpacks to more than {times} times the size of the file; "
        "unpack the file first, as with `gunzip`, and name the unpacked one"
    )


def checked_json(
    pieces: Iterable[bytes],
    path: Path,
    *,
    refusal: type[QareportError],
    first_line: int = 1,
    offset: int = 0,
) -> Iterator[str]:
    """The text of a JSON file, or of a part that starts at this line and byte, piece by piece.

    A piece is given away only after it was found to be within the limits.

    Raises:
        QareportError: as `refusal`: the bytes are not UTF-8, or the text is beyond a limit; the
            message names line and column.
    """
    scan = _Scan(path, refusal, first_line, offset)
    held: list[bytes] = []
    held_bytes = 0
    for piece in pieces:
        found = _WHOLE_TOKENS.match(piece)
        end = found.end() if found else 0
        if found:
            yield scan.check(b"".join([*held, piece[:end]]))
            held, held_bytes = [], 0
        held.append(piece[end:])
        held_bytes += len(piece) - end
        if held_bytes > LONGEST_STRING:
            raise scan.fault(b"", LONG_STRING)
    yield scan.check(b"".join(held))


@dataclass(slots=True)
class _Scan:
    """What is known of a JSON text up to the next piece, which begins with a whole token."""

    path: Path
    refusal: type[QareportError]
    line: int
    offset: int
    column: int = 1
    depth: int = 0
    string_bytes: int | None = None
    """Of the string that the next piece goes on with; None outside of strings."""

    def check(self, piece: bytes) -> str:
        """The next piece, which is within the limits, as text."""
        text = self._decoded(piece)
        plain = piece
        if b"\\" in piece:
            self._refuse_lone_surrogates(piece)
            plain = _ESCAPE.sub(b"__", piece)
        # Without escapes, every second part between quotes is a string.
        parts = plain.split(b'"')
        is_inside = self.string_bytes is not None
        self._check_outside(piece, parts, first=int(is_inside))
        self._check_open_string(piece, parts, is_inside=is_inside)
        self._advance(piece, text)
        return text

    def fault(self, before: bytes, sentence: str) -> QareportError:
        """The error at the end of these bytes of the next piece."""
        text = before.decode(errors="replace")
        line = self.line + text.count("\n")
        column = len(text) - text.rfind("\n") if "\n" in text else self.column + len(text)
        return self.refusal(f"{self.path}: line {line}, column {column} {sentence}")

    def _decoded(self, piece: bytes) -> str:
        try:
            return piece.decode()
        except UnicodeDecodeError as error:
            byte = self.offset + error.start
            sentence = f"{self.path}: byte {byte} is not UTF-8; save the file as UTF-8"
            raise self.refusal(sentence) from error

    def _refuse_lone_surrogates(self, piece: bytes) -> None:
        if _SURROGATE.search(piece):
            for escape in _LONE_SURROGATE.finditer(piece):
                if escape["lone"]:
                    raise self.fault(piece[: escape.start()], LONE_SURROGATE)

    def _check_outside(self, piece: bytes, parts: list[bytes], *, first: int) -> None:
        """Checks brackets and numbers, which stand in every second part from the first on."""
        outside = b'"'.join(parts[first::2])
        steps = list(map(_STEPS.__getitem__, outside.translate(None, _NO_BRACKETS)))
        is_deep = max(accumulate(steps, initial=self.depth)) > DEEPEST
        if is_deep or _LONG_NUMBER.search(outside) or _LONG_EXPONENT.search(outside):
            blanked = b'"'.join(
                part if number % 2 == first else b"_" * len(part)
                for number, part in enumerate(parts)
            )
            raise self._fault_outside(piece, blanked)
        self.depth += sum(steps)

    def _fault_outside(self, piece: bytes, blanked: bytes) -> QareportError:
        """The first fault in a piece; in `blanked` the strings of it are blanks."""
        depths = accumulate((_STEPS.get(byte, 0) for byte in blanked), initial=self.depth)
        deep = next((end - 1 for end, depth in enumerate(depths) if depth > DEEPEST), len(piece))
        found = [
            (fault.start(), sentence)
            for pattern, sentence in ((_LONG_NUMBER, LONG_NUMBER), (_LONG_EXPONENT, LONG_EXPONENT))
            if (fault := pattern.search(blanked))
        ]
        end, sentence = min([(deep, TOO_DEEP), *found])
        return self.fault(piece[:end], sentence)

    def _check_open_string(self, piece: bytes, parts: list[bytes], *, is_inside: bool) -> None:
        """Counts the bytes of the string that the piece ends in, if it does."""
        if len(parts) % 2 == int(is_inside):
            before = self.string_bytes or 0 if len(parts) == 1 else 0
            self.string_bytes = before + len(parts[-1])
            if self.string_bytes > LONGEST_STRING:
                raise self.fault(piece, LONG_STRING)
        else:
            self.string_bytes = None

    def _advance(self, piece: bytes, text: str) -> None:
        newlines = piece.count(b"\n")
        self.line += newlines
        self.column = len(text) - text.rfind("\n") if newlines else self.column + len(text)
        self.offset += len(piece)
