"""Pictures depend on the data alone, stand alone, and have words for those who cannot see them."""

import re
import struct

import pytest

from qareport.report.charts.drawing_process import PNG_SCALE
from qareport.report.charts.rendering import (
    BACKGROUND,
    BLUE,
    FAINT_INK,
    INK,
    NEUTRAL,
    VERMILION,
    WIDTH,
    chart_summary,
    render_png,
    render_svg,
)
from qareport.report.charts.scores import ModelScores, against_chart
from tests.analysis_builders import interval
from tests.builders import by_measure

SCORES = by_measure(exact=interval(), f1=interval())
CHART = against_chart([ModelScores('a "teacher" & <co>', SCORES)])
PNG_WIDTH = slice(16, 20)
"""Of a PNG file's bytes."""
OUR_NAMESPACES = {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}

WHITE_LUMINANCE = 1.0


def test_same_data_give_the_same_svg_whatever_is_drawn_in_between() -> None:
    first = render_svg(CHART)
    render_svg(against_chart([ModelScores("other", SCORES)]))

    again = render_svg(against_chart([ModelScores('a "teacher" & <co>', SCORES)]))

    assert again == first


def test_same_data_give_the_same_png() -> None:
    assert render_png(CHART) == render_png(CHART)


def test_svg_names_its_summary() -> None:
    assert chart_summary(CHART) in (
        'Exact match: a "teacher" & <co> 50.00 %; F1: a "teacher" & <co> 50.00 %'
    )
    assert render_svg(CHART).startswith(
        '<svg role="img" aria-label="Exact match: a &quot;teacher&quot; &amp; &lt;co&gt; 50.00 %;'
    )


def test_svg_refers_to_nothing_outside_and_to_no_numbered_part() -> None:
    svg = render_svg(CHART)

    assert {*re.findall(r"https?://[^\"'\s]+", svg)} == OUR_NAMESPACES
    assert "url(" not in svg
    assert " id=" not in svg


def test_svg_is_as_wide_as_a_card_and_png_twice_as_sharp() -> None:
    (width,) = struct.unpack(">I", render_png(CHART)[PNG_WIDTH])

    assert f'width="{WIDTH}"' in render_svg(CHART)
    assert width == PNG_SCALE * WIDTH


def luminance(colour: str) -> float:
    """Relative luminance by WCAG 2."""
    shares = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(
    ("colour", "least"),
    [(INK, 7.0), (FAINT_INK, 7.0), (BLUE, 3.0), (VERMILION, 3.0), (NEUTRAL, 3.0)],
)
def test_contrast_is_what_wcag_asks_for(colour: str, least: float) -> None:
    contrast = (WHITE_LUMINANCE + 0.05) / (luminance(colour) + 0.05)

    assert BACKGROUND == "white"
    assert contrast >= least
