"""A table on the terminal has its title, cells, bars and notes, and nothing in it is markup."""

from dataclasses import replace

import pytest
from rich.console import Console

from qareport.report.tables.measures import INTERVAL
from qareport.report.tables.plain_table import Bar, PlainTable, RowExtra
from qareport.report.tables.terminal import NARROW, TerminalTable

TABLE = PlainTable(
    headings=("Kind [b]", "Questions"),
    rows=(("[red]x[/]", "3"), ("a name", "12")),
    title="The title",
    notes=("One note.", "Another."),
)


def printed(table: PlainTable, width: int = 60) -> list[str]:
    console = Console(width=width, color_system=None)
    with console.capture() as capture:
        console.print(TerminalTable(table))
    return capture.get().splitlines()


def rows(table: PlainTable) -> list[list[str]]:
    """The cells of each row below the headings, as they are aligned."""
    return [line.split("│")[1:-1] for line in printed(table) if "│" in line]


def test_the_title_stands_above_and_each_note_on_a_line_below() -> None:
    lines = printed(TABLE)

    assert lines[0].strip() == "The title"
    assert lines[-2:] == ["One note.", "Another."]


def test_nothing_in_a_cell_or_a_heading_is_markup() -> None:
    assert "Kind [b]" in printed(TABLE)[2]
    assert rows(TABLE)[0][0].strip() == "[red]x[/]"


def test_figures_are_aligned_to_the_right_and_words_to_the_left() -> None:
    assert rows(TABLE) == [[" [red]x[/] ", "         3 "], [" a name    ", "        12 "]]


def test_a_row_with_a_share_ends_with_a_bar_as_long() -> None:
    extras = (RowExtra(bar=Bar(0, 0.75)), RowExtra())
    table = PlainTable(TABLE.headings, TABLE.rows, extras=extras)

    assert [row[2].strip() for row in rows(table)] == ["━" * 18, ""]


def test_intervals_are_for_the_page_alone() -> None:
    extras = (RowExtra(bar=Bar(0.25, 0.75, dot=0.5)),) * 2
    table = PlainTable(TABLE.headings, TABLE.rows, extras=extras)

    assert {len(row) for row in rows(table)} == {2}


def test_a_table_without_rows_keeps_its_headings() -> None:
    assert "Questions" in printed(PlainTable(TABLE.headings, ()))[1]


def test_columns_without_cells_are_left_out() -> None:
    table = PlainTable(("Name", "Nothing", "Figure"), (("", "", "1"), ("a", "", "2")))

    assert "Nothing" not in "\n".join(printed(table))
    assert rows(table) == [["      ", "      1 "], [" a    ", "      2 "]]


def test_rows_become_lists_where_no_table_fits() -> None:
    table = PlainTable(
        ("Name", "Questions", ""), (("all questions", "240", "ok"), ("none", "", ""))
    )

    assert printed(table, 15) == ["all questions", "  Questions: ", "240", "  ok", "none"]


SCORES = PlainTable(
    headings=("", "Questions", "Exact match", INTERVAL, "F1", INTERVAL),
    rows=(("All questions", "240", "63.33", "60.00 to 66.25", "67.13", "64.46 to 69.50"),),
)


@pytest.mark.parametrize(("width", "shows_intervals"), [(100, True), (80, True), (50, False)])
def test_intervals_are_left_out_where_the_line_is_short(
    width: int, *, shows_intervals: bool
) -> None:
    text = "\n".join(printed(SCORES, width))

    assert all(figure in text for figure in ("240", "63.33", "67.13"))
    assert ("60.00 to 66.25" in text, "69.50" in text) == (shows_intervals, shows_intervals)
    assert (NARROW in " ".join(text.split())) is not shows_intervals


def test_bars_are_left_out_before_intervals() -> None:
    table = replace(SCORES, extras=(RowExtra(bar=Bar(0, 0.75)),))

    assert "60.00 to 66.25" in "\n".join(printed(table, 80))
    assert "━" * 18 not in "\n".join(line for line in printed(table, 80) if "│" in line)


def test_a_secret_in_a_cell_is_hidden_before_the_cell_is_broken() -> None:
    token = "hf_" + "aB3dE" * 7

    lines = printed(PlainTable(("Name", "Value"), ((token, "1"),)), width=20)

    assert "<token>" in "".join(lines)
    assert "aB3dE" not in "".join(lines)
