"""Holds a chunk of answered examples, from the model to the record's scores."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qareport.data.findings import Finding
from qareport.data.types import Example, Prediction
from qareport.inference.candidates import SpanCandidates

if TYPE_CHECKING:
    from qareport.inference.windows import Window


@dataclass(frozen=True, slots=True)
class AnsweredChunk:
    """Consecutive examples with what a model made of them."""

    examples: Sequence[Example]
    candidates: SpanCandidates
    predictions: Sequence[Prediction]
    cut_questions: frozenset[str]
    """Ids of the examples whose question was not asked whole."""
    findings: tuple[Finding, ...]
    windows: "tuple[Window, ...]" = ()
    """Empty where an earlier run or another process answered."""
    earlier_seconds: float = 0.0
    """How long an earlier run took to answer; 0 where this run answered."""
