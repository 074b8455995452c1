"""Draws what admitting more answers costs, from the curves of null margins."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import altair as alt

from qareport.analysis.statistics.curves import Curves, PrecisionPoint, RiskPoint
from qareport.report.charts.rendering import (
    BLUE,
    DASHED,
    NEUTRAL,
    SOLID,
    VERMILION,
    WIDTH,
    in_our_look,
    plotted_percent,
)
from qareport.report.number_format import percent

HEIGHT = 360
"""Pixels of a whole chart."""
LINE_WIDTH = 2.5
DOT_SIZE = 40
"""Of the dot where every question is answered."""
WHOLE = alt.Scale(domain=[0, 100])
"""Percent of an axis."""
FIRST_SHOWN = 1.0
"""Percent of recall or coverage: our choice."""


@dataclass(frozen=True, slots=True)
class _Point:
    """A point of a line, in percent."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class _Line:
    """A curve with its name and how it looks."""

    name: str
    points: tuple[_Point, ...]
    colour: str
    dash: tuple[int, int]


def precision_recall_chart(curves: Curves) -> alt.LayerChart | None:
    """Official precision against recall, by F1 and exact match and if every answer were right.

    None where no question has an answer, so that there is no recall.
    """
    by_f1, by_exact = curves.precision_recall_f1, curves.precision_recall_exact
    oracle = curves.precision_recall_oracle
    if by_f1 is None or by_exact is None or oracle is None:
        return None
    lines = (
        _Line("F1", _of_precision(by_f1), BLUE, SOLID),
        _Line("exact match", _of_precision(by_exact), VERMILION, SOLID),
        _Line("if every answer were right", _of_precision(oracle), NEUTRAL, DASHED),
    )
    every, every_exact = by_f1[-1], by_exact[-1]
    return in_our_look(
        _lines_chart(lines, x_title="recall", y_title="precision"),
        title="Precision against recall",
        subtitle=(
            "Answers are admitted from the surest on, by null margin; a dot is where all are",
            "Up and to the right is better",
        ),
        description=(
            "Precision against recall: with every question answered, recall is "
            f"{percent(every.recall)} % and precision {percent(every.precision)} % by F1, "
            f"{percent(every_exact.recall)} % and {percent(every_exact.precision)} % by exact match"
        ),
    )


def risk_coverage_chart(curves: Curves) -> alt.LayerChart:
    """Share of wrong answers against share of questions answered, and the best order's curve."""
    risks = curves.risk_coverage
    half = min(risks, key=lambda point: abs(point.coverage - 0.5))
    lines = (
        _Line("by null margin", _of_risk(risks), BLUE, SOLID),
        _Line("if all right answers came first", _of_risk(_best_order(risks)), NEUTRAL, DASHED),
    )
    return in_our_look(
        _lines_chart(lines, x_title="questions answered", y_title="wrong by exact match"),
        title="Wrong answers against questions answered",
        subtitle=(
            "The surest answers come first; answering a question that has no answer is wrong",
            "Lower is better",
        ),
        description=(
            f"Wrong answers against questions answered: {percent(half.risk)} % are wrong by exact "
            f"match when the surest {percent(half.coverage)} % of the questions are answered, "
            f"{percent(risks[-1].risk)} % when all are"
        ),
    )


def _best_order(risks: Sequence[RiskPoint]) -> Iterator[RiskPoint]:
    """The risks if the same answers came in the order right, then wrong."""
    right = 1.0 - risks[-1].risk
    # The corner where wrong answers begin need not be one of the curve's points.
    for coverage in sorted({point.coverage for point in risks} | ({right} - {0.0})):
        yield RiskPoint(coverage, risk=max(0.0, 1.0 - right / coverage))


def _of_precision(points: Sequence[PrecisionPoint]) -> tuple[_Point, ...]:
    return tuple(
        _Point(plotted_percent(point.recall), plotted_percent(point.precision)) for point in points
    )


def _of_risk(points: Sequence[RiskPoint] | Iterator[RiskPoint]) -> tuple[_Point, ...]:
    return tuple(
        _Point(plotted_percent(point.coverage), plotted_percent(point.risk)) for point in points
    )


def _lines_chart(lines: Sequence[_Line], *, x_title: str, y_title: str) -> alt.LayerChart:
    """The lines with dots at their ends, the first on top, on axes from 0 to 100 %.

    Their first hundredth is left out, where the few answers make them leap.
    """
    names = [line.name for line in lines]
    colours = alt.Scale(domain=names, range=[line.colour for line in lines])
    dashes = alt.Scale(domain=names, range=[[*line.dash] for line in lines])
    look = alt.Legend(symbolType="stroke")
    placed = alt.Chart(alt.InlineData(values=list(_values(lines)))).encode(
        x=alt.X("x:Q", axis=_percent_axis(x_title), scale=WHOLE),
        y=alt.Y("y:Q", axis=_percent_axis(y_title), scale=WHOLE),
        color=alt.Color("line:N", scale=colours, legend=look),
    )
    layers = [
        placed.mark_line(strokeWidth=LINE_WIDTH).encode(
            # A curve may go straight down; the order of x alone would leave that part's open.
            order=alt.Order("place:Q"),
            strokeDash=alt.StrokeDash("line:N", scale=dashes, legend=look),
        ),
        placed.mark_circle(size=DOT_SIZE, opacity=1).transform_filter("datum.is_end"),
    ]
    return alt.LayerChart(layer=layers).properties(
        width=WIDTH, height=HEIGHT, autosize=alt.AutoSizeParams(type="fit", contains="padding")
    )


def _values(lines: Sequence[_Line]) -> Iterator[dict[str, str | float | bool]]:
    """The points that are shown; what comes later is drawn over what comes first."""
    for line in reversed(lines):
        for place, point in enumerate(line.points):
            is_end = place == len(line.points) - 1
            if is_end or point.x >= FIRST_SHOWN:
                yield {
                    "line": line.name,
                    "place": place,
                    "x": point.x,
                    "y": point.y,
                    "is_end": is_end,
                }


def _percent_axis(title: str) -> alt.Axis:
    return alt.Axis(title=title, labelExpr="datum.value + ' %'", values=list(range(0, 101, 20)))
