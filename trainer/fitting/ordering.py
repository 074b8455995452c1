"""Orders the windows of an epoch by seed and epoch alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, cycle, islice

import torch
from torch.utils.data import Sampler
from typing_extensions import override

BATCHES_SORTED_TOGETHER = 50
"""Enough for batches of like length, few enough to leave their make-up to chance."""


def epoch_order(
    lengths: Sequence[int], *, seed: int, epoch: int, group_by: int | None = None
) -> list[int]:
    """Every position once, in random order; in groups of `group_by` with like lengths, if given.

    A group with less than its share of windows comes last.
    """
    generator = torch.Generator().manual_seed(seed + epoch)
    order: list[int] = torch.randperm(len(lengths), generator=generator).tolist()
    if group_by is None:
        return order
    chunk = group_by * BATCHES_SORTED_TOGETHER
    groups = [
        group
        for start in range(0, len(order), chunk)
        for group in _by_length(order[start : start + chunk], lengths, group_by)
    ]
    whole = len(order) // group_by
    shuffled = torch.randperm(whole, generator=generator).tolist()
    return list(chain.from_iterable([*(groups[at] for at in shuffled), *groups[whole:]]))


@dataclass
class EpochSampler(Sampler[int]):
    """The order of the epoch that was set; the same in every process and after every restart.

    transformers' own samplers draw from the global generator, so a run that is resumed in the
    middle of an epoch would see another order.

    The last batch of an epoch is filled up with the epoch's first windows, as accelerate would do
    for several processes: so every update learns from `batch_size` windows, however many processes
    and micro-batches share them.
    """

    lengths: Sequence[int]
    """Tokens of each window."""
    seed: int
    batch_size: int
    """Windows of an update."""
    is_grouped: bool
    """Whether windows of like length come together."""
    epoch: int = 0

    def __len__(self) -> int:
        """How many windows an epoch has, with those that fill up its last batch."""
        return -(-len(self.lengths) // self.batch_size) * self.batch_size

    @override
    def __iter__(self) -> Iterator[int]:
        order = epoch_order(
            self.lengths,
            seed=self.seed,
            epoch=self.epoch,
            group_by=self.batch_size if self.is_grouped else None,
        )
        return islice(cycle(order), len(self))


def _by_length(
    positions: Sequence[int], lengths: Sequence[int], size: int
) -> Iterator[Sequence[int]]:
    ordered = sorted(positions, key=lengths.__getitem__)
    return (ordered[start : start + size] for start in range(0, len(ordered), size))
