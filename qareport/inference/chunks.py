"""Holds what a model made of a chunk of examples, and finds what was unusual about it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from qareport.data.findings import Finding, Severity
from qareport.data.types import Example, Prediction
from qareport.inference.candidates import SpanCandidates
from qareport.inference.decoding import predict_all
from qareport.inference.options import AnsweringOptions

if TYPE_CHECKING:
    from qareport.inference.windows import Window


@dataclass(frozen=True)
class AnsweredChunk:
    """Consecutive examples with what a model made of them."""

    examples: Sequence[Example]
    candidates: SpanCandidates
    options: AnsweringOptions
    cut_questions: frozenset[str] = frozenset()
    """Ids of the examples whose question was not asked whole."""
    noticed: tuple[Finding, ...] = ()
    """What was unusual while the windows were cut and searched."""
    windows: "tuple[Window, ...]" = ()
    """Empty where an earlier run or another process answered."""
    seconds: float = 0.0
    """How long it took to answer, where that is known."""
    is_resumed: bool = False
    """Whether an earlier run answered."""

    @cached_property
    def predictions(self) -> tuple[Prediction, ...]:
        """What the null rule makes of the candidates, one for each example."""
        return tuple(predict_all(self.examples, self.candidates, self.options))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All that is unusual about the chunk."""
        return (*self.noticed, *spanless(self.predictions))


def is_cut(example: Example, asked: str) -> bool:
    """Whether a question was not asked whole."""
    return asked != example.question.lstrip()


def cut_question(example: Example, asked: str) -> Finding:
    """The finding that only the beginning of a question was asked."""
    return Finding(
        kind="cut question",
        severity=Severity.WARNING,
        location=f"question {example.id!r}",
        message=(
            "it leaves no room for the context in a window, so only its first "
            f"{len(asked)} of {len(example.question.lstrip())} characters were asked"
        ),
        remedy="shorten the question or raise max_seq_length",
    )


def spanless(predictions: Sequence[Prediction]) -> Iterator[Finding]:
    """A finding for each prediction whose windows contain no text to answer with."""
    for prediction in predictions:
        if not any(prediction.n_best.texts):
            yield Finding(
                kind="no span",
                severity=Severity.WARNING,
                location=f"question {prediction.example_id!r}",
                message="no window holds any text to answer with, so the answer is empty",
                remedy="look at its context; raise n_best_size if it is not empty",
            )


def shrunk_batches(before: int, after: int, *, device: str) -> Iterator[Finding]:
    """The finding that batches became smaller, if they did."""
    if after < before:
        yield Finding(
            kind="out of memory",
            severity=Severity.WARNING,
            location=device,
            message=(
                f"it had too little memory for batches of {before} tokens, so those of "
                f"{after} went on"
            ),
            remedy="name a smaller --batch-tokens, which saves the failed tries",
        )
