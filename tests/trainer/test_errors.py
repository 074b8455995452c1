"""A recipe's fault ends like a wrong option, every other fault of a run with 1."""

import pytest

from qareport.errors import QareportError
from trainer.errors import CacheError, PreflightError, RecipeError, TrainerError, TrainingError


@pytest.mark.parametrize(
    ("error", "exit_code"),
    [
        (TrainerError, 1),
        (RecipeError, 2),
        (PreflightError, 1),
        (TrainingError, 1),
        (CacheError, 1),
    ],
)
def test_every_error_of_the_trainer_has_its_exit_code(
    error: type[TrainerError], exit_code: int
) -> None:
    assert issubclass(error, QareportError)
    assert error.exit_code == exit_code
