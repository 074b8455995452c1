"""Finds rows of a record that new answers of the same model do not confirm."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from qareport.analysis.examples.rows import ExampleRow, Row
from qareport.data.percent import Score
from qareport.data.types import Answer, CharSpan, ExampleScore, Prediction
from qareport.inference.identity import Hardware

LOGIT_TOLERANCES: Mapping[str, float] = {
    "float32": 0.005,
    "float16": 0.05,
    "bfloat16": 0.3,
    "int8": 2.0,
    "int8-calibrated": 2.5,
}
"""By how much rounding may change the difference of two scores, in logits, by number format.

Our choice: at least about twice what a null margin changed at most, from torch's float32, with a
model of six layers on a CPU: over 2,000 questions of SQuAD 2.0's dev set 0.17 in bfloat16, 0.65 in
int8 and 1.25 in int8-calibrated, both by OpenVINO; over 100 of them 0.01 in float16 and 0.78 in
torch's int8. Float32 changed by 0.00002 between engines, and has room for deeper models and other
devices.
"""
WIDEST = max(LOGIT_TOLERANCES.values())
"""For number formats of other engines than ours."""


class Change(StrEnum):
    """What of a row new answers do not confirm."""

    ANSWER = "other answer"
    BEST = "other best answer"
    """Of those that were withheld, or may have been by another threshold."""
    MARGIN = "other null margin"
    SCORE = "other score"
    """Of the same answer."""
    NEAR_TIE = "near tie"
    """Another answer, between which and the row's the new logits do not decide."""


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A row that a new answer does not confirm."""

    id: str
    change: Change
    recorded: str
    """Its answer; empty for "no answer"."""
    recorded_margin: float | None
    """Its null margin, in logits."""
    measured: str
    measured_margin: float
    f1_gain: Score
    """F1 of the row less that of the new answer, -1 to 1."""


@dataclass(frozen=True, slots=True)
class NewAnswer:
    """What a model answers to a question that it was asked before."""

    prediction: Prediction
    spans: tuple[Answer, ...]
    """All that it might answer, best first."""
    threshold: float
    """The null margin above which it abstains."""
    score: ExampleScore | None
    """None where the protocol does not score the question."""


def logit_tolerance(recorded: Hardware, new: Hardware) -> float:
    """By how much two runs may differ in the difference of two scores, in logits."""
    return math.fsum(LOGIT_TOLERANCES.get(each.dtype, WIDEST) for each in (recorded, new))


def find_change(row: Row, new: NewAnswer, *, tolerance: float) -> ChangedRow | None:
    """What the new answer does not confirm of the row; None if it is as recorded."""
    pair = _Pair(row, new, tolerance)
    refuted = next((change for change, holds in CHECKS.items() if not holds(pair)), None)
    if refuted is None and pair.is_same:
        return None
    return ChangedRow(
        id=row.example.id,
        change=refuted or Change.NEAR_TIE,
        recorded=row.text,
        recorded_margin=row.null_margin,
        measured=new.prediction.text,
        measured_margin=new.prediction.null_margin,
        f1_gain=_f1(_score(row)) - _f1(new.score),
    )


@dataclass(frozen=True, slots=True)
class _Pair:
    """A row and the new answer to its question.

    What is possible is judged by the new logits alone: those of the record may be forged as well.
    """

    row: Row
    new: NewAnswer
    tolerance: float

    @property
    def is_same(self) -> bool:
        """Whether both have the same answer in the same place."""
        return _place(self.row) == _place(self.new.prediction)

    @property
    def possible(self) -> tuple[Answer, ...]:
        """The spans that rounding may make the best."""
        return tuple(
            each
            for each in self.new.spans
            if self.new.spans[0].score - each.score <= self.tolerance
        )

    def has_possible_answer(self) -> bool:
        """Whether rounding may make the row's answer, or abstention, that of the model."""
        row, found = self.row, self.new.prediction
        is_decided = abs(found.null_margin - self.new.threshold) > self.tolerance
        if is_decided and bool(row.text) != bool(found.text):
            return False
        return not row.text or _place(row) in {_place(each) for each in self.possible}

    def has_possible_best(self) -> bool:
        """Whether rounding may make the best answer of the row that of the model."""
        if not isinstance(self.row, ExampleRow):
            return True
        return self.row.best_text in {each.text for each in self.possible} or not (
            self.row.best_text or self.possible
        )

    def has_same_margin(self) -> bool:
        """Whether both null margins are equal but for rounding, or the row has none."""
        recorded, measured = self.row.null_margin, self.new.prediction.null_margin
        if recorded is None or recorded == measured:
            return True
        return abs(recorded - measured) <= self.tolerance

    def has_same_score(self) -> bool:
        """Whether the same answer has the same score; that of a near tie is believed."""
        if not self.is_same:
            return True
        recorded, measured = _score(self.row), self.new.score
        if recorded is None or measured is None:
            return recorded is measured
        return _judgement(recorded) == _judgement(measured)


CHECKS: Mapping[Change, Callable[[_Pair], bool]] = {
    Change.ANSWER: _Pair.has_possible_answer,
    Change.BEST: _Pair.has_possible_best,
    Change.MARGIN: _Pair.has_same_margin,
    Change.SCORE: _Pair.has_same_score,
}
"""What must hold of a row; the first that does not is named."""


def _place(answer: Row | Prediction | Answer) -> tuple[str, CharSpan | None]:
    return answer.text, answer.span


def _score(row: Row) -> ExampleScore | None:
    return row.score if isinstance(row, ExampleRow) else None


def _f1(score: ExampleScore | None) -> float:
    return score.f1 if score else 0.0


def _judgement(score: ExampleScore) -> tuple[bool, float, float]:
    """What every version measures; others may know other measures."""
    return score.has_answer, score.exact, score.f1
