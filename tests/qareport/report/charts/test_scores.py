"""Scores become rows of dots and bars: the weakest groups first, models in the given order."""

from dataclasses import replace

import pytest

from qareport.analysis.analyse import GroupScores
from qareport.analysis.statistics.intervals import Bounds, ClusterUnit, Interval
from qareport.errors import DataError
from qareport.report.charts.rendering import BLUE, NEUTRAL, VERMILION, chart_summary
from qareport.report.charts.scores import ModelScores, against_chart, groups_chart
from tests.analysis_builders import interval
from tests.builders import by_measure
from tests.chart_readers import bars, colours, texts

ALL = replace(interval(Bounds(0.625, 0.75, 0.95)), estimate=0.6875, n=96)


def scored(estimate: float, bounds: Bounds | None = None, *, n: int = 40) -> Interval:
    """A score of that many questions."""
    return replace(interval(bounds), estimate=estimate, n=n)


def group(name: str, f1: Interval, *, is_small: bool = False) -> GroupScores:
    """A group of the trait "windows", with an exact match that no chart of F1 shows."""
    return GroupScores("windows", name, by_measure(scored(0.03), f1), is_small=is_small)


def model(name: str, exact: Interval, f1: Interval) -> ModelScores:
    """A model with its scores."""
    return ModelScores(name, by_measure(exact, f1))


WEAK = group("3+", scored(0.25, Bounds(0.125, 0.5, 0.95)))
STRONG = group("1", scored(0.75, Bounds(0.625, 0.875, 0.95), n=56))
LONE = group("2", scored(0.5))
TEACHER = model("teacher", scored(0.75, Bounds(0.72, 0.78, 0.95)), scored(0.8125))
STUDENT = model("student", scored(0.8), scored(0.75))


def test_weakest_groups_come_first_below_all_questions() -> None:
    chart = groups_chart([STRONG, WEAK], overall=ALL)

    assert chart is not None
    assert bars(chart) == [(62.5, 68.75, 75), (12.5, 25, 50), (62.5, 75, 87.5)]
    assert colours(chart) == [(NEUTRAL, True), (BLUE, True), (BLUE, True)]
    drawn = texts(chart)
    assert drawn[:3] == ["0 %", "20 %", "40 %"]
    assert [text for text in drawn if text in {"windows: 1", "windows: 3+", "all questions"}] == [
        "all questions",
        "windows: 3+",
        "windows: 1",
    ]
    assert {"n", "96", "40", "56", "F1, %", "68.75", "25.00", "75.00"} <= {*drawn}


def test_small_groups_and_those_beyond_the_most_are_left_out() -> None:
    small = group("4", scored(0.0), is_small=True)

    chart = groups_chart([STRONG, small, LONE, WEAK], overall=ALL, most=2)

    assert chart is not None
    assert [dot for _, dot, _ in bars(chart)] == [68.75, 25, 50]


def test_small_groups_alone_make_no_chart() -> None:
    assert groups_chart([replace(WEAK, is_small=True)], overall=ALL) is None


def test_group_without_bounds_is_a_hollow_dot_and_the_chart_says_why() -> None:
    chart = groups_chart([LONE, STRONG], overall=ALL)

    assert chart is not None
    assert bars(chart)[1] == (50, 50, 50)
    assert [is_filled for _, is_filled in colours(chart)] == [True, False, True]
    assert (
        "Bars are 95 % intervals, unknown where a dot is hollow, for want of 8 articles"
        in texts(chart)
    )


def test_groups_of_one_name_keep_a_row_each() -> None:
    chart = groups_chart([group("i" * 99, scored(0.5)), group("i" * 98, scored(0.25))], overall=ALL)

    assert chart is not None
    assert texts(chart).count(f"windows: {'i' * 38}…") == 2


def test_summary_of_groups_tells_the_three_weakest() -> None:
    groups = [STRONG, WEAK, LONE, group("4", scored(0.875))]

    chart = groups_chart(groups, overall=ALL)

    assert chart is not None
    assert chart_summary(chart) == (
        "F1 of the weakest of 4 groups of 30 or more questions: windows: 3+ 25.00 %, "
        "windows: 2 50.00 %, windows: 1 75.00 %; of all questions 68.75 %"
    )


def test_models_keep_their_order_within_each_measure() -> None:
    chart = against_chart([TEACHER, STUDENT])

    assert bars(chart) == [(72, 75, 78), (80, 80, 80), (81.25, 81.25, 81.25), (75, 75, 75)]
    assert [colour for colour, _ in colours(chart)] == [VERMILION, VERMILION, BLUE, BLUE]
    names = {"teacher", "student", "exact match", "F1"}
    assert [text for text in texts(chart) if text in names] == [
        "exact match",
        "teacher",
        "student",
        "F1",
        "teacher",
        "student",
    ]


def test_summary_of_models_tells_all_scores() -> None:
    assert chart_summary(against_chart([TEACHER, STUDENT])) == (
        "Exact match: teacher 75.00 %, student 80.00 %; F1: teacher 81.25 %, student 75.00 %"
    )


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0.72, 0.78, [70, 75, 80]),
        (0.47, 0.55, [45, 50, 55]),
        (0.71, 0.72, [65, 70, 75]),
        (0.62, 0.87, [60, 70, 80, 90]),
        (0.3, 0.87, [20, 40, 60, 80, 100]),
        (1.0, 1.0, [90, 95, 100]),
        (0.0, 0.0, [0, 5, 10]),
        (0.0, 1.0, [0, 20, 40, 60, 80, 100]),
    ],
)
def test_axis_holds_all_bars_and_never_magnifies_a_trifle(
    low: float, high: float, ticks: list[int]
) -> None:
    figure = scored(low, Bounds(low, high, 0.95))

    drawn = texts(against_chart([model("m", figure, figure)]))

    assert [text for text in drawn if text.endswith(("0 %", "5 %"))] == [
        f"{tick} %" for tick in ticks
    ]


@pytest.mark.parametrize(
    ("low", "line"),
    [
        (0.0, "Further right is better"),
        (0.5, "Further right is better; the axis does not start at 0"),
    ],
)
def test_axis_that_does_not_start_at_0_says_so(low: float, line: str) -> None:
    assert line in texts(against_chart([model("m", scored(low), scored(1.0))]))


def test_scores_of_a_lone_paragraph_have_no_intervals() -> None:
    lone = interval(clusters=1, unit=ClusterUnit.PARAGRAPH)

    drawn = texts(against_chart([model("m", lone, lone)]))

    assert "Without intervals, for want of 8 paragraphs" in drawn


def test_no_models_make_no_chart() -> None:
    with pytest.raises(DataError, match="no models to draw; give one at least"):
        against_chart([])
