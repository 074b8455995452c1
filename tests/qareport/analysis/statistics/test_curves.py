"""Curves keep their ends and their course, however many examples there are."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from qareport.analysis.statistics.curves import (
    MOST_POINTS,
    PrecisionPoint,
    RiskPoint,
    kept_points,
    trace_curves,
)
from qareport.analysis.statistics.tie_safe import MarginScores


def scores(*rows: tuple[float, bool, float]) -> MarginScores:
    """Raw score, whether there is an answer, and null margin of each example, as columns."""
    kept, has_answer, margins = zip(*rows, strict=True)
    return MarginScores(np.array(kept), np.array(has_answer), np.array(margins))


EXACT = scores((1.0, True, -1.0), (0.0, True, 0.0), (0.0, False, 1.0), (1.0, True, 2.0))
F1 = scores((1.0, True, -1.0), (0.5, True, 0.0), (0.0, False, 1.0), (1.0, True, 2.0))


def test_risk_grows_from_the_most_confident_answer_to_all_of_them() -> None:
    assert trace_curves(EXACT, F1).risk_coverage == (
        RiskPoint(coverage=0.25, risk=0.0),
        RiskPoint(coverage=0.5, risk=0.5),
        RiskPoint(coverage=0.75, risk=2 / 3),
        RiskPoint(coverage=1.0, risk=0.5),
    )


def test_precision_falls_as_answers_are_admitted_by_each_measure() -> None:
    curves = trace_curves(EXACT, F1)

    assert curves.precision_recall_f1 == (
        PrecisionPoint(recall=0.0, precision=1.0),
        PrecisionPoint(recall=1 / 3, precision=1.0),
        PrecisionPoint(recall=0.5, precision=0.75),
        PrecisionPoint(recall=0.5, precision=0.5),
        PrecisionPoint(recall=2.5 / 3, precision=2.5 / 4),
    )
    assert curves.precision_recall_exact is not None
    assert curves.precision_recall_exact[-1] == PrecisionPoint(2 / 3, 0.5)
    assert curves.precision_recall_oracle is not None
    assert curves.precision_recall_oracle[-1] == PrecisionPoint(1.0, 0.75)


def test_without_an_answer_there_is_no_precision() -> None:
    unanswerable = scores((1.0, False, 0.0))

    curves = trace_curves(unanswerable, unanswerable)

    assert curves.risk_coverage == (RiskPoint(1.0, 0.0),)
    assert curves.precision_recall_exact is curves.precision_recall_f1 is None
    assert curves.precision_recall_oracle is None


@given(st.integers(1, 20_000))
def test_thinning_keeps_both_ends_and_few_points_at_even_steps(count: int) -> None:
    indices = kept_points(count).tolist()

    assert (indices[0], indices[-1]) == (0, count - 1)
    assert len(indices) == min(count, MOST_POINTS)
    steps = np.diff(indices)
    assert not steps.size or steps.max() - steps.min() <= 1


def test_a_long_curve_is_thinned_and_ends_with_all_examples() -> None:
    many = scores(*((float(number % 2), True, float(number)) for number in range(1000)))

    curves = trace_curves(many, many)

    assert len(curves.risk_coverage) == MOST_POINTS
    assert curves.risk_coverage[-1] == RiskPoint(coverage=1.0, risk=0.5)
    assert curves.precision_recall_f1 is not None
    assert curves.precision_recall_f1[0] == PrecisionPoint(recall=0.0, precision=1.0)
    assert curves.precision_recall_f1[-1] == PrecisionPoint(recall=0.5, precision=0.5)
