"""Draws figures with their intervals, a row for each: name, n, dot with bar, figure."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import altair as alt

from qareport.analysis.statistics.intervals import Interval
from qareport.report.charts.rendering import BACKGROUND, FAINT_INK, INK, WIDTH, plotted_percent
from qareport.report.number_format import percent

ROW_HEIGHT = 24
PLOT_WIDTH = WIDTH - 20
"""Without what the look leaves free at both sides."""
NAMES_WIDTH = 265
N_EDGE = 318
"""Where the column of counts ends, in pixels as all that follows."""
DOTS_START = 345
DOTS_END = 555
DOT_SIZE = 36
BAR_WIDTH = 2.5
LONGEST_NAME = 48
"""Characters of a name that are shown: our choice."""
CUT = "\N{HORIZONTAL ELLIPSIS}"
UNPRINTABLE = frozenset({"Cc", "Cn", "Cs"})
"""Unicode's categories of characters that no SVG may hold, or that nobody can see."""
TURNING = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that turn the direction of the text after them, ours too."""

Cells = dict[str, str | float]


@dataclass(frozen=True, slots=True)
class HeadingRow:
    """A row above others that says what they are."""

    name: str
    figure: str
    """Name and unit of the figures below."""


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A score with its name and interval."""

    name: str
    figure: Interval
    colour: str


def interval_rows_chart(rows: Sequence[HeadingRow | FigureRow], *, ticks: range) -> alt.LayerChart:
    """The rows below one another, over an axis in percent from the first tick to the last."""
    place = alt.Y("place:O", axis=None, scale=alt.Scale(domain=list(range(len(rows)))))
    x = alt.Scale(domain=[ticks[0], ticks[-1]], range=[DOTS_START, DOTS_END], nice=False)
    axis = alt.Axis(title=None, labelExpr="datum.value + ' %'", values=[*ticks])
    colour = alt.Color("colour:N", scale=None)
    dots = alt.Chart(alt.InlineData(values=list(_dots(rows)))).encode(y=place, color=colour)
    texts = alt.Chart(alt.InlineData(values=list(_texts(rows)))).encode(y=place, color=colour)
    layers = [
        dots.mark_rule(strokeWidth=BAR_WIDTH).encode(
            x=alt.X("low:Q", scale=x, axis=axis), x2="high:Q"
        ),
        dots.mark_point(size=DOT_SIZE, opacity=1).encode(
            x=alt.X("estimate:Q", scale=x), fill=alt.Fill("fill:N", scale=None)
        ),
        texts.mark_text(align="left", limit=NAMES_WIDTH).encode(x=alt.value(0), text="name:N"),
        texts.mark_text(align="right").encode(x=alt.value(N_EDGE), text="n:N"),
        texts.mark_text(align="right").encode(x=alt.value(PLOT_WIDTH), text="figure:N"),
    ]
    return alt.LayerChart(layer=layers).properties(width=PLOT_WIDTH, height=len(rows) * ROW_HEIGHT)


def shorten(name: str) -> str:
    """Other people's words on one line, the end of long ones cut."""
    plain = "".join(
        " " if unicodedata.category(char) in UNPRINTABLE or char in TURNING else char
        for char in name
    )
    words = " ".join(plain.split())
    return words if len(words) <= LONGEST_NAME else words[: LONGEST_NAME - 1].rstrip() + CUT


def _dots(rows: Sequence[HeadingRow | FigureRow]) -> Iterator[Cells]:
    """Where dots and bars lie, in percent; without bounds the dot is hollow and has no bar."""
    for place, row in enumerate(rows):
        if isinstance(row, FigureRow):
            estimate, bounds = row.figure.estimate, row.figure.bounds
            yield {
                "place": place,
                "estimate": plotted_percent(estimate),
                "low": plotted_percent(bounds.low if bounds else estimate),
                "high": plotted_percent(bounds.high if bounds else estimate),
                "colour": row.colour,
                "fill": row.colour if bounds else BACKGROUND,
            }


def _texts(rows: Sequence[HeadingRow | FigureRow]) -> Iterator[Cells]:
    """The words of each row, the headings paler."""
    for place, row in enumerate(rows):
        cells: Cells = {"place": place, "name": shorten(row.name)}
        if isinstance(row, HeadingRow):
            yield cells | {"n": "n", "figure": row.figure, "colour": FAINT_INK}
        else:
            figure = percent(row.figure.estimate)
            yield cells | {"n": str(row.figure.n), "figure": figure, "colour": INK}
