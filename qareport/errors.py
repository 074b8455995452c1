"""The tree of errors: what can stop qareport, and the exit code it ends with.

QareportError                  1   something stopped the work
├── UsageError                 2   options that contradict each other or are out of range
├── DataError                  1   data that cannot be read, or whose findings forbid scoring it
├── PredictionsError           1   predictions or no-answer values that cannot be scored
│   └── MissingPredictionsError
├── ModelError                 1   a model that is refused
├── LostProcessError           1   processes that answer together and cannot go on
├── EngineError                1   an engine that is not installed, or cannot run a model
├── OutputError                1   a place where results cannot go
├── SectionError               1   tables in TOML that say what they cannot
├── PublishError               1   what cannot be published, or what the Hub refuses
│   ├── StalePlanError             the repository has changed since the plan
│   └── UnreachableError           the Hub does not answer, or must not be asked
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
    """A place where results cannot go."""


class SectionError(QareportError):
    """Tables in TOML say what they cannot; who knows the file's name adds it."""


class PublishError(QareportError):
    """Something cannot be published, or the Hub refuses it."""


class StalePlanError(PublishError):
    """The repository has changed since it was read for the plan."""


class UnreachableError(PublishError):
    """The Hub does not answer, or must not be asked."""


class CheckError(QareportError):
    """A check did not hold."""

    exit_code: ClassVar[int] = 3


def name_ids(ids: tuple[str, ...]) -> str:
    """The first ids of a list in words, with the count of the rest."""
    return name_list(tuple(repr(example_id) for example_id in ids))


def unknown_name(name: str, known: Iterable[str], *, what: str) -> str:
    """The sentence for a name that a table does not have, with the nearest one that it has."""
    names = tuple(known)
    (nearest,) = get_close_matches(name, names, n=1, cutoff=0.0)
    return f"there is no {what} {name!r}; did you mean {nearest!r}? There are {', '.join(names)}"


def name_list(names: tuple[str, ...]) -> str:
    """The first of some names in words, with the count of the rest."""
    shown = ", ".join(names[:SHOWN_IDS])
    rest = len(names) - SHOWN_IDS
    return f"{shown} and {rest} more" if rest > 0 else shown
