"""Ends the process with a sentence on standard error and the exit code of what happened."""

import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import NoReturn

from qareport.cli.signals import Stopped
from qareport.data.printable import one_line
from qareport.data.secrets import hide_all_secrets
from qareport.errors import ExitCode, QareportError, explain

DEBUG = "--debug"
DEBUG_VARIABLE = "QAREPORT_DEBUG"
LIST_ITEM = "\n- "
"""What begins the lines of a sentence that ends in a list; no other ends of lines are ours."""


def end(error: BaseException, words: Sequence[str]) -> NoReturn:
    """Ends the process with the sentence and the exit code of an error."""
    shows_traceback = _wants_traceback(words, os.environ)
    if shows_traceback:
        traceback.print_exception(error)
    if isinstance(error, QareportError):
        _say(f"Error: {explain(error, hide_all_secrets)}")
        sys.exit(error.exit_code)
    hint = "" if shows_traceback else f"; `qareport {DEBUG} ...` shows where it arose"
    _say(f"Error: {explain(error, hide_all_secrets)}{hint}")
    sys.exit(ExitCode.FAILED)


def end_stopped(stop: Stopped) -> NoReturn:
    """Ends the process with what is left, and the exit code of the signal."""
    notes = vars(stop).get("__notes__", ())
    _say(f"Stopped: {'; '.join(notes) or stop}")
    sys.exit(stop.exit_code)


def _wants_traceback(words: Sequence[str], environment: Mapping[str, str]) -> bool:
    """Whether tracebacks are shown: `--debug` stands before the command, or the variable is set."""
    return words[:1] == [DEBUG] or environment.get(DEBUG_VARIABLE, "") not in {"", "0"}


def _say(sentence: str) -> None:
    lines = map(one_line, sentence.split(LIST_ITEM))
    # Where nobody can read it, the exit code is left.
    with suppress(OSError):
        sys.stderr.write(f"{LIST_ITEM.join(lines)}\n")
