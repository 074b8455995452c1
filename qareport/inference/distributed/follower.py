"""Answers the requests of the first process, in every other process."""

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
    Reply,
    Request,
    answer_request,
    require_same_setup,
    setup_of,
)
from qareport.inference.distributed.process_group import ProcessGroup, join_group, take_own_gpu
from qareport.inference.identity import Hardware

Loader = Callable[[Hardware], Answerer]
"""Loads an answerer with the engine and number format of the first process."""


def follow_launched(launch: Launch, load: Loader, *, device: str) -> int:
    """Answers what the first process sends, and returns the exit code to end with.

    Raises:
        LostProcessError: another process has ended or hangs.
    """
    take_own_gpu(launch, device)
    with join_group(launch) as group:
        return follow(group, load)


def follow(group: ProcessGroup, load: Loader) -> int:
    """Answers what is sent until the first process ends, and returns the exit code that it sends.

    The model is loaded with the first request: by then the first process has checked the options,
    and a model from the Hub has been downloaded.

    Raises:
        LostProcessError: another process has ended or hangs.
    """
    get_answerer = cache(lambda hardware, sample: _with_budget(load(hardware).calibrated(sample)))
    message = group.receive()
    while not isinstance(message, End):
        group.send_reply(None if message is None else _answer(message, get_answerer, group.launch))
        message = group.receive()
    return message.exit_code


@dataclass(frozen=True, slots=True)
class _LoadedAnswerer:
    answerer: Answerer
    budget: TokenBudget


def _with_budget(answerer: Answerer) -> _LoadedAnswerer:
    return _LoadedAnswerer(answerer, TokenBudget(answerer.model.hardware.batch_tokens))


def _answer(
    request: Request,
    get_answerer: Callable[[Hardware, tuple[Example, ...]], _LoadedAnswerer],
    launch: Launch,
) -> Reply:
    try:
        loaded = get_answerer(request.setup.hardware, request.sample)
        require_same_setup(setup_of(loaded.answerer), request.setup)
    except QareportError as error:
        return ModelError(f"process {launch.rank} of {launch.count}: {error}")
    return answer_request(request, loaded.answerer, loaded.budget)
