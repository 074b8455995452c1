"""Prints lines, documents and tables, in which nothing from outside steers the terminal."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from qareport.data.printable import one_line, printable

if TYPE_CHECKING:
    from pydantic import JsonValue
    from rich.console import RenderableType

_IS_QUIET = ContextVar("_IS_QUIET", default=False)


def print_table(*tables: "RenderableType") -> None:
    """Puts tables on standard output."""
    from qareport.report.console import TextConsole  # noqa: PLC0415 - rich is slow

    TextConsole().print(*tables)


def print_lines(*lines: str) -> None:
    """Puts lines on standard output, each whole, whatever stands in it."""
    print_text("".join(f"{one_line(line)}\n" for line in lines))


def print_remarks(*lines: str) -> None:
    """Puts lines on standard error, each whole, whatever stands in it."""
    sys.stderr.write("".join(f"{one_line(line)}\n" for line in lines))
    sys.stderr.flush()


def print_note(note: str) -> None:
    """Puts what a step of a command does on standard error, unless it is to be quiet."""
    if not is_quiet():
        print_remarks(f"Note: {note}")


def print_warning(warning: str) -> None:
    """Puts what makes results doubtful on standard error."""
    print_remarks(f"Warning: {warning}")


def print_json(document: "JsonValue") -> None:
    """Puts a document on standard output."""
    print_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n")


def print_text(text: str) -> None:
    """Puts a text of several lines on standard output, with its ends of lines as they are."""
    sys.stdout.write(printable(text))
    sys.stdout.flush()


@contextmanager
def quietly() -> Iterator[None]:
    """Leaves out progress and notes while the block runs."""
    before = _IS_QUIET.set(True)
    try:
        yield
    finally:
        _IS_QUIET.reset(before)


def is_quiet() -> bool:
    """Whether progress and notes are left out."""
    return _IS_QUIET.get()
