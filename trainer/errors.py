"""Defines the errors that training can end with.

QareportError            1   of qareport.errors
└── TrainerError         1   something stopped a training run
    ├── RecipeError      2   a recipe that says what cannot be done
    ├── PreflightError   1   a run that could not end well, refused before it begins
    ├── TrainingError    1   a run that went wrong on its way
    └── CacheError       1   teacher logits that are not there
"""

from typing import ClassVar

from qareport.errors import ExitCode, QareportError


class TrainerError(QareportError):
    """Something stopped a training run."""


class RecipeError(TrainerError, ValueError):
    """A recipe says what cannot be done."""

    exit_code: ClassVar[ExitCode] = ExitCode.WRONG_USAGE


class PreflightError(TrainerError):
    """A run could not end well, and is refused before it begins."""


class TrainingError(TrainerError):
    """A run went wrong on its way."""


class CacheError(TrainerError):
    """Teacher logits are not where they should be."""
