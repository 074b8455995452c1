"""Runs the command line, and ends it in a sentence whatever happens."""

import gc
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from qareport.cli.ending import end, end_stopped
from qareport.cli.secrets import refuse_secrets
from qareport.cli.signals import Stopped, receiving_signals
from qareport.cli.streams import printing_safely
from qareport.errors import OutputError, UsageError

NEW_OBJECTS = 50_000
"""Between two searches for unreachable cycles of objects. Python's own 700 would take up to half of
the time in which a record is read, whose objects have no cycles."""


def run_guarded(words: Sequence[str]) -> None:
    """Runs the command line; ends the process with the exit code of what happened."""
    with receiving_signals() as received, printing_safely(words), _rarely_searching_cycles():
        try:
            _require_text(words)
            _require_current_folder()
            refuse_secrets(words)
            # Only now, since Ctrl-C may come while it is imported.
            from qareport.cli.commands import run

            run(words)
        except Stopped as stop:
            end_stopped(stop)
        except BaseException as error:
            # A library may have made another error of it, or nothing at all.
            if received:
                end_stopped(Stopped(received[-1]))
            if isinstance(error, SystemExit):
                raise
            end(error, words)


@contextmanager
def _rarely_searching_cycles() -> Iterator[None]:
    thresholds = gc.get_threshold()
    gc.set_threshold(NEW_OBJECTS, *thresholds[1:])
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)


def _require_current_folder() -> None:
    """Refuses to run in a folder that has been removed, from which no path leads anywhere.

    Raises:
        OutputError: it is gone.
    """
    try:
        Path.cwd()
    except OSError as error:
        raise OutputError(
            f"the current folder cannot be used ({error.strerror}); change to another one"
        ) from error


def _require_text(words: Sequence[str]) -> None:
    """Refuses arguments that no record, page or terminal could hold.

    Raises:
        UsageError: one is not UTF-8.
    """
    for word in words:
        try:
            word.encode()
        except UnicodeEncodeError as error:
            raise UsageError(
                f"{word}: is not in {sys.getfilesystemencoding()}, the encoding of this terminal; "
                "rename the file, or write the text in UTF-8"
            ) from error
