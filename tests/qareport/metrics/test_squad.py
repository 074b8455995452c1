"""Golden cases of exact match and token F1, each seen by running evaluate-v2.0.py."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qareport.errors import DataError, MissingPredictionsError
from qareport.metrics.normalisers import SQUAD_EN
from qareport.metrics.squad import (
    abstain,
    exact_match,
    has_exact_match,
    score,
    score_all,
    token_f1,
)
from tests.builders import example, example_score

ANSWERS = st.text(alphabet="ab the.", max_size=12)


@pytest.mark.parametrize(
    ("gold", "prediction", "exact", "f1"),
    [
        pytest.param("mid-1990s", "mid 1990s", 0, 0, id="N3-hyphen"),
        pytest.param("1990\u20131995", "1990-1995", 0, 0, id="N3-dash"),
        pytest.param("1990-1995", "1990 1995", 0, 0, id="N3-space"),
        pytest.param("café", "cafe\u0301", 0, 0, id="N5-accent"),
        pytest.param("Stra\u00dfe", "STRASSE", 0, 0, id="N5-sharp-s"),
        pytest.param("\u5317\u4eac\u5e02", "\u5317\u4eac", 0, 0, id="N7"),
        pytest.param("cat cat", "cat cat cat", 0, 0.8, id="F1"),
        pytest.param("a cat a cat", "cat", 0, 0.6666666666666666, id="F2"),
        pytest.param("Denver Broncos", "the Broncos", 0, 0.6666666666666666, id="F3"),
        pytest.param("in the late 1990s", "late 1990s", 0, 0.8, id="F4"),
        pytest.param("St. John's", "St John\u2019s", 0, 0.5, id="F5"),
        pytest.param("1.5", "15", 1, 1.0, id="F6-point"),
        pytest.param("$5", "5", 1, 1.0, id="F6-dollar"),
        pytest.param("U.S.", "us", 1, 1.0, id="F6-dots"),
        pytest.param("IT", "it", 1, 1.0, id="F6-case"),
        pytest.param("the", "a", 1, 1, id="F7"),
    ],
)
def test_one_gold_answer_is_compared_as_by_the_official_script(
    gold: str, prediction: str, exact: float, f1: float
) -> None:
    assert exact_match(gold, prediction) == exact
    assert token_f1(gold, prediction) == f1


@given(ANSWERS, ANSWERS)
def test_f1_is_symmetric(one: str, other: str) -> None:
    assert token_f1(one, other) == token_f1(other, one)


@given(ANSWERS, ANSWERS)
def test_f1_is_1_where_texts_match_exactly(one: str, other: str) -> None:
    assert token_f1(one, other) >= exact_match(one, other)


def test_a_score_is_the_best_over_the_gold_answers_for_each_measure() -> None:
    question = example("q1", golds=("Denver Broncos", "The Denver Broncos team"))

    assert score(question, "Broncos team") == example_score(
        "q1", has_answer=True, exact=0.0, f1=0.8
    )


@given(st.lists(ANSWERS, max_size=3), st.lists(ANSWERS, max_size=3))
def test_texts_match_exactly_where_one_of_them_scores_1(golds: list[str], texts: list[str]) -> None:
    question = example(golds=tuple(golds))

    found = has_exact_match(question, texts, SQUAD_EN)

    assert found is any(score(question, text).exact == 1 for text in texts)


def test_no_answer_is_right_for_a_question_without_gold_answers() -> None:
    assert score(example(golds=()), "") == example_score("q", has_answer=False, exact=1.0, f1=1.0)


def test_withholding_a_right_answer_scores_0() -> None:
    raw = score(example(golds=("x",)), "x")

    assert (abstain(raw).exact, abstain(raw).f1) == (0, 0)


def test_withholding_an_answer_to_an_unanswerable_question_scores_1() -> None:
    raw = score(example(golds=()), "x")

    assert (abstain(raw).exact, abstain(raw).f1) == (1, 1)


def test_scores_keep_the_order_of_the_examples() -> None:
    scores = score_all([example("b"), example("a")], {"a": "", "b": "x"})

    assert [(each.example_id, each.exact) for each in scores] == [("b", 0), ("a", 1)]


def test_predictions_for_other_ids_are_left_alone() -> None:
    scores = score_all([example("a")], {"a": "", "zzz": "x"})

    assert [each.example_id for each in scores] == ["a"]


def test_missing_predictions_are_counted_and_the_first_named() -> None:
    examples = [example(example_id) for example_id in "abcde"]

    with pytest.raises(MissingPredictionsError) as caught:
        score_all(examples, {"a": ""})

    assert caught.value.ids == ("b", "c", "d", "e")
    assert str(caught.value) == (
        "4 of 5 questions have no prediction ('b', 'c', 'd' and 1 more); "
        "predict '' where there is no answer"
    )


def test_two_questions_with_one_id_are_refused() -> None:
    examples = [example("h1", golds=("x",)), example("h1", golds=("y",))]

    with pytest.raises(DataError) as caught:
        score_all(examples, {"h1": "x"})

    assert str(caught.value) == (
        "more than one question has the id 'h1'; give each question its own"
    )
