"""Defines the messages between processes: requests with examples, and replies with answers."""

from dataclasses import asdict, dataclass, replace

import torch

from qareport.data.types import Example
from qareport.errors import ModelError, QareportError
from qareport.inference.answerer import Answerer
from qareport.inference.batches import TokenBudget
from qareport.inference.chunks import AnsweredChunk
from qareport.inference.identity import Hardware
from qareport.inference.options import AnsweringOptions


@dataclass(frozen=True, slots=True)
class Setup:
    """All that answers depend on beside the questions; equal in processes that answer alike."""

    weights: str
    """SHA-256, as the next two."""
    configuration: str
    tokenizer: str
    options: AnsweringOptions
    hardware: Hardware
    torch: str
    threads: int
    """Their number may change the order in which a CPU adds numbers, and so the last bits."""


@dataclass(frozen=True, slots=True)
class Request:
    """Examples to answer, and the setup with which they must be answered."""

    examples: tuple[Example, ...]
    setup: Setup
    sample: tuple[Example, ...]
    """What to calibrate the number format on; empty where it is not calibrated."""


@dataclass(frozen=True, slots=True)
class End:
    """Says that the first process has ended."""

    exit_code: int


Message = Request | End | None
"""What the first process sends to another one; None where no examples are left for it."""
Reply = AnsweredChunk | QareportError | None
"""The answer to a request, without examples and windows, or an error; None without a request."""


def setup_of(answerer: Answerer) -> Setup:
    """The setup of the answers of this process."""
    model = answerer.model
    return Setup(
        weights=model.identity.weights_sha256,
        configuration=model.configuration_sha256,
        tokenizer=model.identity.tokenizer.sha256,
        options=answerer.options,
        hardware=model.hardware,
        torch=torch.__version__,
        threads=torch.get_num_threads(),
    )


def require_same_setup(own: Setup, wanted: Setup) -> None:
    """Raises an error unless both setups are equal.

    Raises:
        ModelError: they differ.
    """
    here, there = asdict(own), asdict(wanted)
    for name, value in here.items():
        if value != there[name]:
            raise ModelError(
                f"its {name} ({value}) would give other answers than {there[name]}, which the "
                "first process has; let all have the same"
            )


def answer_request(request: Request, answerer: Answerer, budget: TokenBudget) -> Reply:
    """The answers to a request, or the error that they end in."""
    try:
        chunk = answerer.answer_chunk(request.examples, budget)
    except QareportError as error:
        return error
    # The first process has the examples, and nothing after the answering needs the windows.
    return replace(chunk, examples=(), windows=())
