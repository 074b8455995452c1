"""Offers the official metric as an `evaluate` module, without the Hub and the home folder."""

from collections import Counter
from collections.abc import Iterable, Sequence
from tempfile import TemporaryDirectory
from typing import NotRequired, TypedDict, no_type_check

import evaluate
from datasets import Features, List, Value

from qareport.data.types import Example, GoldAnswer
from qareport.errors import PredictionsError, UsageError, name_ids
from qareport.metrics.measures import MEASURES, Scoring
from qareport.metrics.normalisers import SQUAD_EN
from qareport.metrics.submissions import Submission, score_submission
from qareport.metrics.thresholds import NullOdds, choose_threshold
from qareport.metrics.totals import official_report

DESCRIPTION = "Exact match and token F1 of SQuAD v2, as the official evaluate-v2.0.py computes them"
CITATION = "Rajpurkar et al. 2018: Know What You Don't Know: Unanswerable Questions for SQuAD"
INPUTS = """
    predictions: {"id", "prediction_text", "no_answer_probability"}; the last may be left out of all
    references: {"id", "answers": {"text": [...]}}; further keys are not read
    no_answer_threshold: above it an answer is withheld; 1.0 for probabilities
    normaliser: how texts are compared; squad-en, or such as mlqa-de for other languages
    measures: names of further measures beside exact and f1, such as contains
"""


class PredictionRow(TypedDict):
    """A prediction as `evaluate` hands it in."""

    id: str
    prediction_text: str
    no_answer_probability: NotRequired[float | None]


class AnswersColumn(TypedDict):
    """The gold answers of one question, column by column."""

    text: Sequence[str]


class ReferenceRow(TypedDict):
    """The gold answers of one question as `evaluate` hands them in."""

    id: str
    answers: AnswersColumn


def squad_metric() -> evaluate.Metric:
    """A fresh metric with the inputs and keys of `evaluate.load("squad_v2")`."""
    # evaluate makes a cache folder even for what it keeps in memory: here it never gets filled.
    with TemporaryDirectory() as cache:
        return SquadV2(cache_dir=cache, keep_in_memory=True)


class SquadV2(evaluate.Metric):  # type: ignore[misc] # evaluate has no types
    """The metric; `evaluate` names it squad_v2 after this class."""

    # evaluate copies the bare code of `add` and `add_batch`: what a type checker wraps gets lost.
    @no_type_check
    def add(self, *, prediction: PredictionRow, reference: ReferenceRow) -> None:
        """Keep one prediction and its reference until `compute`."""
        self.add_batch(predictions=[prediction], references=[reference])

    @no_type_check
    def add_batch(
        self, *, predictions: Iterable[PredictionRow], references: Iterable[ReferenceRow]
    ) -> None:
        """Keep predictions and their references until `compute`."""
        # evaluate itself accepts no row with a key too many or too few.
        super().add_batch(
            predictions=[_complete(row) for row in predictions],
            references=[_trim(row) for row in references],
        )

    def _info(self) -> evaluate.MetricInfo:
        return evaluate.MetricInfo(
            description=DESCRIPTION,
            citation=CITATION,
            inputs_description=INPUTS,
            features=Features(
                predictions={
                    "id": Value("string"),
                    "prediction_text": Value("string"),
                    # With float32, as in evaluate's own squad_v2, 0.1 comes back as 0.10000000149.
                    "no_answer_probability": Value("float64"),
                },
                references={"id": Value("string"), "answers": {"text": List(Value("string"))}},
            ),
        )

    def _compute(
        self,
        *,
        predictions: Sequence[PredictionRow],
        references: Sequence[ReferenceRow],
        no_answer_threshold: float | None = None,
        normaliser: str = SQUAD_EN.name,
        measures: Sequence[str] = (),
    ) -> dict[str, int | float]:
        _require_distinct_ids(predictions)
        submission = Submission(
            texts={row["id"]: row["prediction_text"] for row in predictions},
            null_odds=_null_odds(predictions, no_answer_threshold),
        )
        examples = [_example(row) for row in references]
        scoring = Scoring(normaliser, tuple(measures))
        _require_texts_alone(scoring)
        scored = score_submission(examples, submission, scoring)
        return official_report(scored.scores, scored.sweep)


def _complete(row: PredictionRow) -> PredictionRow:
    return {
        "id": row["id"],
        "prediction_text": row["prediction_text"],
        "no_answer_probability": row.get("no_answer_probability"),
    }


def _trim(row: ReferenceRow) -> ReferenceRow:
    return {"id": row["id"], "answers": {"text": row["answers"]["text"]}}


def _require_distinct_ids(predictions: Sequence[PredictionRow]) -> None:
    uses = Counter(row["id"] for row in predictions)
    repeated = tuple(example_id for example_id, count in uses.items() if count > 1)
    if repeated:
        raise PredictionsError(
            f"more than one prediction has the id {name_ids(repeated)}; predict each question once"
        )


def _require_texts_alone(scoring: Scoring) -> None:
    for name in scoring.all_measures:
        if MEASURES[name].reads_context:
            raise UsageError(f"measure {name!r}: needs contexts, which this metric is not given")


def _null_odds(predictions: Sequence[PredictionRow], threshold: float | None) -> NullOdds | None:
    """The given no-answer values; None when there are none."""
    values = {
        row["id"]: value
        for row in predictions
        if (value := row.get("no_answer_probability")) is not None
    }
    return choose_threshold(values, threshold) if values else None


def _example(row: ReferenceRow) -> Example:
    """The reference as an example; the metric reads neither question nor context."""
    golds = tuple(GoldAnswer(text, start=0) for text in row["answers"]["text"])
    return Example(row["id"], question="", context="", gold_answers=golds)
