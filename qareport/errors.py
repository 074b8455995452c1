"""Defines the errors that can stop qareport, the exit codes, and the sentence about any error.

QareportError                  1   something stopped the work
├── UsageError                 2   options that contradict each other or are out of range
├── DataError                  1   data that cannot be read, or whose findings forbid scoring it
├── PredictionsError           1   predictions or no-answer values that cannot be scored
│   └── MissingPredictionsError
├── ModelError                 1   a model that is refused
├── LostProcessError           1   a worker process that ended or hangs
├── EngineError                1   an engine that is not installed, or cannot run a model
├── OutputError                1   a path that results cannot be written to
├── DrawingError               1   pictures that cannot be drawn; all else is written
├── SectionError               1   TOML tables with wrong keys or values
├── PublishError               1   something that cannot be published, or that the Hub refuses
│   ├── StalePlanError             the repository has changed since the plan
│   └── UnreachableError           the Hub does not answer, or may not be asked
├── CheckError                 3   a check that did not hold
└── UncheckedError             4   a check in which nothing could be checked
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches
from enum import IntEnum
from typing import ClassVar

SHOWN_IDS = 3
SHOWN_CHARACTERS = 300


class ExitCode(IntEnum):
    """How a command ended, as the shell is told."""

    WELL = 0
    FAILED = 1
    WRONG_USAGE = 2
    DID_NOT_HOLD = 3
    NOTHING_CHECKED = 4
    # What shells add to the number of the signal that ended a command is 128.
    HANGUP = 129
    INTERRUPTED = 130
    TERMINATED = 143


EXIT_CODES: Mapping[ExitCode, str] = {
    ExitCode.WELL: "all went well",
    ExitCode.FAILED: "something failed",
    ExitCode.WRONG_USAGE: "wrong usage",
    ExitCode.DID_NOT_HOLD: "a check did not hold",
    ExitCode.NOTHING_CHECKED: "nothing could be checked",
    ExitCode.HANGUP: "the terminal was closed (SIGHUP)",
    ExitCode.INTERRUPTED: "Ctrl-C (SIGINT)",
    ExitCode.TERMINATED: "told to end (SIGTERM)",
}
"""What each exit code means; no command ends with another one."""

REMEDIES: Mapping[type[BaseException], str] = {
    UnicodeError: "write names and texts in UTF-8",
    MemoryError: "take less at once, or a machine with more memory",
    RecursionError: "what is read is nested too deep",
}
"""How to mend what Python itself raises."""


class QareportError(Exception):
    """Something stopped the work; the message says where, what, and how to mend it."""

    exit_code: ClassVar[ExitCode] = ExitCode.FAILED


class UsageError(QareportError, ValueError):
    """Options contradict each other or are out of range."""

    exit_code: ClassVar[ExitCode] = ExitCode.WRONG_USAGE


class DataError(QareportError):
    """A data set cannot be read, or its findings forbid scoring it."""


class PredictionsError(QareportError):
    """Predictions or no-answer values cannot be scored."""


class MissingPredictionsError(PredictionsError):
    """Some questions have no prediction, or no no-answer value."""

    def __init__(self, message: str, ids: tuple[str, ...]) -> None:
        super().__init__(message)
        self.ids = ids


class ModelError(QareportError):
    """A model is refused."""


class LostProcessError(QareportError):
    """A process that shares the work has ended or hangs."""


class EngineError(QareportError):
    """An engine is not installed, or cannot run a model."""


class OutputError(QareportError):
    """Results cannot be written to a path."""


class DrawingError(QareportError):
    """Pictures cannot be drawn; what they belong to is written without them."""


class SectionError(QareportError):
    """TOML tables have wrong keys or values; the caller adds the name of the file."""


class PublishError(QareportError):
    """Something cannot be published, or the Hub refuses it."""


class StalePlanError(PublishError):
    """The repository has changed since it was read for the plan."""


class UnreachableError(PublishError):
    """The Hub does not answer, or HF_HUB_OFFLINE forbids asking it."""


class CheckError(QareportError):
    """A check did not hold."""

    exit_code: ClassVar[ExitCode] = ExitCode.DID_NOT_HOLD


class UncheckedError(QareportError):
    """A check had nothing that it could check."""

    exit_code: ClassVar[ExitCode] = ExitCode.NOTHING_CHECKED


@contextmanager
def noting(where: str) -> Iterator[None]:
    """Has an error of a library that leaves the block say where it arose."""
    try:
        yield
    except Exception as error:
        error.add_note(where)
        raise


def explain(error: BaseException, hide: Callable[[str], str] = str) -> str:
    """The sentence about any error, those of other libraries too; it can be printed anywhere.

    Args:
        error: any.
        hide: hides secrets; it sees each text before that is shortened.
    """
    if isinstance(error, QareportError):
        sentence = hide(str(error))
    else:
        where = "".join(f", {note}" for note in vars(error).get("__notes__", ()))
        sentence = f"{type(error).__name__}{where}: {_reason(error, hide)}"
    # Names of files that are not UTF-8, and halves of characters.
    return sentence.encode(errors="backslashreplace").decode()


def _reason(error: BaseException, hide: Callable[[str], str]) -> str:
    """Why an error of Python or of another library arose, in one line."""
    if isinstance(error, OSError) and isinstance(error.filename, str) and error.strerror:
        return hide(f"{error.filename}: {error.strerror}")
    remedies = (remedy for kind, remedy in REMEDIES.items() if isinstance(error, kind))
    words = " ".join(hide(str(error)).split()) or "no reason is given"
    shown = words if len(words) <= SHOWN_CHARACTERS else f"{words[:SHOWN_CHARACTERS]}..."
    return "; ".join((shown, *remedies))


def name_ids(ids: tuple[str, ...]) -> str:
    """The first few ids in words, with the number of the others."""
    return name_list(tuple(repr(example_id) for example_id in ids))


def unknown_name(name: str, known: Iterable[str], *, what: str) -> str:
    """The sentence for a name that a table does not have, with the nearest one that it has."""
    names = tuple(known)
    (nearest,) = get_close_matches(name, names, n=1, cutoff=0.0)
    return f"there is no {what} {name!r}; did you mean {nearest!r}? There are {', '.join(names)}"


def name_list(names: tuple[str, ...]) -> str:
    """The first few names in words, with the number of the others."""
    shown = ", ".join(names[:SHOWN_IDS])
    rest = len(names) - SHOWN_IDS
    return f"{shown} and {rest} more" if rest > 0 else shown
