"""Ends every command with a sentence and an exit code, whatever happens in it."""

import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import NoReturn

from qareport.cli.signals import Stopped, receiving_signals
from qareport.cli.streams import escape_unprintable, open_closed_streams
from qareport.errors import ExitCode, QareportError, UsageError, explain

DEBUG = "--debug"
DEBUG_VARIABLE = "QAREPORT_DEBUG"


def main(arguments: list[str] | None = None) -> None:
    """Runs the command line; ends the process with the exit code of what happened."""
    open_closed_streams()
    escape_unprintable()
    words = sys.argv[1:] if arguments is None else arguments
    with receiving_signals() as received:
        try:
            _require_text(words)
            from qareport.cli.commands import run  # noqa: PLC0415 - Ctrl-C may come meanwhile

            run(words)
        except Stopped as stop:
            _end_stopped(stop)
        except (Exception, SystemExit) as error:
            # A library may have made another error of it, or nothing at all.
            if received:
                _end_stopped(Stopped(received[-1]))
            if isinstance(error, SystemExit):
                raise
            end(error, words)


def end(error: Exception, words: Sequence[str]) -> NoReturn:
    """Ends the process with the sentence and the exit code of an error."""
    shows_traceback = _wants_traceback(words, os.environ)
    if shows_traceback:
        traceback.print_exception(error)
    if isinstance(error, QareportError):
        _say(f"Error: {explain(error)}")
        sys.exit(error.exit_code)
    hint = "" if shows_traceback else f"; `qareport {DEBUG} ...` shows where it arose"
    _say(f"Error: {explain(error)}{hint}")
    sys.exit(ExitCode.FAILED)


def _end_stopped(stop: Stopped) -> NoReturn:
    _say(f"Stopped: {stop}")
    sys.exit(stop.exit_code)


def _say(sentence: str) -> None:
    # Where nobody can read it, the exit code is left.
    with suppress(OSError):
        sys.stderr.write(f"{sentence}\n")


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


def _wants_traceback(words: Sequence[str], environment: Mapping[str, str]) -> bool:
    """Whether tracebacks are shown: `--debug` stands before the command, or the variable is set."""
    return words[:1] == [DEBUG] or environment.get(DEBUG_VARIABLE, "") not in {"", "0"}
