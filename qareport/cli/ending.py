"""Ends the process with a sentence on standard error and the exit code of what happened."""

import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import NoReturn

from qareport.cli.signals import Stopped
from qareport.data.secrets import hide_all_secrets
from qareport.errors import ExitCode, QareportError, explain

DEBUG = "--debug"
DEBUG_VARIABLE = "QAREPORT_DEBUG"


def end(error: Exception, words: Sequence[str]) -> NoReturn:
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
    _say(f"Stopped: {stop}")
    sys.exit(stop.exit_code)


def _wants_traceback(words: Sequence[str], environment: Mapping[str, str]) -> bool:
    """Whether tracebacks are shown: `--debug` stands before the command, or the variable is set."""
    return words[:1] == [DEBUG] or environment.get(DEBUG_VARIABLE, "") not in {"", "0"}


def _say(sentence: str) -> None:
    # Where nobody can read it, the exit code is left.
    with suppress(OSError):
        sys.stderr.write(f"{sentence}\n")
