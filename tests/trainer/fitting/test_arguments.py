"""A batch is shared out evenly, and Trainer gets the values of the recipe."""

from pathlib import Path

import pytest

from tests.fitting_builders import changed
from trainer.errors import PreflightError
from trainer.fitting.arguments import Shares, share_out, trainer_arguments
from trainer.recipe import Training


@pytest.mark.parametrize(
    ("batch_size", "micro_batch_size", "processes", "shares"),
    [
        (32, None, 1, Shares(32, 1)),
        (32, 8, 1, Shares(8, 4)),
        (32, 8, 2, Shares(8, 2)),
        (32, 32, 4, Shares(8, 1)),
        (6, 2, 3, Shares(2, 1)),
    ],
)
def test_all_windows_of_a_batch_are_shared_out(
    batch_size: int, micro_batch_size: int | None, processes: int, shares: Shares
) -> None:
    training = Training(batch_size=batch_size, micro_batch_size=micro_batch_size)

    assert share_out(training, processes=processes) == shares
    assert shares.micro_batch * shares.micro_batches * processes == batch_size


@pytest.mark.parametrize(
    ("batch_size", "micro_batch_size", "processes", "shown", "unit"),
    [
        (10, None, 4, "any size", 4),
        (32, 16, 3, "16", 48),
        (24, 8, 2, "8", 16),
        (2, 1, 4, "1", 4),
    ],
)
def test_batch_that_does_not_come_out_even_is_refused(
    batch_size: int, micro_batch_size: int | None, processes: int, *, shown: str, unit: int
) -> None:
    training = Training(batch_size=batch_size, micro_batch_size=micro_batch_size)

    with pytest.raises(PreflightError) as caught:
        share_out(training, processes=processes)

    assert str(caught.value) == (
        f"batch_size {batch_size} cannot be shared out evenly among {processes} processes in "
        f"micro-batches of {shown}; choose a multiple of {unit}"
    )


def test_checkpoints_come_right_after_a_log_entry(tmp_path: Path) -> None:
    for save_every, logging_steps in ((500, 10), (4, 2), (7, 1)):
        arguments = trainer_arguments(changed(save_every=save_every), seed=1, folder=tmp_path)
        assert arguments.logging_steps == logging_steps


@pytest.mark.parametrize(
    ("precision", "flags"),
    [("float32", (False, False)), ("bfloat16", (True, False)), ("float16", (False, True))],
)
def test_precision_is_that_of_autocast(
    precision: str, flags: tuple[bool, bool], tmp_path: Path
) -> None:
    arguments = trainer_arguments(changed(precision=precision), seed=1, folder=tmp_path)

    assert (arguments.bf16, arguments.fp16) == flags
