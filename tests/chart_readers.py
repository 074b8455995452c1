"""A chart to what is drawn in it, as its picture shows it or as its data hold it."""

import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence

import altair as alt

from qareport.report.charts.rendering import render_svg

SVG = "http://www.w3.org/2000/svg"
Cells = Mapping[str, str | float]


def texts(chart: alt.LayerChart) -> list[str]:
    """All texts of the picture in the order in which they are drawn."""
    root = ET.fromstring(render_svg(chart))  # noqa: S314 - our own picture
    return [text for element in root.iter(f"{{{SVG}}}text") for text in element.itertext()]


def dot_colours(chart: alt.LayerChart) -> list[str | None]:
    """Colours of the dots in the picture, in the order in which they are drawn."""
    root = ET.fromstring(render_svg(chart))  # noqa: S314 - our own picture
    drawn = [each for each in root.iter() if "mark-symbol role-mark" in each.get("class", "")]
    return [dot.get("fill") for each in drawn for dot in each]


def points(chart: alt.LayerChart, line: str) -> list[tuple[float, float]]:
    """The points of a line, in percent, as they are joined."""
    return [
        (round(float(each["x"]), 6), round(float(each["y"]), 6))
        for each in _values(chart)
        if each.get("line") == line
    ]


def bars(chart: alt.LayerChart) -> list[tuple[float, ...]]:
    """Low end, dot and high end of each row, in percent."""
    return [
        tuple(round(float(each[name]), 6) for name in ("low", "estimate", "high"))
        for each in _values(chart)
        if "low" in each
    ]


def colours(chart: alt.LayerChart) -> list[tuple[str, bool]]:
    """Colour of each row's dot, and whether it is filled."""
    return [
        (str(each["colour"]), each["fill"] == each["colour"])
        for each in _values(chart)
        if "low" in each
    ]


def _values(chart: alt.LayerChart) -> list[Cells]:
    tables: Mapping[str, Sequence[Cells]] = chart.to_dict()["datasets"]
    return [cells for table in tables.values() for cells in table]
