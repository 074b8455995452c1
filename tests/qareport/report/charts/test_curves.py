"""Curves become lines in percent, without the leaps of their first few answers."""

from dataclasses import replace

import pytest

from qareport.analysis.statistics.curves import Curves, PrecisionPoint, RiskPoint
from qareport.report.charts.curves import precision_recall_chart, risk_coverage_chart
from qareport.report.charts.rendering import BLUE, NEUTRAL, chart_summary
from tests.chart_readers import dot_colours, points, texts

CURVES = Curves(
    risk_coverage=(
        RiskPoint(coverage=0.005, risk=1.0),
        RiskPoint(coverage=0.25, risk=0.125),
        RiskPoint(coverage=0.5, risk=0.25),
        RiskPoint(coverage=1.0, risk=0.375),
    ),
    precision_recall_exact=(PrecisionPoint(0.0, 1.0), PrecisionPoint(0.25, 0.5)),
    precision_recall_f1=(
        PrecisionPoint(recall=0.0, precision=1.0),
        PrecisionPoint(recall=0.25, precision=0.75),
        PrecisionPoint(recall=0.25, precision=0.625),
        PrecisionPoint(recall=0.5, precision=0.5),
    ),
    precision_recall_oracle=(PrecisionPoint(0.0, 1.0), PrecisionPoint(1.0, 0.5)),
)
BEST_ORDER = "if all right answers came first"


def one_risk(risk: float) -> Curves:
    """The curves of a single answered question."""
    return replace(CURVES, risk_coverage=(RiskPoint(coverage=1.0, risk=risk),))


def test_precision_and_recall_are_percent_in_the_order_of_the_curve() -> None:
    chart = precision_recall_chart(CURVES)

    assert chart is not None
    assert points(chart, "F1") == [(25, 75), (25, 62.5), (50, 50)]
    assert points(chart, "exact match") == [(25, 50)]
    assert points(chart, "if every answer were right") == [(100, 50)]


def test_curve_that_never_leaves_its_first_hundredth_keeps_its_end() -> None:
    ends = (PrecisionPoint(0.0, 1.0), PrecisionPoint(0.0, 0.0))

    chart = precision_recall_chart(replace(CURVES, precision_recall_f1=ends))

    assert chart is not None
    assert points(chart, "F1") == [(0, 0)]


@pytest.mark.parametrize(
    "curves",
    [
        replace(CURVES, precision_recall_exact=None),
        replace(CURVES, precision_recall_f1=None),
        replace(CURVES, precision_recall_oracle=None),
    ],
)
def test_without_any_answerable_question_there_is_no_recall_to_draw(curves: Curves) -> None:
    assert precision_recall_chart(curves) is None


def test_risk_stands_beside_that_of_the_best_order() -> None:
    chart = risk_coverage_chart(CURVES)

    assert points(chart, "by null margin") == [(25, 12.5), (50, 25), (100, 37.5)]
    assert points(chart, BEST_ORDER) == [(25, 0), (50, 0), (62.5, 0), (100, 37.5)]


@pytest.mark.parametrize("risk", [0.0, 1.0])
def test_best_order_of_answers_all_alike_is_their_own(risk: float) -> None:
    chart = risk_coverage_chart(one_risk(risk))

    assert points(chart, BEST_ORDER) == points(chart, "by null margin") == [(100, 100 * risk)]


def test_even_a_curve_of_one_point_is_seen_over_what_it_is_compared_with() -> None:
    assert dot_colours(risk_coverage_chart(one_risk(0.5))) == [NEUTRAL, BLUE]


def test_axes_are_percent_and_the_chart_says_what_is_good() -> None:
    precision, risk = precision_recall_chart(CURVES), risk_coverage_chart(CURVES)

    assert precision is not None
    assert {"recall", "precision", "0 %", "100 %", "Up and to the right is better"} <= {
        *texts(precision)
    }
    assert {"questions answered", "wrong by exact match", "60 %", "Lower is better"} <= {
        *texts(risk)
    }


def test_summaries_tell_the_main_figures() -> None:
    precision, risk = precision_recall_chart(CURVES), risk_coverage_chart(CURVES)

    assert precision is not None
    assert chart_summary(precision) == (
        "Precision against recall: with every question answered, recall is 50.00 % and precision "
        "50.00 % by F1, 25.00 % and 50.00 % by exact match"
    )
    assert chart_summary(risk) == (
        "Wrong answers against questions answered: 25.00 % are wrong by exact match when the "
        "surest 50.00 % of the questions are answered, 37.50 % when all are"
    )
