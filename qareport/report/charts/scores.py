"""Draws the scores of groups and of models as dots with their intervals."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt

from qareport.analysis.analyse import GroupScores
from qareport.analysis.examples.breakdown import MIN_GROUP, group_label
from qareport.analysis.statistics.intervals import FEWEST_CLUSTERS, Interval
from qareport.analysis.statistics.total_intervals import TotalIntervals
from qareport.data.types import EXACT, F1
from qareport.errors import DataError
from qareport.report.charts.interval_rows import FigureRow, HeadingRow, interval_rows_chart, shorten
from qareport.report.charts.rendering import BLUE, NEUTRAL, VERMILION, in_our_look
from qareport.report.number_format import percent

MOST_GROUPS = 12
"""More of them fill a screen: our choice."""
TOLD_GROUPS = 3
"""In the chart's summary."""
TICK_STEPS = (5, 10, 20)
"""Percent from one tick to the next; the last fits any scores."""
FEWEST_STEPS = 2
"""On a shorter axis the smallest difference would look like a large one."""
MOST_STEPS = 5


@dataclass(frozen=True, slots=True)
class ModelScores:
    """What one of several models scores on the same examples."""

    name: str
    scores: TotalIntervals


def groups_chart(
    groups: Sequence[GroupScores], *, overall: Interval, most: int = MOST_GROUPS
) -> alt.LayerChart | None:
    """F1 of the `most` weakest groups, with that of all questions above them.

    None where all groups are small.
    """
    large = sorted(
        (group for group in groups if not group.is_small),
        key=lambda group: group.intervals[F1].estimate,
    )
    if not large:
        return None
    rows = [_group_row(group) for group in large[:most]]
    figures = [FigureRow("all questions", overall, NEUTRAL), *rows]
    ticks = _ticks_around(figures)
    return in_our_look(
        interval_rows_chart((HeadingRow("group", "F1, %"), *figures), ticks=ticks),
        title="F1 of the weakest groups",
        subtitle=(_bars(figures), _direction(ticks)),
        description=(
            f"F1 of the weakest of {len(large)} groups of {MIN_GROUP} or more questions: "
            f"{_told(rows[:TOLD_GROUPS])}; of all questions {percent(overall.estimate)} %"
        ),
    )


def against_chart(models: Sequence[ModelScores]) -> alt.LayerChart:
    """Exact match and F1 of the models, in their order.

    Raises:
        DataError: there are no models.
    """
    if not models:
        raise DataError("there are no models to draw; give one at least")
    exact = [FigureRow(model.name, model.scores[EXACT], VERMILION) for model in models]
    f1 = [FigureRow(model.name, model.scores[F1], BLUE) for model in models]
    rows = [*exact, *f1]
    ticks = _ticks_around(rows)
    headings = (HeadingRow("exact match", "%"), HeadingRow("F1", "%"))
    return in_our_look(
        interval_rows_chart((headings[0], *exact, headings[1], *f1), ticks=ticks),
        title="Exact match and F1",
        subtitle=(_bars(rows), _direction(ticks)),
        description=f"Exact match: {_told(exact)}; F1: {_told(f1)}",
    )


def _group_row(group: GroupScores) -> FigureRow:
    return FigureRow(group_label(group.trait, group.group), group.intervals[F1], BLUE)


def _bars(rows: Sequence[FigureRow]) -> str:
    """What the bars are, and why some rows have none."""
    want = f"for want of {FEWEST_CLUSTERS} {rows[0].figure.unit}s"
    levels = {row.figure.bounds.level for row in rows if row.figure.bounds}
    if not levels:
        return f"Without intervals, {want}"
    known = f"Bars are {100 * max(levels):g} % intervals"
    is_lacking = any(row.figure.bounds is None for row in rows)
    return f"{known}, unknown where a dot is hollow, {want}" if is_lacking else known


def _direction(ticks: range) -> str:
    warning = "; the axis does not start at 0" if ticks[0] else ""
    return f"Further right is better{warning}"


def _ticks_around(rows: Sequence[FigureRow]) -> range:
    """The ticks of an axis in percent that holds all dots and bars."""
    estimates = [row.figure.estimate for row in rows]
    bounds = [row.figure.bounds for row in rows if row.figure.bounds]
    # Rounded, since a hair above a tick would take another step.
    low = round(100 * min([*estimates, *(each.low for each in bounds)]), 6)
    high = round(100 * max([*estimates, *(each.high for each in bounds)]), 6)
    step = next(step for step in TICK_STEPS if _steps(low, high, step) <= MOST_STEPS)
    last = max(math.ceil(high / step), FEWEST_STEPS)
    first = min(math.floor(low / step), last - FEWEST_STEPS)
    return range(first * step, last * step + 1, step)


def _steps(low: float, high: float, step: int) -> int:
    return math.ceil(high / step) - math.floor(low / step)


def _told(rows: Sequence[FigureRow]) -> str:
    return ", ".join(f"{shorten(row.name)} {percent(row.figure.estimate)} %" for row in rows)
