"""Counts the tokens that a model processes, padding included."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qareport.inference.batches import plan_batches
from trainer.fitting.arguments import share_out
from trainer.fitting.ordering import EpochSampler
from trainer.recipe import Training


@dataclass(frozen=True, slots=True)
class TokenLoad:
    """Counts of padded windows and their tokens."""

    windows: int
    tokens: int
    squared_tokens: int
    """Sum of the squares of the windows' lengths, with which attention grows."""

    def times(self, factor: float) -> "TokenLoad":
        """So much of the load, in whole windows and tokens."""
        return TokenLoad(
            round(factor * self.windows),
            round(factor * self.tokens),
            round(factor * self.squared_tokens),
        )


@dataclass(frozen=True, slots=True)
class UpdateCount:
    """Counts of updates."""

    per_epoch: int
    updates: int
    """In all epochs, the last of which may be a part of one."""


def count_updates(windows: int, training: Training) -> UpdateCount:
    """The updates of a fitting, as transformers' Trainer counts them.

    Every update takes a whole batch: the last of an epoch is filled up.
    """
    per_epoch = math.ceil(windows / training.batch_size)
    return UpdateCount(per_epoch, math.ceil(training.epochs * per_epoch))


def load_of_epoch(
    lengths: Sequence[int],
    training: Training,
    *,
    seed: int,
    processes: int,
    padded_length: int | None,
) -> TokenLoad:
    """The load of the first epoch, in its real micro-batches; other epochs differ little.

    Raises:
        PreflightError: the batch cannot be shared out among the processes.
    """
    shares = share_out(training, processes=processes)
    order = list(
        EpochSampler(
            lengths,
            seed=seed,
            batch_size=training.batch_size,
            is_grouped=training.group_by_length,
        )
    )
    starts = range(0, len(order), shares.micro_batch)
    batches = (order[start : start + shares.micro_batch] for start in starts)
    return _padded_load(lengths, batches, padded_length)


def load_of_pass(
    lengths: Sequence[int], *, batch_tokens: int, padded_length: int | None = None
) -> TokenLoad:
    """The load of one forward pass over the windows, in batches of windows of like length."""
    batches = plan_batches(
        [padded_length or length for length in lengths], batch_tokens=batch_tokens
    )
    return _padded_load(lengths, batches, padded_length)


def _padded_load(
    lengths: Sequence[int], batches: Iterable[Sequence[int]], padded_length: int | None
) -> TokenLoad:
    """The load of batches of positions, each padded to its longest window or to one length."""
    windows = tokens = squared_tokens = 0
    for batch in batches:
        length = padded_length or max(lengths[position] for position in batch)
        windows += len(batch)
        tokens += len(batch) * length
        squared_tokens += len(batch) * length**2
    return TokenLoad(windows, tokens, squared_tokens)
