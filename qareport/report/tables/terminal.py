"""Renders a plain table for the terminal."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType
from rich.measure import Measurement
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from qareport.data.printable import one_line
from qareport.data.secrets import hide_secrets
from qareport.report.tables.measures import INTERVAL
from qareport.report.tables.plain_table import Bar, PlainTable

BAR_WIDTH = 24
"""Characters of a bar that stands for all questions."""
NARROW = "Intervals are left out where lines are so short; COLUMNS=100 shows them."
ANY_WIDTH = 10_000
"""Characters of a line that every table fits into."""


@dataclass(frozen=True, slots=True)
class TerminalTable:
    """What Rich prints of a table: its title, its rows with bars at their ends, and its notes.

    Where the line is too short, headings are broken, bars are left out, names are broken, and
    intervals are left out, in this order; at last each row becomes a list. Figures stay whole, and
    columns without any cell are left out.
    """

    table: PlainTable

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterator[RenderableType]:
        """The title, the first form that fits the line, and the notes."""
        table = _shown(self.table)
        if table.title:
            yield Text(table.title, style="bold")
        yield from _first_fitting(_filled(table), console, options)
        yield from (Text(note) for note in table.notes)

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        """How wide the table and its notes are where nothing is broken or left out."""
        table = _shown(self.table)
        widest = _grid(_filled(table), breaks_headings=False, has_bars=True)
        measured = Measurement.get(console, options, widest)
        longest = max(map(cell_len, table.notes), default=0)
        return Measurement(measured.minimum, max(measured.maximum, longest))


def _shown(table: PlainTable) -> PlainTable:
    """The table in printable characters and without secrets, before it is measured.

    A secret could be broken over lines of a cell.
    """
    return replace(
        table,
        title=one_line(table.title),
        headings=tuple(map(one_line, table.headings)),
        rows=tuple(tuple(one_line(hide_secrets(cell)) for cell in row) for row in table.rows),
        notes=tuple(map(one_line, table.notes)),
    )


def _first_fitting(
    table: PlainTable, console: Console, options: ConsoleOptions
) -> Iterator[RenderableType]:
    unbounded, width = options.update(max_width=ANY_WIDTH), options.max_width
    for grid in _whole_forms(table):
        if console.measure(grid, options=unbounded).maximum <= width:
            yield grid
            return
    for form in (table, _without_intervals(table)):
        grid = _grid(form, breaks_headings=True)
        if console.measure(grid, options=unbounded).minimum <= width:
            yield grid
            if len(form.headings) < len(table.headings):
                yield Text(NARROW)
            return
    yield from _lists(table)


def _whole_forms(table: PlainTable) -> Iterator[Table]:
    """The forms in which every name is whole."""
    for has_bars in (True, False):
        for breaks_headings in (False, True):
            yield _grid(table, breaks_headings=breaks_headings, has_bars=has_bars)


def _grid(table: PlainTable, *, breaks_headings: bool, has_bars: bool = False) -> Table:
    bars = [extra.bar for extra in table.extras]
    shows_bars = has_bars and any(bar is not None and bar.dot is None for bar in bars)
    grid = Table()
    for index, (heading, is_figure) in enumerate(
        zip(table.headings, table.figure_columns, strict=True)
    ):
        parts = heading.split() if breaks_headings else [heading]
        widest = max(map(cell_len, (*parts, *(row[index] for row in table.rows))), default=0)
        grid.add_column(
            Text(heading),
            justify="right" if is_figure else "left",
            width=widest if is_figure else None,
            overflow="fold",
        )
    if shows_bars:
        grid.add_column(width=BAR_WIDTH)
    # Names of articles, models and files are not ours; as Text, nothing in them is markup.
    for index, row in enumerate(table.rows):
        bar = (_progress(bars[index]),) if shows_bars else ()
        grid.add_row(*(Text(cell) for cell in row), *bar)
    return grid


def _lists(table: PlainTable) -> Iterator[Text]:
    """Each row as its name, and a line for each of its other cells."""
    for row in table.rows:
        yield Text(row[0])
        for heading, cell in zip(table.headings[1:], row[1:], strict=True):
            if cell:
                yield Text(f"  {heading}: {cell}" if heading else f"  {cell}")


def _filled(table: PlainTable) -> PlainTable:
    """The table without columns that have no cell, but for the names of its rows."""
    if not table.rows:
        return table
    _, *others = zip(*table.rows, strict=True)
    kept = [0, *(index for index, cells in enumerate(others, 1) if any(cells))]
    return _columns(table, kept)


def _without_intervals(table: PlainTable) -> PlainTable:
    kept = [index for index, heading in enumerate(table.headings) if heading != INTERVAL]
    return _columns(table, kept)


def _columns(table: PlainTable, kept: list[int]) -> PlainTable:
    return replace(
        table,
        headings=tuple(table.headings[index] for index in kept),
        rows=tuple(tuple(row[index] for index in kept) for row in table.rows),
    )


def _progress(bar: Bar | None) -> ProgressBar | str:
    if bar is None:
        return ""
    style = "cyan"
    return ProgressBar(total=1, completed=bar.end, complete_style=style, finished_style=style)
