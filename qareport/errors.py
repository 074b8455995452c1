"""Defines the errors that can stop qareport, and the exit code of each.

QareportError                  1   something stopped the work
├── UsageError                 2   options that contradict each other or are out of range
├── DataError                  1   data that cannot be read, or whose findings forbid scoring it
├── PredictionsError           1   predictions or no-answer values that cannot be scored
│   └── MissingPredictionsError
├── ModelError                 1   a model that is refused
├── LostProcessError           1   a worker process that ended or hangs
├── EngineError                1   an engine that is not installed, or cannot run a model
├── OutputError                1   a path that results cannot be written to
├── SectionError               1   TOML tables with wrong keys or values
├── PublishError               1   something that cannot be published, or that the Hub refuses
│   ├── StalePlanError             the repository has changed since the plan
│   └── UnreachableError           the Hub does not answer, or may not be asked
└── CheckError                 3   a check that did not hold
"""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import ClassVar

SHOWN_IDS = 3


class QareportError(Exception):
    """Something stopped the work; the message says where, what, and how to mend it."""

    exit_code: ClassVar[int] = 1


class UsageError(QareportError, ValueError):
    """Options contradict each other or are out of range."""

    exit_code: ClassVar[int] = 2


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

    exit_code: ClassVar[int] = 3


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
