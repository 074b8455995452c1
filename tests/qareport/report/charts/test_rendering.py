"""Pictures depend on the data alone, stand alone, and have words for those who cannot see them."""

import re
import struct

from qareport.analysis.statistics.total_intervals import TotalIntervals
from qareport.report.charts.rendering import PNG_SCALE, chart_summary, render_png, render_svg
from qareport.report.charts.scores import ModelScores, against_chart
from qareport.report.charts.theme import WIDTH
from tests.analysis_builders import interval

SCORES = TotalIntervals(exact=interval(), f1=interval())
CHART = against_chart([ModelScores('a "teacher" & <co>', SCORES)])
PNG_WIDTH = slice(16, 20)
"""Of a PNG file's bytes."""
OUR_NAMESPACES = {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}


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
