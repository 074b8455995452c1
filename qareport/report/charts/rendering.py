"""A chart to the SVG or PNG that a card shows; needs no browser and no network."""

import html

import altair as alt
import vl_convert

PNG_SCALE = 2
"""Pixels of the picture for one of the chart: sharp on fine displays."""


def chart_summary(chart: alt.LayerChart) -> str:
    """What the chart says, in a sentence for those who cannot see it."""
    return str(chart.to_dict()["description"])


def render_svg(chart: alt.LayerChart) -> str:
    """The chart as an SVG document that names its summary; the same chart gives the same text."""
    svg = vl_convert.vegalite_to_svg(chart.to_json(), allowed_base_urls=[])
    label = html.escape(chart_summary(chart))
    return svg.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)


def render_png(chart: alt.LayerChart) -> bytes:
    """The chart as a PNG file; the same chart gives the same bytes on one machine."""
    return vl_convert.vegalite_to_png(chart.to_json(), scale=PNG_SCALE, allowed_base_urls=[])
