"""The official precision-recall curves: golden case P, seen by running evaluate-v2.0.py."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qareport.analysis.statistics.curves import oracle_precision_recall, precision_recall
from qareport.analysis.statistics.tie_safe import MarginScores

Rows = list[tuple[float, bool, float]]
"""Raw score, whether there is an answer, and null margin of each example."""
ROWS = st.lists(
    st.tuples(st.sampled_from([0.0, 0.25, 1.0]), st.booleans(), st.sampled_from([-1.0, 0.0, 2.0])),
    min_size=1,
)
T_EXACT = [(0.0, True, 0.1), (0.0, False, 0.5), (0.0, False, 0.8), (1.0, True, 0.9)]
T_F1 = [(2 / 3, True, 0.1), (0.0, False, 0.5), (0.0, False, 0.8), (1.0, True, 0.9)]
T_TIED = [(kept, has_answer, 0.5) for kept, has_answer, _ in T_EXACT]
T_APART = [(1.0, True, 0.1), (1.0, True, 0.1), (0.0, False, 0.9), (0.0, False, 0.9)]


def scores(rows: Rows) -> MarginScores:
    """The rows as columns."""
    kept, has_answer, margins = zip(*rows, strict=True)
    return MarginScores(np.array(kept), np.array(has_answer), np.array(margins))


@pytest.mark.parametrize(
    ("rows", "percent"),
    [pytest.param(T_EXACT, 12.5, id="P-exact"), pytest.param(T_F1, 43.05555555555555, id="P-f1")],
)
def test_average_precision_is_that_of_the_official_script(rows: Rows, percent: float) -> None:
    curve = precision_recall(scores(rows))

    assert curve is not None
    assert 100 * curve.average_precision == pytest.approx(percent, abs=1e-12)


@pytest.mark.parametrize(
    ("rows", "percent"),
    [
        pytest.param(T_EXACT, 75.0, id="P-oracle"),
        pytest.param(T_TIED, 50.0, id="P-tied"),
        pytest.param(T_APART, 100.0, id="P-apart"),
    ],
)
def test_oracle_takes_every_answer_for_right(rows: Rows, percent: float) -> None:
    curve = oracle_precision_recall(scores(rows))

    assert curve is not None
    assert 100 * curve.average_precision == pytest.approx(percent, abs=1e-12)


def test_a_curve_has_one_point_for_each_margin_after_the_one_that_admits_nothing() -> None:
    curve = precision_recall(scores([(1.0, True, -1.0), (0.5, True, 3.0), (0.0, False, 3.0)]))

    assert curve is not None
    assert curve.recalls.tolist() == [0.0, 0.5, 0.75]
    assert curve.precisions.tolist() == [1.0, 1.0, 0.5]


def test_there_is_no_curve_without_an_answerable_example() -> None:
    assert precision_recall(scores([(1.0, False, 0.0)])) is None


def test_infinite_margins_come_last() -> None:
    curve = precision_recall(scores([(1.0, True, math.inf), (1.0, True, math.inf)]))

    assert curve is not None
    assert curve.recalls.tolist() == [0.0, 1.0]


@given(ROWS.flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows))))
def test_order_of_examples_never_matters(orders: tuple[Rows, Rows]) -> None:
    curve, other = (precision_recall(scores(rows)) for rows in orders)

    assert (curve is None) == (other is None)
    if curve and other:
        assert curve.average_precision == pytest.approx(other.average_precision)


@given(ROWS)
def test_recall_rises_to_the_mean_score_of_the_answerable(rows: Rows) -> None:
    curve = precision_recall(scores(rows))

    answerable = [kept for kept, has_answer, _ in rows if has_answer]
    assert (curve is None) == (not answerable)
    if curve:
        assert (np.diff(curve.recalls) >= 0).all()
        assert curve.recalls[-1] == pytest.approx(sum(answerable) / len(answerable))
