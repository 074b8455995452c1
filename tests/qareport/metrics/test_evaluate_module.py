"""The metric as `evaluate` sees it: same inputs and keys as squad_v2, offline, in float64."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from qareport.errors import DataError, MissingPredictionsError, PredictionsError, UsageError
from qareport.metrics.evaluate_module import PredictionRow, ReferenceRow, squad_metric

REFERENCES: list[ReferenceRow] = [
    {"id": "h1", "answers": {"text": ["Denver Broncos", "The Denver Broncos!"]}},
    {"id": "n1", "answers": {"text": []}},
    {"id": "n2", "answers": {"text": []}},
    {"id": "h2", "answers": {"text": ["1990"]}},
]
X_PREDICTIONS: list[PredictionRow] = [
    {"id": "h1", "prediction_text": "the Broncos", "no_answer_probability": 0.1},
    {"id": "n1", "prediction_text": "x", "no_answer_probability": 0.5},
    {"id": "n2", "prediction_text": "foo", "no_answer_probability": 0.8},
    {"id": "h2", "prediction_text": "1990", "no_answer_probability": 0.9},
]
T3 = {
    "exact": 25,
    "f1": 41.666666666666664,
    "total": 4,
    "HasAns_exact": 50,
    "HasAns_f1": 83.33333333333333,
    "HasAns_total": 2,
    "NoAns_exact": 0,
    "NoAns_f1": 0,
    "NoAns_total": 2,
    "best_exact": 50,
    "best_exact_thresh": 0.0,
    "best_f1": 66.66666666666666,
    "best_f1_thresh": 0.1,
}


def test_t3_is_computed_bit_for_bit_thresholds_included() -> None:
    scores = squad_metric().compute(predictions=X_PREDICTIONS, references=REFERENCES)

    assert scores == T3
    assert list(scores) == list(T3)


def test_t2a_answers_above_the_given_threshold_are_withheld() -> None:
    scores = squad_metric().compute(
        predictions=X_PREDICTIONS, references=REFERENCES, no_answer_threshold=0.5
    )

    assert (scores["exact"], scores["f1"]) == (25, 41.666666666666664)
    assert (scores["HasAns_f1"], scores["NoAns_f1"]) == (33.33333333333333, 50)


def test_rows_may_come_one_by_one_and_in_batches() -> None:
    squad_v2 = squad_metric()
    squad_v2.add(prediction=X_PREDICTIONS[0], reference=REFERENCES[0])
    squad_v2.add_batch(predictions=X_PREDICTIONS[1:], references=REFERENCES[1:])

    assert squad_v2.compute() == T3


def test_a_metric_starts_anew_after_each_result_and_each_error() -> None:
    squad_v2 = squad_metric()
    with pytest.raises(MissingPredictionsError):
        squad_v2.compute(predictions=X_PREDICTIONS[:1], references=REFERENCES[1:2])

    first = squad_v2.compute(predictions=X_PREDICTIONS, references=REFERENCES)
    second = squad_v2.compute(predictions=X_PREDICTIONS, references=REFERENCES)

    assert first == second == T3


def test_without_no_answer_values_there_are_no_best_thresholds() -> None:
    scores = squad_metric().compute(
        predictions=[{"id": "n1", "prediction_text": ""}], references=REFERENCES[1:2]
    )

    assert list(scores) == ["exact", "f1", "total", "NoAns_exact", "NoAns_f1", "NoAns_total"]


def test_keys_that_the_metric_does_not_read_may_stand_in_the_references() -> None:
    reference = {"id": "h2", "title": "t", "answers": {"text": ["1990"], "answer_start": [7]}}

    scores = squad_metric().compute(predictions=X_PREDICTIONS[3:], references=[reference])

    assert scores["exact"] == 100


def test_no_answer_values_of_some_predictions_only_are_refused() -> None:
    predictions = [*X_PREDICTIONS[:3], {"id": "h2", "prediction_text": "1990"}]

    with pytest.raises(MissingPredictionsError, match="1 of 4 predictions lack a no-answer value"):
        squad_metric().compute(predictions=predictions, references=REFERENCES)


def test_logit_differences_need_a_threshold_of_their_own() -> None:
    prediction = {"id": "h2", "prediction_text": "1990", "no_answer_probability": -4.5}

    with pytest.raises(UsageError, match="they look like logit differences"):
        squad_metric().compute(predictions=[prediction], references=REFERENCES[3:])


def test_two_predictions_for_one_question_are_refused() -> None:
    with pytest.raises(PredictionsError) as caught:
        squad_metric().compute(predictions=X_PREDICTIONS[:1] * 2, references=REFERENCES[:2])

    assert str(caught.value) == (
        "more than one prediction has the id 'h1'; predict each question once"
    )


def test_no_rows_are_refused() -> None:
    with pytest.raises(DataError, match="there are no questions to score"):
        squad_metric().compute(predictions=[], references=[])


def test_evaluate_knows_the_metric_as_squad_v2() -> None:
    assert squad_metric().name == "squad_v2"


@pytest.mark.slow
def test_the_metric_works_offline_and_leaves_the_home_folder_alone(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    program = (
        "from qareport.metrics.evaluate_module import squad_metric\n"
        "rows = {'predictions': [{'id': 'q', 'prediction_text': ''}],"
        " 'references': [{'id': 'q', 'answers': {'text': []}}]}\n"
        "print(squad_metric().compute(**rows)['exact'])\n"
    )

    printed = subprocess.run(
        [sys.executable, "-c", program],
        env={"HOME": str(home), "HF_HUB_OFFLINE": "1", "PATH": os.environ["PATH"]},
        check=True,
        capture_output=True,
        text=True,
    )

    assert printed.stdout == "100.0\n"
    assert list(home.iterdir()) == []


def test_texts_are_compared_as_the_normaliser_says() -> None:
    prediction = {"id": "q", "prediction_text": "der Hund"}
    reference = {"id": "q", "answers": {"text": ["Hund"]}}

    exact = {
        name: squad_metric().compute(
            predictions=[prediction], references=[reference], normaliser=name
        )["exact"]
        for name in ("squad-en", "mlqa-de")
    }

    assert exact == {"squad-en": 0.0, "mlqa-de": 100.0}
