"""Gives all charts one look, and renders them as SVG or PNG without a browser or network."""

import html
from collections.abc import Sequence

import altair as alt

from qareport.report.charts.drawing import draw_png, draw_svg

WIDTH = 640
"""Pixels of a whole chart: a card's column."""
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
"""The first comes with vl-convert, so that pictures do not depend on the machine; the next two
have letters of the same width."""
TITLE_SIZE = 16
TEXT_SIZE = 12
"""Of everything but titles, in pixels."""
BACKGROUND = "white"
"""Not transparent: no grey has the contrast of 4.5 that text needs on white and on black pages."""
INK = "#1b1b1b"
FAINT_INK = "#595959"
"""Of what explains: 7 to 1 on white."""
GRID = "#e3e3e3"

# Colours of Okabe and Ito (2008), distinct with any colour vision; these have 3 to 1 on white.
BLUE = "#0072B2"
VERMILION = "#D55E00"
NEUTRAL = "#6e6e6e"
"""Of what is only there to compare with."""
SOLID = (1, 0)
DASHED = (6, 4)

PADDING = 10
"""Pixels left free around a chart."""
PLOTTED_DIGITS = 4
"""Of a percentage that is drawn: thousandths of a pixel, in which all machines agree."""


def plotted_percent(share: float) -> float:
    """A share as the percentage at which a chart draws it."""
    return round(100 * share, PLOTTED_DIGITS)


def in_our_look(
    chart: alt.LayerChart, *, title: str, subtitle: Sequence[str], description: str
) -> alt.LayerChart:
    """The chart in the look of all charts, with its title and lines that say how to read it.

    The description says in a sentence what the chart shows.
    """
    return chart.properties(
        title=alt.TitleParams(title, subtitle=[*subtitle]),
        description=description,
        background=BACKGROUND,
        padding=PADDING,
        config=alt.Config(
            axis=_AXES,
            legend=_LEGENDS,
            mark=alt.MarkConfig(aria=False),
            text=alt.MarkConfig(font=FONT, fontSize=TEXT_SIZE),
            title=_TITLES,
            view=alt.ViewConfig(stroke=None),
        ),
    )


_AXES = alt.AxisConfig(
    domain=False,
    gridColor=GRID,
    labelColor=INK,
    labelFont=FONT,
    labelFlush=False,
    labelFontSize=TEXT_SIZE,
    labelPadding=6,
    ticks=False,
    titleColor=FAINT_INK,
    titleFont=FONT,
    titleFontSize=TEXT_SIZE,
    titleFontWeight="normal",
    titlePadding=8,
)
_LEGENDS = alt.LegendConfig(
    labelColor=INK,
    labelFont=FONT,
    labelFontSize=TEXT_SIZE,
    labelLimit=0,
    offset=6,
    orient="top",
    padding=0,
    symbolSize=300,
    symbolStrokeWidth=2.5,
    title=None,
)
_TITLES = alt.TitleConfig(
    anchor="start",
    color=INK,
    font=FONT,
    fontSize=TITLE_SIZE,
    fontWeight="bold",
    frame="bounds",
    offset=10,
    subtitleColor=FAINT_INK,
    subtitleFont=FONT,
    subtitleFontSize=TEXT_SIZE,
    subtitlePadding=6,
)


def chart_title(chart: alt.LayerChart) -> str:
    """What stands above the chart."""
    return str(chart["title"]["text"])


def chart_summary(chart: alt.LayerChart) -> str:
    """What the chart says, in a sentence for those who cannot see it."""
    return str(chart["description"])


def render_svg(chart: alt.LayerChart) -> str:
    """The chart as an SVG document that names its summary; the same chart gives the same text.

    Raises:
        DrawingError: it cannot be drawn.
    """
    svg = draw_svg(chart.to_json())
    label = html.escape(chart_summary(chart))
    return svg.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)


def render_png(chart: alt.LayerChart) -> bytes:
    """The chart as a PNG file; the same chart gives the same bytes on one machine.

    Raises:
        DrawingError: it cannot be drawn.
    """
    return draw_png(chart.to_json())
