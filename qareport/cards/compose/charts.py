"""What a card is made of to its charts, each a file beside the page."""

from collections.abc import Iterator
from dataclasses import dataclass

import altair as alt

from qareport.cards.render.sources import CardSources
from qareport.report.charts.curves import precision_recall_chart, risk_coverage_chart
from qareport.report.charts.rendering import chart_summary, render_svg
from qareport.report.charts.scores import ModelScores, against_chart, groups_chart

FOLDER = "charts"
"""Beside the page."""


@dataclass(frozen=True, slots=True)
class DrawnChart:
    """A chart as a file."""

    path: str
    """From the page's folder, with forward slashes."""
    summary: str
    """What it shows, in a sentence."""
    svg: str


def draw_charts(sources: CardSources) -> tuple[DrawnChart, ...]:
    """The charts of the main record, in the order of the page; those without data are left out."""
    return tuple(
        DrawnChart(f"{FOLDER}/{name}.svg", chart_summary(chart), render_svg(chart))
        for name, chart in _charts(sources)
        if chart is not None
    )


def _charts(sources: CardSources) -> Iterator[tuple[str, alt.LayerChart | None]]:
    if sources.main is None:
        return
    analysis = sources.main.analysis
    if sources.against:
        own = ModelScores("this model", analysis.intervals.overall)
        others = (
            ModelScores(each.role, each.measured.analysis.intervals.overall)
            for each in sources.against
        )
        yield "models", against_chart((own, *others))
    if analysis.margins is not None:
        yield "precision_recall", precision_recall_chart(analysis.margins.curves)
        yield "risk_coverage", risk_coverage_chart(analysis.margins.curves)
    yield "groups", groups_chart(analysis.groups, overall=analysis.intervals.overall.f1)
