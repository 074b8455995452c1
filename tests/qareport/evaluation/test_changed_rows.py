"""A new answer confirms a row, may differ from it by rounding, or refutes it."""

import math
from dataclasses import replace

import pytest

from qareport.analysis.examples.rows import DroppedRow, ExampleRow, Row
from qareport.data.types import Answer, CharSpan, Prediction
from qareport.evaluation.changed_rows import (
    LOGIT_TOLERANCES,
    Change,
    ChangedRow,
    NewAnswer,
    find_change,
    logit_tolerance,
)
from qareport.inference.engines.table import DTYPES
from qareport.inference.identity import Hardware
from qareport.inference.n_best import list_answers
from qareport.metrics.squad import score as official_score
from tests.builders import example, example_score
from tests.row_builders import row

CONTEXT = "red fox red hen"
TOLERANCE = 0.5
NULL = Answer("", None, 0.0, 0.0)


def span(text: str, score: float, *, start: int | None = None) -> Answer:
    """A span of the context, the first with this text if no other is meant."""
    first = CONTEXT.index(text) if start is None else start
    return Answer(text, CharSpan(first, first + len(text)), score, 0.0)


def measured(*spans: Answer, threshold: float = 0.0) -> NewAnswer:
    """What a model answers that gives these scores to spans, best first, and 0 to null."""
    null_margin = -spans[0].score if spans else math.inf
    answer = NULL if null_margin > threshold else spans[0]
    prediction = Prediction(
        "q", answer.text, answer.span, null_margin, list_answers([*spans, NULL]), ()
    )
    score = official_score(example(context=CONTEXT), answer.text)
    return NewAnswer(prediction, spans, threshold, score)


def recorded(
    text: str = "", null_margin: float | None = 0.0, *, best: str | None = None, start: int = -1
) -> ExampleRow:
    """The row of an answer to a question about the context."""
    first = CONTEXT.index(text) if start < 0 else start
    return replace(
        row(example(context=CONTEXT), text),
        span=CharSpan(first, first + len(text)) if text else None,
        null_margin=null_margin,
        best_text=text if best is None else best,
    )


def change(one: Row, new: NewAnswer) -> Change | None:
    """What is found to be changed of a row."""
    found = find_change(one, new, tolerance=TOLERANCE)
    return found.change if found else None


def test_the_same_answer_at_the_same_margin_is_as_recorded() -> None:
    assert change(recorded("fox", -2.0), measured(span("fox", 2.0))) is None
    assert change(recorded("", 2.0, best="fox"), measured(span("fox", -2.0))) is None


def test_a_margin_may_be_off_by_what_rounding_changes() -> None:
    assert change(recorded("fox", -2.5), measured(span("fox", 2.0))) is None
    assert change(recorded("fox", -2.6), measured(span("fox", 2.0))) is Change.MARGIN


def test_infinite_margins_are_equal() -> None:
    assert change(recorded("", math.inf), measured()) is None
    assert change(recorded("", 3.0), measured()) is Change.MARGIN


def test_a_row_without_margin_is_compared_by_its_answer() -> None:
    assert change(recorded("fox", None), measured(span("fox", 2.0))) is None
    assert change(recorded("hen", None), measured(span("fox", 2.0))) is Change.ANSWER


@pytest.mark.parametrize(
    ("score", "found"), [(1.6, Change.NEAR_TIE), (1.5, Change.NEAR_TIE), (1.4, Change.ANSWER)]
)
def test_another_span_is_explained_if_both_score_alike(score: float, found: Change) -> None:
    new = measured(span("fox", 2.0), span("hen", score))

    assert change(recorded("hen", -2.0), new) is found


def test_a_span_that_the_model_does_not_consider_is_no_answer_of_its() -> None:
    assert change(recorded("red", -2.0), measured(span("fox", 2.0))) is Change.ANSWER


def test_the_same_words_in_another_place_are_another_answer() -> None:
    new = measured(span("red", 2.0, start=0), span("red", 0.0, start=8))

    assert change(recorded("red", -2.0, start=8), new) is Change.ANSWER


@pytest.mark.parametrize(
    ("score", "found"),
    [(-0.4, Change.NEAR_TIE), (-0.6, Change.ANSWER)],
)
def test_an_answer_that_is_now_withheld_is_explained_near_the_threshold(
    score: float, found: Change
) -> None:
    assert change(recorded("fox", 0.0), measured(span("fox", score))) is found


@pytest.mark.parametrize(
    ("score", "found"),
    [(0.4, Change.NEAR_TIE), (0.6, Change.ANSWER)],
)
def test_an_answer_that_was_withheld_is_explained_near_the_threshold(
    score: float, found: Change
) -> None:
    assert change(recorded("", 0.0, best="fox"), measured(span("fox", score))) is found


def test_the_threshold_is_that_of_the_record() -> None:
    near = measured(span("fox", 2.0), threshold=-1.8)
    far = measured(span("fox", 2.0), threshold=-1.0)

    assert change(recorded("", -1.7, best="fox"), near) is Change.NEAR_TIE
    assert change(recorded("", -1.7, best="fox"), far) is Change.ANSWER


def test_a_margin_in_the_row_explains_nothing() -> None:
    assert change(recorded("", 0.001, best="fox"), measured(span("fox", 5.0))) is Change.ANSWER


def test_the_best_answer_of_a_row_must_be_possible_even_where_it_is_withheld() -> None:
    new = measured(span("fox", -2.0), span("red", -2.4), span("hen", -4.0))

    assert change(recorded("", 2.0, best="red"), new) is None
    assert change(recorded("", 2.0, best="hen"), new) is Change.BEST
    assert change(recorded("", 2.0, best=""), new) is Change.BEST


def test_the_same_answer_has_the_same_score() -> None:
    right = example_score("q", has_answer=True, exact=1.0, f1=1.0)
    one = replace(recorded("fox", -2.0), score=right)
    new = measured(span("fox", 2.0))

    assert change(one, replace(new, score=right)) is None
    assert change(one, replace(new, score=replace(right, has_answer=False))) is Change.SCORE
    assert change(one, replace(new, score=None)) is Change.SCORE


def test_measures_that_only_one_version_knows_are_not_compared() -> None:
    one = recorded("fox", -2.0)
    further = replace(
        one, score=replace(one.score, measures={**one.score.measures, "of later": 0.5})
    )

    assert change(further, measured(span("fox", 2.0))) is None


def test_the_score_of_a_near_tie_is_believed() -> None:
    one = replace(
        recorded("hen", -2.0), score=example_score("q", has_answer=True, exact=1.0, f1=1.0)
    )
    new = measured(span("fox", 2.0), span("hen", 1.9))

    assert change(one, new) is Change.NEAR_TIE


def test_a_question_that_is_not_scored_has_an_answer_all_the_same() -> None:
    dropped = DroppedRow(
        example(context=CONTEXT), "fox", CharSpan(4, 7), -2.0, question_is_cut=False
    )
    new = replace(measured(span("fox", 2.0)), score=None)

    assert change(dropped, new) is None
    assert change(replace(dropped, text="red"), new) is Change.ANSWER


def test_what_changed_is_told_with_both_answers_and_margins() -> None:
    found = find_change(recorded("hen", -9.0), measured(span("fox", -2.0)), tolerance=TOLERANCE)

    assert found == ChangedRow("q", Change.ANSWER, "hen", -9.0, "", 2.0, f1_gain=-1.0)


def test_every_number_format_has_its_own_tolerance() -> None:
    assert {*LOGIT_TOLERANCES} == {*DTYPES}


def test_rounding_of_both_runs_adds_up() -> None:
    bfloat16 = Hardware("cpu", "a CPU", "bfloat16", 4096)
    own = replace(bfloat16, dtype="ternary")

    assert logit_tolerance(bfloat16, replace(bfloat16, dtype="float32")) == (
        LOGIT_TOLERANCES["bfloat16"] + LOGIT_TOLERANCES["float32"]
    )
    assert logit_tolerance(own, own) == 2 * max(LOGIT_TOLERANCES.values())
