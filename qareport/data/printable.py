"""Makes characters visible that steer a terminal or hide in a text, instead of printing them."""

import json
import os
import re
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import TextIOBase
from pathlib import Path
from typing import TextIO

from typing_extensions import override

_STEERING = (
    # Control characters, but for tabs and ends of lines.
    r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
    # What is not drawn: soft hyphens, marks and overrides of direction, further breaks of lines,
    # spaces without width, annotations, tags, and halves of characters.
    r"\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff\ud800-\udfff"
)
_HIDDEN = re.compile(
    # Between two drawn characters, of which one is not ASCII, a joiner belongs to the spelling.
    rf"[{_STEERING}]|\r(?!\n)"
    r"|(?<![^\s\u200c\u200d])[\u200c\u200d]|[\u200c\u200d](?![^\s\x00-\x7f\u200c\u200d])"
)
_MOVES = re.compile(r"\r|(?:\x1b\[A)+\Z")
"""With what a progress bar returns to the start of its line, or to the bars above."""

_IN_LINE = str.maketrans({"\r": r"\r", "\n": r"\n", "\t": r"\t"})

_COMMAND = re.compile(r"^([ \t]*):(?=:)|#(?=#\[)", re.MULTILINE)
"""What GitHub Actions obeys in a log: `::set-output` at the start of a line, `##[group]` anywhere.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""


def printable(text: str) -> str:
    r"""The text with what is not drawn as `\u202e`, which JSON reads as before.

    Tabs and ends of lines stay; nothing changes when it is done again.
    """
    return text if text.isascii() and text.isprintable() else _HIDDEN.sub(_escape, text)


def one_line(text: str) -> str:
    r"""The same in one line: its ends of lines are `\n` and `\r`, and its tabs `\t`."""
    return printable(text).translate(_IN_LINE)


class ShowingStream(TextIOBase, ABC):
    """A stream that prints what is written to it as it is to be shown.

    It has no `buffer`, past which a library might print.
    """

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    @abstractmethod
    def shown(self, text: str) -> str:
        """A text, or a part of a line, as the stream prints it."""

    @override
    def write(self, text: str, /) -> int:
        self.stream.write(self.shown(text))
        return len(text)

    @override
    def flush(self) -> None:
        self.stream.flush()

    @override
    def writable(self) -> bool:
        return True

    @override
    def isatty(self) -> bool:
        return self.stream.isatty()

    @override
    def fileno(self) -> int:
        return self.stream.fileno()

    @property
    @override
    def encoding(self) -> str:  # type: ignore[override]  # typeshed has it as a field
        return self.stream.encoding

    @property
    @override
    def errors(self) -> str | None:  # type: ignore[override]  # likewise
        return self.stream.errors


class PrintableStream(ShowingStream):
    """A stream that prints in printable characters."""

    def __init__(self, stream: TextIO, *, is_obeyed: bool = False) -> None:
        super().__init__(stream)
        self.is_obeyed = is_obeyed
        """Whether GitHub Actions reads what is printed."""

    @override
    def write(self, text: str, /) -> int:
        moves = _MOVES.match(text)
        end = moves.end() if moves else 0
        self.stream.write(text[:end] + self.shown(text[end:]))
        return len(text)

    @override
    def shown(self, text: str) -> str:
        shown = printable(text)
        return _COMMAND.sub(_escape_command, shown) if self.is_obeyed else shown

    @property
    def rich_proxied_file(self) -> TextIO:
        """The stream below, where Rich puts its colours and moves of the cursor."""
        return self.stream


@contextmanager
def printable_streams() -> Iterator[None]:
    """Has all that Python prints during the block printed in printable characters."""
    is_obeyed = os.environ.get("GITHUB_ACTIONS") == "true"
    with showing(lambda stream: PrintableStream(stream, is_obeyed=is_obeyed)):
        yield


@contextmanager
def showing(wrap: Callable[[TextIO], ShowingStream]) -> Iterator[None]:
    """Has all that Python prints during the block pass streams that are made by `wrap`."""
    before = sys.stdout, sys.stderr
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        # A stream that is closed is None.
        during = wrap(sys.stdout or nowhere), wrap(sys.stderr or nowhere)
        sys.stdout, sys.stderr = during
        try:
            yield
        finally:
            # Where the reader of a pipe has gone, Typer has put what is silent in its place.
            if sys.stdout is during[0]:
                sys.stdout = before[0]
            if sys.stderr is during[1]:
                sys.stderr = before[1]


def _escape_command(found: re.Match[str]) -> str:
    return f"{found[1]}\\u003a" if found[1] is not None else "\\u0023"


def _escape(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1]
