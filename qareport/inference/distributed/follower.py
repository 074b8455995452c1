"""What the first process deals to answers, in every other process."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from qareport.data.types import Example
from qareport.errors import ModelError, QareportError
from qareport.inference.answerer import Answerer
from qareport.inference.batches import TokenBudget
from qareport.inference.distributed.launch import Launch
from qareport.inference.distributed.messages import (
    End,
    Order,
    Outcome,
    carry_out,
    likeness_of,
    require_likeness,
)
from qareport.inference.distributed.process_group import ProcessLink, joined, take_own_gpu
from qareport.inference.identity import Hardware

Loading = Callable[[Hardware], Answerer]
"""Gives an answerer by the engine and in the number format of the first process."""


def follow_launched(launch: Launch, load: Loading, *, device: str) -> int:
    """Helps the first of the processes that were launched together; the exit code to end with.

    Raises:
        LostProcessError: another process has ended or hangs.
    """
    take_own_gpu(launch, device)
    with joined(launch) as link:
        return follow(link, load)


def follow(link: ProcessLink, load: Loading) -> int:
    """Answers what is dealt until the first process ends; gives the exit code of that.

    The model is loaded when there is something to answer: by then the first process has found no
    fault in what the user asked for, and a model from the Hub is on the disk.

    Raises:
        LostProcessError: another process has ended or hangs.
    """
    get_ready = cache(lambda hardware, sample: _make_ready(load(hardware).calibrated(sample)))
    message = link.receive()
    while not isinstance(message, End):
        link.hand_in(None if message is None else _help(message, get_ready, link.launch))
        message = link.receive()
    return message.exit_code


@dataclass(frozen=True, slots=True)
class _Ready:
    answerer: Answerer
    budget: TokenBudget


def _make_ready(answerer: Answerer) -> _Ready:
    return _Ready(answerer, TokenBudget(answerer.model.hardware.batch_tokens))


def _help(
    order: Order, get_ready: Callable[[Hardware, tuple[Example, ...]], _Ready], launch: Launch
) -> Outcome:
    try:
        ready = get_ready(order.likeness.hardware, order.sample)
        require_likeness(likeness_of(ready.answerer), order.likeness)
    except QareportError as error:
        return ModelError(f"process {launch.rank} of {launch.count}: {error}")
    return carry_out(order, ready.answerer, ready.budget)
