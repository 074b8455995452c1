"""Thresholds withhold answers strictly above them; the official one fits probabilities only."""

import math

import pytest

from qareport.errors import MissingPredictionsError, PredictionsError, UsageError
from qareport.metrics.thresholds import (
    BestThreshold,
    NullOdds,
    OfficialSweep,
    apply_threshold,
    are_degenerate,
    choose_threshold,
    official_sweep,
)
from tests.builders import example_score

RIGHT = example_score("right", has_answer=True, exact=1.0, f1=1.0)
WRONG = example_score("wrong", has_answer=False, exact=0.0, f1=0.0)


def test_probabilities_get_the_official_threshold() -> None:
    assert choose_threshold({"q": 0.0, "r": 1.0}, None) == NullOdds({"q": 0.0, "r": 1.0}, 1.0)


def test_a_requested_threshold_fits_values_of_any_scale() -> None:
    assert choose_threshold({"q": -7.5}, 0.0) == NullOdds({"q": -7.5}, 0.0)


@pytest.mark.parametrize("value", [-0.1, 1.5, -math.inf])
def test_values_that_are_no_probabilities_need_a_requested_threshold(value: float) -> None:
    with pytest.raises(UsageError, match="1 of 1 no-answer values lie outside 0 to 1"):
        choose_threshold({"q": value}, None)


def test_the_refusal_states_the_range_and_how_to_go_on() -> None:
    with pytest.raises(UsageError) as caught:
        choose_threshold({"q": -9.25, "r": 0.5, "s": 3.0}, None)

    assert str(caught.value) == (
        "2 of 3 no-answer values lie outside 0 to 1, from -9.25 to 3.0: they look like logit "
        "differences, which the default threshold 1.0 does not fit; "
        "give a null threshold on their scale, such as 0.0"
    )


def test_values_that_are_no_numbers_are_refused() -> None:
    with pytest.raises(PredictionsError) as caught:
        choose_threshold({"q": 0.5, "r": math.nan}, None)

    assert str(caught.value) == "the no-answer value of 'r' is nan; give a number"


def test_a_threshold_that_is_no_number_is_refused() -> None:
    with pytest.raises(UsageError) as caught:
        choose_threshold({"q": 0.5}, math.nan)

    assert str(caught.value) == (
        "the null threshold is nan, which is above no value; give a number"
    )


def test_no_values_get_the_official_threshold() -> None:
    assert choose_threshold({}, None) == NullOdds({}, 1.0)


@pytest.mark.parametrize(("threshold", "exact"), [(0.49, 1), (0.5, 0), (0.51, 0)])
def test_an_answer_is_withheld_only_above_the_threshold(threshold: float, exact: float) -> None:
    (score,) = apply_threshold([WRONG], NullOdds({"wrong": 0.5}, threshold))

    assert (score.exact, score.f1) == (exact, exact)


def test_withholding_a_right_answer_loses_it() -> None:
    (score,) = apply_threshold([RIGHT], NullOdds({"right": math.inf}, 0.0))

    assert score == example_score("right", has_answer=True, exact=0.0, f1=0.0)


def test_missing_no_answer_values_are_counted_and_named() -> None:
    with pytest.raises(MissingPredictionsError) as caught:
        apply_threshold([RIGHT, WRONG], NullOdds({"right": 0.0}, 1.0))

    assert caught.value.ids == ("wrong",)
    assert str(caught.value) == (
        "1 of 2 predictions lack a no-answer value ('wrong'); "
        "give a value for each, or leave them all out"
    )


def test_the_sweep_finds_the_value_up_to_which_answers_help() -> None:
    null_odds = NullOdds({"wrong": 0.8, "right": 0.2}, 1.0)

    sweep = official_sweep([RIGHT, WRONG], null_odds, {"right": "x", "wrong": "y"})

    best = BestThreshold(points=2.0, threshold=0.2)
    assert sweep == OfficialSweep(exact=best, f1=best, order_dependent=False)


def test_a_sweep_over_equal_values_is_called_order_dependent() -> None:
    null_odds = NullOdds({"right": 0.0, "wrong": 0.0}, 1.0)

    sweep = official_sweep([RIGHT, WRONG], null_odds, {"right": "x", "wrong": "y"})

    assert sweep.order_dependent


def test_values_of_other_ids_do_not_hide_that_all_are_equal() -> None:
    null_odds = NullOdds({"right": 0.0, "zzz": 0.7, "wrong": 0.0}, 1.0)

    sweep = official_sweep([RIGHT, WRONG], null_odds, {"right": "x", "wrong": "y"})

    assert sweep.order_dependent


@pytest.mark.parametrize(
    ("values", "degenerate"), [([], False), ([0.0], False), ([0.0, 0.0], True), ([0.0, 0.1], False)]
)
def test_only_several_equal_values_are_degenerate(values: list[float], *, degenerate: bool) -> None:
    assert are_degenerate(values) is degenerate
