"""Pads windows into batches, and prefetches the next item while one is processed."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

import numpy as np
import torch

from qareport.errors import ModelError
from qareport.inference.engines.engine import TokenBatch
from qareport.inference.windows import Window

Item = TypeVar("Item")
Ready = TypeVar("Ready")
Result = TypeVar("Result")


@dataclass(slots=True)
class TokenBudget:
    """The number of tokens in the largest batch, which shrinks to what fits into memory."""

    tokens: int

    def halve(self, lengths: Sequence[int]) -> None:
        """Halves the number of windows in the first batch of windows of these lengths.

        Raises:
            ModelError: the batch is a single window.
        """
        longest = max(lengths)
        together = min(len(lengths), max(1, self.tokens // longest))
        if together == 1:
            raise ModelError(
                f"the device has too little memory for a window of {longest} tokens; lower "
                "--max-seq-length, or take another --device or --dtype"
            )
        self.tokens = longest * (together // 2)


def spread_indices(count: int, size: int) -> tuple[int, ...]:
    """Up to `size` evenly spaced indices below `count`, in order and beginning with 0."""
    taken = min(count, size)
    return tuple(number * count // taken for number in range(taken))


def plan_batches(lengths: Sequence[int], *, batch_tokens: int) -> Iterator[list[int]]:
    """Batches of the indices of windows, the longest windows first.

    A batch has at most `batch_tokens` with its padding, but at least one window. Each index is in
    one batch.
    """
    batch: list[int] = []
    for index in sorted(range(len(lengths)), key=lambda each: -lengths[each]):
        if batch and (len(batch) + 1) * lengths[batch[0]] > batch_tokens:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def pad_windows(windows: Sequence[Window], *, padding_id: int) -> TokenBatch:
    """Token ids of the windows side by side, padded at their end to the longest."""
    lengths = np.array([len(window) for window in windows])
    is_token = np.arange(lengths.max()) < lengths[:, None]
    token_ids, type_ids = np.full(is_token.shape, padding_id), np.zeros(is_token.shape, dtype=int)
    token_ids[is_token] = np.concatenate([window.token_ids for window in windows])
    type_ids[is_token] = np.concatenate([window.type_ids for window in windows])
    return TokenBatch(*(torch.from_numpy(each) for each in (token_ids, type_ids, is_token)))


def prefetch(
    items: Iterable[Item],
    *,
    prepare: Callable[[Item], Ready],
    finish: Callable[[Item, Ready], Result],
) -> Iterator[Result]:
    """The result of `finish` for each item and what `prepare` returned for it, in order.

    While an item is finished, a thread prepares the next one, and only that one. The thread ends
    before the result is yielded, so no thread runs while the caller uses the result, forks or
    stops. An error in preparing an item is raised in place of its result.
    """
    waiting = iter(items)
    ready = [(item, prepare(item)) for item in islice(waiting, 1)]
    while ready:
        with ThreadPoolExecutor(max_workers=1) as preparer:
            coming = [(item, preparer.submit(prepare, item)) for item in islice(waiting, 1)]
            result = finish(*ready.pop())
        yield result
        ready = [(item, each.result()) for item, each in coming]
