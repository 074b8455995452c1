"""Tokens are counted with the padding of the batches that will be made."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.errors import PreflightError
from trainer.planning.padded_tokens import (
    TokenLoad,
    UpdateCount,
    count_updates,
    load_of_epoch,
    load_of_pass,
)
from trainer.recipe import Training

LENGTHS = (4, 2, 8, 6)


def epoch_load(training: Training, *, padded_length: int | None = None) -> TokenLoad:
    """The load of an epoch of the four windows in one process."""
    return load_of_epoch(LENGTHS, training, seed=1, processes=1, padded_length=padded_length)


@pytest.mark.parametrize(
    ("windows", "training", "expected"),
    [
        (64, Training(batch_size=32, epochs=2), UpdateCount(per_epoch=2, updates=4)),
        (65, Training(batch_size=32, epochs=2), UpdateCount(per_epoch=3, updates=6)),
        (65, Training(batch_size=32, epochs=0.5), UpdateCount(per_epoch=3, updates=2)),
        (1, Training(batch_size=32, epochs=1), UpdateCount(per_epoch=1, updates=1)),
        (65, Training(batch_size=32, micro_batch_size=8), UpdateCount(per_epoch=3, updates=6)),
    ],
)
def test_updates_are_whole_batches_of_all_epochs(
    windows: int, training: Training, expected: UpdateCount
) -> None:
    assert count_updates(windows, training) == expected


def test_windows_alone_have_no_padding() -> None:
    load = epoch_load(Training(batch_size=1))

    assert load == TokenLoad(windows=4, tokens=20, squared_tokens=16 + 4 + 64 + 36)


def test_windows_of_a_batch_are_as_long_as_the_longest() -> None:
    load = epoch_load(Training(batch_size=4))

    assert load == TokenLoad(windows=4, tokens=4 * 8, squared_tokens=4 * 64)


def test_windows_of_like_length_come_together() -> None:
    load = epoch_load(Training(batch_size=2))

    assert load == TokenLoad(windows=4, tokens=2 * 4 + 2 * 8, squared_tokens=2 * 16 + 2 * 64)


def test_padding_is_that_of_the_micro_batch() -> None:
    load = epoch_load(Training(batch_size=4, micro_batch_size=2))

    assert load.tokens == 2 * 4 + 2 * 8


def test_the_last_batch_is_filled_up() -> None:
    assert epoch_load(Training(batch_size=3)).windows == 6


def test_all_windows_can_be_padded_to_one_length() -> None:
    load = epoch_load(Training(batch_size=1), padded_length=10)

    assert load == TokenLoad(windows=4, tokens=40, squared_tokens=400)


def test_a_batch_that_cannot_be_shared_out_is_refused() -> None:
    with pytest.raises(PreflightError, match="cannot be shared out evenly among 3 processes"):
        load_of_epoch(LENGTHS, Training(), seed=1, processes=3, padded_length=None)


@given(st.lists(st.integers(1, 50), min_size=1, max_size=40), st.sampled_from([1, 2, 3, 7]))
def test_grouping_never_brings_more_tokens_than_one_length(lengths: list[int], size: int) -> None:
    training = Training(batch_size=size)

    load = load_of_epoch(lengths, training, seed=0, processes=1, padded_length=None)
    padded = load_of_epoch(lengths, training, seed=0, processes=1, padded_length=max(lengths))

    assert sum(lengths) <= load.tokens <= padded.tokens
    assert load.windows == padded.windows == size * count_updates(len(lengths), training).per_epoch


def test_a_pass_takes_windows_of_like_length_within_a_budget() -> None:
    load = load_of_pass(LENGTHS, batch_tokens=16)

    assert load == TokenLoad(windows=4, tokens=2 * 8 + 2 * 4, squared_tokens=2 * 64 + 2 * 16)


def test_a_pass_can_be_padded_to_one_length() -> None:
    load = load_of_pass(LENGTHS, batch_tokens=16, padded_length=8)

    assert load == TokenLoad(windows=4, tokens=32, squared_tokens=4 * 64)


def test_a_pass_over_nothing_is_no_load() -> None:
    assert load_of_pass([], batch_tokens=16) == TokenLoad(0, 0, 0)


def test_a_load_can_be_taken_several_times_or_in_part() -> None:
    assert TokenLoad(4, 20, 120).times(2.5) == TokenLoad(10, 50, 300)
