"""Draws the charts of a report."""

import altair as alt

from qareport.analysis.analyse import Analysis
from qareport.data.types import F1
from qareport.errors import DrawingError
from qareport.report.charts.curves import precision_recall_chart, risk_coverage_chart
from qareport.report.charts.rendering import chart_summary, chart_title, render_svg
from qareport.report.charts.scores import ModelScores, against_chart, groups_chart
from qareport.report.page.sources import ReportSources
from qareport.report.page.views import PagePicture


def models_picture(sources: ReportSources) -> PagePicture | None:
    """Scores of all models; None of one alone."""
    if not sources.others:
        return None
    records = (sources.main, *(each.record for each in sources.others))
    models = [ModelScores(each.name, each.analysis.intervals.overall) for each in records]
    return drawn(against_chart(models))


def abstention_pictures(analysis: Analysis) -> tuple[PagePicture, ...]:
    """What admitting more answers costs; nothing without margins."""
    if analysis.margins is None:
        return ()
    curves = analysis.margins.curves
    charts = (precision_recall_chart(curves), risk_coverage_chart(curves))
    return tuple(drawn(chart) for chart in charts if chart is not None)


def groups_picture(analysis: Analysis) -> PagePicture | None:
    """The weakest groups; None where all are small."""
    chart = groups_chart(analysis.groups, overall=analysis.intervals.overall[F1])
    return None if chart is None else drawn(chart)


def drawn(chart: alt.LayerChart) -> PagePicture:
    """A chart as it stands in the page, which has words in its place if it cannot be drawn."""
    title, summary = chart_title(chart), chart_summary(chart)
    try:
        return PagePicture(title, summary, render_svg(chart))
    except DrawingError as error:
        return PagePicture(title, summary, fault=str(error))
