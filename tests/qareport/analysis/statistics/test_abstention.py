"""Measures of abstention have the values of their standard formulas, and their properties."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qareport.analysis.statistics.abstention import (
    HIGHEST_TEMPERATURE,
    LOWEST_TEMPERATURE,
    ReliabilityBin,
    aurc,
    auroc,
    brier_score,
    calibration_error,
    excess_aurc,
    fit_temperature,
    measure_temperature,
    null_probabilities,
    reliability,
    risk_coverage,
)
from qareport.analysis.statistics.tie_safe import MarginScores
from qareport.errors import DataError

Rows = list[tuple[float, bool, float]]
"""Raw score, whether there is an answer, and null margin of each example."""
ROWS = st.lists(
    st.tuples(
        st.sampled_from([0.0, 0.5, 1.0]),
        st.booleans(),
        st.sampled_from([-math.inf, -1.0, 0.0, 2.0, math.inf]),
    ),
    min_size=1,
)
T = [(0.0, True, 0.1), (0.0, False, 0.5), (0.0, False, 0.8), (1.0, True, 0.9)]
B1 = [(1.0, True, 0.0), (1.0, True, 0.0), (0.0, False, 0.0), (0.0, False, 0.0)]
B4 = [(1.0, True, -9.0), (1.0, True, -5.0), (0.0, False, -2.0), (0.0, False, 3.0)]


def scores(rows: Rows) -> MarginScores:
    """The rows as columns."""
    kept, has_answer, margins = zip(*rows, strict=True)
    return MarginScores(np.array(kept), np.array(has_answer), np.array(margins))


def margin_rows(*, without_answer: list[float], with_answer: list[float]) -> Rows:
    """Examples of both kinds with these margins."""
    return [(0.0, False, margin) for margin in without_answer] + [
        (0.0, True, margin) for margin in with_answer
    ]


def log_loss(rows: Rows, temperature: float) -> float:
    """The plain formula."""
    losses = []
    for _, has_answer, margin in rows:
        probability = 1 / (1 + math.exp(-margin / temperature))
        losses.append(-math.log(1 - probability if has_answer else probability))
    return sum(losses) / len(losses)


@pytest.mark.parametrize(
    ("rows", "area"),
    [pytest.param(T, 0.5, id="T"), pytest.param(B1, 0.5, id="B1"), pytest.param(B4, 1.0, id="B4")],
)
def test_auroc_is_the_chance_that_a_question_without_answer_has_the_higher_margin(
    rows: Rows, area: float
) -> None:
    assert auroc(scores(rows)) == area


@pytest.mark.parametrize("has_answer", [True, False])
def test_auroc_of_one_kind_of_questions_is_undefined(*, has_answer: bool) -> None:
    assert auroc(scores([(0.0, has_answer, 0.0)])) is None


@given(ROWS)
def test_auroc_counts_pairs(rows: Rows) -> None:
    with_answer = [margin for _, has_answer, margin in rows if has_answer]
    without = [margin for _, has_answer, margin in rows if not has_answer]
    wins = [(low < high) + (low == high) / 2 for low in with_answer for high in without]

    assert auroc(scores(rows)) == (sum(wins) / len(wins) if wins else None)


@pytest.mark.parametrize(
    ("rows", "area"),
    [
        pytest.param(T, 0.9375, id="T"),
        pytest.param(B1, 0.5, id="B1"),
        pytest.param(B4, 0.2083333, id="B4"),
    ],
)
def test_aurc_is_the_mean_risk_over_all_coverages(rows: Rows, area: float) -> None:
    assert aurc(scores(rows)) == pytest.approx(area, abs=1e-7)


def test_risk_at_a_coverage_is_the_mean_loss_of_the_most_confident() -> None:
    risks = risk_coverage(scores([(1.0, True, 2.0), (0.5, True, -3.0), (0.0, False, 1.0)]))

    assert risks.tolist() == [0.5, 0.75, 0.5]


def test_equal_margins_share_their_mean_loss() -> None:
    risks = risk_coverage(scores([(1.0, True, 0.0), (0.0, True, 0.0), (1.0, True, 1.0)]))

    assert risks.tolist() == pytest.approx([0.5, 0.5, 1 / 3])


def test_excess_area_of_a_perfect_order_is_0() -> None:
    assert excess_aurc(scores(B4)) == 0


def test_excess_area_is_what_a_perfect_order_would_save() -> None:
    assert excess_aurc(scores(T)) == pytest.approx(0.9375 - (0 + 1 / 2 + 2 / 3 + 3 / 4) / 4)


@given(ROWS)
def test_no_order_is_better_than_perfect(rows: Rows) -> None:
    assert excess_aurc(scores(rows)) >= -1e-12


@given(ROWS.flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows))))
def test_order_of_examples_never_matters(orders: tuple[Rows, Rows]) -> None:
    one, other = (scores(rows) for rows in orders)

    assert auroc(one) == auroc(other)
    assert risk_coverage(one) == pytest.approx(risk_coverage(other))
    assert fit_temperature(one) == pytest.approx(fit_temperature(other))


def test_calibration_error_is_the_golden_one() -> None:
    bins = reliability(np.array([0.1, 0.4, 0.6, 0.9]), np.array([0.0, 0.0, 1.0, 1.0]), bins=5)

    assert calibration_error(bins) == pytest.approx(0.25)


def test_a_bin_includes_its_upper_end_and_the_first_one_0() -> None:
    probabilities = np.array([0.0, 0.5, 0.75, 1.0])

    bins = reliability(probabilities, np.array([0.0, 1.0, 1.0, 0.0]), bins=2)

    assert bins == (
        ReliabilityBin(n=2, probability=0.25, frequency=0.5),
        ReliabilityBin(n=2, probability=0.875, frequency=0.5),
    )


def test_empty_bins_are_left_out() -> None:
    bins = reliability(np.array([0.05, 0.95]), np.array([0.0, 1.0]))

    assert [each.probability for each in bins] == [0.05, 0.95]


def test_a_probability_that_is_an_edge_but_for_its_last_bit_counts_as_the_edge() -> None:
    probabilities = np.nextafter(np.full(2, 0.3), [0.0, 1.0])

    bins = reliability(probabilities, np.array([0.0, 1.0]))

    assert [each.n for each in bins] == [2]


# 7/25 = 0.28, and 0.28 * 25 is above 7 in floating point.
def test_an_edge_that_rounds_up_stays_in_its_bin() -> None:
    bins = reliability(np.array([0.27, 0.28]), np.array([0.0, 1.0]), bins=25)

    assert [each.n for each in bins] == [2]


def test_brier_score_is_the_mean_squared_distance() -> None:
    assert brier_score(np.array([0.5, 1.0]), np.array([1.0, 1.0])) == 0.125


def test_nothing_can_be_calibrated_on_no_examples() -> None:
    with pytest.raises(DataError) as caught:
        brier_score(np.array([]), np.array([]))

    assert str(caught.value) == "there are no examples to calibrate on; check the data set"
    with pytest.raises(DataError):
        reliability(np.array([]), np.array([]))


def test_null_probability_is_the_logistic_function_of_the_margin() -> None:
    margins = np.array([-math.inf, -2000.0, 0.0, math.log(3.0), 2000.0, math.inf])

    assert null_probabilities(margins).tolist() == pytest.approx([0, 0, 0.5, 0.75, 1, 1])


def test_a_temperature_divides_the_margin() -> None:
    assert null_probabilities(np.array([6.0]), 2.0) == null_probabilities(np.array([3.0]))


# With 3 of 4 right, the best probability of every answer is 3/4, so margin / T is log 3.
def test_fitted_temperature_makes_the_mean_probability_true() -> None:
    rows = margin_rows(without_answer=[2.0, 2.0, 2.0, -2.0], with_answer=[])

    assert fit_temperature(scores(rows)) == pytest.approx(2 / math.log(3), rel=1e-12)


@given(st.lists(st.floats(-9, 9), min_size=2), st.lists(st.floats(-9, 9), min_size=2))
def test_no_temperature_near_the_fitted_one_is_better(
    without_answer: list[float], with_answer: list[float]
) -> None:
    rows = margin_rows(without_answer=[*without_answer, 1.0, -2.0], with_answer=with_answer)

    fitted = fit_temperature(scores(rows))

    assert LOWEST_TEMPERATURE <= fitted <= HIGHEST_TEMPERATURE
    best = log_loss(rows, fitted)
    assert log_loss(rows, min(fitted * 1.01, HIGHEST_TEMPERATURE)) >= best - 1e-12
    assert log_loss(rows, fitted / 1.01) >= best - 1e-12


@pytest.mark.parametrize(
    ("margin", "end"), [(1.0, LOWEST_TEMPERATURE), (-1.0, HIGHEST_TEMPERATURE)]
)
def test_a_fit_without_a_best_ends_where_the_range_does(margin: float, end: float) -> None:
    rows = margin_rows(without_answer=[margin], with_answer=[-margin])

    assert fit_temperature(scores(rows)) == pytest.approx(end)


def test_infinite_margins_have_no_say_in_the_temperature() -> None:
    rows = margin_rows(without_answer=[2.0, 2.0, 2.0, -2.0], with_answer=[])
    more = margin_rows(without_answer=[-math.inf], with_answer=[-math.inf, math.inf])

    assert fit_temperature(scores(rows + more)) == fit_temperature(scores(rows))


@pytest.mark.parametrize("margin", [0.0, math.inf])
def test_temperature_is_1_where_no_margin_depends_on_it(margin: float) -> None:
    assert fit_temperature(scores(margin_rows(without_answer=[margin], with_answer=[]))) == 1


def test_a_temperature_is_fitted_on_one_part_and_measured_on_the_other() -> None:
    tuning = margin_rows(without_answer=[2.0, 2.0, 2.0, -2.0], with_answer=[])
    measured = margin_rows(without_answer=[1.0], with_answer=[4.0])

    fit = measure_temperature(scores(tuning + measured), np.array([True] * 4 + [False] * 2))

    assert fit.temperature == pytest.approx(2 / math.log(3))
    assert (fit.tuned_on, fit.raw.n, fit.scaled.n) == (4, 2, 2)
    assert fit.raw.log_loss == pytest.approx(log_loss(measured, 1.0))
    assert fit.scaled.log_loss == pytest.approx(log_loss(measured, fit.temperature))
    assert fit.scaled.brier < fit.raw.brier
    assert fit.raw.calibration_error == pytest.approx(
        (1 / (1 + math.exp(1)) + 1 / (1 + math.exp(-4))) / 2
    )


def test_a_temperature_cannot_be_measured_on_no_examples() -> None:
    with pytest.raises(DataError, match="there are no examples"):
        measure_temperature(scores(T), np.array([True] * 4))
