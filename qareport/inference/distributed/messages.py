"""What passes between processes that answer together: chunks to answer, and their answers."""

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
class Likeness:
    """All that answers hang on beside the questions; equal in processes that answer alike."""

    weights: str
    """SHA-256, as the next two."""
    configuration: str
    tokenizer: str
    options: AnsweringOptions
    hardware: Hardware
    torch: str
    threads: int
    """They may change the order in which a CPU adds up, and so the last bits."""


@dataclass(frozen=True, slots=True)
class Order:
    """A chunk to answer, for a process that answers like this."""

    examples: tuple[Example, ...]
    likeness: Likeness
    sample: tuple[Example, ...]
    """What its number format is fitted to; empty where it is not."""


@dataclass(frozen=True, slots=True)
class End:
    """The first process has ended."""

    exit_code: int


Message = Order | End | None
"""What the first process tells another one; None where there is nothing left to answer."""
Outcome = AnsweredChunk | QareportError | None
"""What a process made of its order, the chunk without examples and windows; None without one."""


def likeness_of(answerer: Answerer) -> Likeness:
    """What the answers of this process hang on."""
    model = answerer.model
    return Likeness(
        weights=model.identity.weights_sha256,
        configuration=model.configuration_sha256,
        tokenizer=model.identity.tokenizer.sha256,
        options=answerer.options,
        hardware=model.hardware,
        torch=torch.__version__,
        threads=torch.get_num_threads(),
    )


def require_likeness(own: Likeness, wanted: Likeness) -> None:
    """Nothing, where both are equal.

    Raises:
        ModelError: they are not.
    """
    here, there = asdict(own), asdict(wanted)
    for name, value in here.items():
        if value != there[name]:
            raise ModelError(
                f"its {name} ({value}) would give other answers than {there[name]}, which the "
                "first process has; let all have the same"
            )


def carry_out(order: Order, answerer: Answerer, budget: TokenBudget) -> Outcome:
    """The chunk that was ordered, answered, or the error that its examples end in."""
    try:
        chunk = answerer.answer_chunk(order.examples, budget)
    except QareportError as error:
        return error
    # The first process has the examples, and nothing after the answering needs the windows.
    return replace(chunk, examples=(), windows=())
