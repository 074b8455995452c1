"""A plan's updates are those that a real run of transformers' Trainer makes."""

from pathlib import Path

import pytest

from tests.fitting_builders import fit_quietly, plain_fitting, tiny_model, training_windows
from trainer.planning.padded_tokens import count_updates
from trainer.recipe import Training

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("windows", "training"),
    [
        (8, Training(batch_size=4, epochs=2)),
        (9, Training(batch_size=4, epochs=2)),
        (9, Training(batch_size=4, epochs=1.5)),
        (9, Training(batch_size=4, epochs=0.4, micro_batch_size=1)),
        (9, Training(batch_size=4, epochs=1, micro_batch_size=2, group_by_length=False)),
        (3, Training(batch_size=4, epochs=2, micro_batch_size=2)),
    ],
)
def test_planned_updates_are_made(windows: int, training: Training, tmp_path: Path) -> None:
    planned = count_updates(windows, training)

    facts = fit_quietly(tiny_model(), training_windows(windows), plain_fitting(training), tmp_path)

    assert facts.updates == planned.updates
