"""Other people's names fit into their column, on one line, and steer nothing."""

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qareport.analysis.statistics.intervals import Bounds
from qareport.report.charts.interval_rows import (
    CUT,
    LONGEST_NAME,
    FigureRow,
    HeadingRow,
    interval_rows_chart,
    shorten,
)
from qareport.report.charts.rendering import BLUE, render_png, render_svg
from tests.analysis_builders import interval
from tests.chart_readers import texts

TICKS = range(0, 101, 50)
HOSTILE = [
    "<b>&\"'</b>",
    "\ud800\0\x1b[31m\ufffe",
    "a\nb\r\nc\u2028d",
    "\N{RIGHT-TO-LEFT OVERRIDE}abc",
    "{{datum}} ${x} [link](y)",
    "诺曼底" * 99,
    "e" + "\N{COMBINING ACUTE ACCENT}" * 999,
    "",
]


@pytest.mark.parametrize("name", ["a", "a" * LONGEST_NAME])
def test_short_name_is_whole(name: str) -> None:
    assert shorten(name) == name


def test_long_name_is_cut_with_an_ellipsis() -> None:
    assert shorten("a" * 20 + " " + "b" * 99) == "a" * 20 + " " + "b" * 26 + CUT


def test_name_is_not_cut_behind_a_blank() -> None:
    assert shorten("a" * 46 + " " + "b" * 9) == "a" * 46 + CUT


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a\r\n\tb  c\u2028d", "a b c d"),
        ("a\0\x1bb\ud800", "a b"),
        ("\N{RIGHT-TO-LEFT OVERRIDE}cba", "cba"),
        ("مرحبا", "مرحبا"),
        ("👩‍👧", "👩‍👧"),
    ],
)
def test_only_characters_that_steer_are_taken_out(name: str, shown: str) -> None:
    assert shorten(name) == shown


@given(st.text())
def test_any_name_becomes_one_short_line(name: str) -> None:
    shown = shorten(name)

    assert len(shown) <= LONGEST_NAME
    assert shown == " ".join(shown.split())
    assert shown.encode().decode() == shown


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_name_leaves_a_picture_that_can_be_read(name: str) -> None:
    rows = (HeadingRow(name, "F1, %"), FigureRow(name, interval(), BLUE))

    chart = interval_rows_chart(rows, ticks=TICKS).properties(description=shorten(name))

    root = ET.fromstring(render_svg(chart))  # noqa: S314 - our own picture
    assert root.get("aria-label") == shorten(name)
    assert render_png(chart).startswith(b"\x89PNG")


def test_name_too_wide_for_its_column_is_cut_by_its_width() -> None:
    wide = "W" * LONGEST_NAME
    chart = interval_rows_chart([FigureRow(wide, interval(), BLUE)], ticks=TICKS)

    (shown,) = [text for text in texts(chart.properties(description="d")) if "W" in text]

    assert shown.endswith(CUT)
    assert len(shown) < LONGEST_NAME


def test_figures_that_differ_in_their_last_digits_are_the_same_picture() -> None:
    near = [interval(Bounds(low, 0.7, 0.95)) for low in (0.123456789012, 0.1234567890121)]

    charts = [interval_rows_chart([FigureRow("a", each, BLUE)], ticks=TICKS) for each in near]

    first, second = (render_svg(chart.properties(description="a")) for chart in charts)
    assert first == second
