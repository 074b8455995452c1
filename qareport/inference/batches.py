"""Pads windows into batches, and prepares the next items while one is at work."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

import torch
from torch.nn.utils.rnn import pad_sequence

from qareport.errors import ModelError
from qareport.inference.engines.engine import TokenBatch
from qareport.inference.windows import Window

Item = TypeVar("Item")
Ready = TypeVar("Ready")
Result = TypeVar("Result")


@dataclass(slots=True)
class TokenBudget:
    """How many tokens of windows go through a model together; shrinks to what memory takes."""

    tokens: int

    def halve(self, lengths: Sequence[int]) -> None:
        """Makes the first batch of windows of these lengths half as large.

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
    """Up to `size` places of so many, in order, the first one among them."""
    taken = min(count, size)
    return tuple(number * count // taken for number in range(taken))


def plan_batches(lengths: Sequence[int], *, batch_tokens: int) -> Iterator[list[int]]:
    """Positions of windows that go through the model together, longest first.

    A batch takes at most `batch_tokens` with its padding, but always one window. Each position
    comes once.
    """
    batch: list[int] = []
    for position in sorted(range(len(lengths)), key=lambda index: -lengths[index]):
        if batch and (len(batch) + 1) * lengths[batch[0]] > batch_tokens:
            yield batch
            batch = []
        batch.append(position)
    if batch:
        yield batch


def pad_windows(windows: Sequence[Window], *, padding_id: int) -> TokenBatch:
    """Token ids of the windows side by side, padded at their end to the longest."""
    token_ids = [torch.tensor(window.encoding.ids) for window in windows]
    type_ids = [torch.tensor(window.encoding.type_ids) for window in windows]
    lengths = torch.tensor([len(ids) for ids in token_ids])
    padded = pad_sequence(token_ids, batch_first=True, padding_value=padding_id)
    return TokenBatch(
        token_ids=padded,
        type_ids=pad_sequence(type_ids, batch_first=True),
        is_token=torch.arange(padded.shape[1]) < lengths[:, None],
    )


def prefetch(
    items: Iterable[Item],
    *,
    prepare: Callable[[Item], Ready],
    finish: Callable[[Item, Ready], Result],
) -> Iterator[Result]:
    """What `finish` makes of each item and of what `prepare` made of it, in order.

    While an item is finished, a thread prepares the next one, and none beyond that. The thread
    ends before the result is given, so nothing is at work while the caller looks at it, forks, or
    asks for no more. An error in preparing an item is raised where its result is due.
    """
    waiting = iter(items)
    ready = [(item, prepare(item)) for item in islice(waiting, 1)]
    while ready:
        with ThreadPoolExecutor(max_workers=1) as preparer:
            coming = [(item, preparer.submit(prepare, item)) for item in islice(waiting, 1)]
            result = finish(*ready.pop())
        yield result
        ready = [(item, each.result()) for item, each in coming]
