"""The order of windows follows from seed and epoch alone, and comes in whole batches."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from trainer.fitting.ordering import EpochSampler, epoch_order

LENGTHS = [5, 9, 7, 3, 8, 6, 4, 2, 1, 10]


def sampler(epoch: int = 0, *, batch_size: int = 4, is_grouped: bool = True) -> EpochSampler:
    return EpochSampler(LENGTHS, 42, batch_size, is_grouped, epoch)


@given(
    lengths=st.lists(st.integers(1, 384), min_size=1, max_size=300),
    epoch=st.integers(0, 9),
    group_by=st.none() | st.integers(1, 40),
)
def test_every_window_comes_once_in_an_epoch(
    lengths: list[int], epoch: int, group_by: int | None
) -> None:
    order = epoch_order(lengths, seed=42, epoch=epoch, group_by=group_by)

    assert sorted(order) == list(range(len(lengths)))


def test_order_is_the_same_whatever_the_global_generator_is_at() -> None:
    once = list(sampler())
    torch.rand(3)

    assert list(sampler()) == once


def test_epochs_and_seeds_have_orders_of_their_own() -> None:
    orders = {
        tuple(epoch_order(LENGTHS, seed=seed, epoch=epoch)) for seed in (0, 40) for epoch in (0, 1)
    }

    assert len(orders) == 4


def test_windows_of_like_length_come_together() -> None:
    order = epoch_order(LENGTHS, seed=42, epoch=0, group_by=5)

    groups = {frozenset(LENGTHS[at] for at in order[start : start + 5]) for start in (0, 5)}
    assert groups == {frozenset(range(1, 6)), frozenset(range(6, 11))}


def test_longest_group_is_not_always_the_first() -> None:
    firsts = {epoch_order(LENGTHS, seed=0, epoch=epoch, group_by=5)[0] for epoch in range(9)}

    assert {LENGTHS[at] <= 5 for at in firsts} == {True, False}


def test_last_batch_is_filled_up_with_the_first_windows() -> None:
    order = list(sampler())

    assert len(order) == len(sampler()) == 12
    assert order[10:] == order[:2]


def test_fewer_windows_than_a_batch_come_again_and_again() -> None:
    order = list(EpochSampler([5, 6], 42, 5, is_grouped=False))

    assert len(order) == 5
    assert order[2:4] == order[:2]
