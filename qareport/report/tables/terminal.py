"""Renders a plain table for the terminal."""

from rich.console import Group
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from qareport.report.tables.plain_table import Bar, PlainTable

BAR_WIDTH = 24
"""Characters of a bar that stands for all questions."""


def terminal_table(table: PlainTable) -> Group:
    """What Rich prints: the table, bars at the end of its rows, and its notes below."""
    bars = [extra.bar for extra in table.extras]
    has_bars = any(bar is not None and bar.dot is None for bar in bars)
    grid = Table(title=Text(table.title), title_justify="left", title_style="bold", pad_edge=False)
    for index, (heading, is_figure) in enumerate(
        zip(table.headings, table.figure_columns, strict=True)
    ):
        # Columns of figures keep their width where the line is short; names are folded instead.
        words = (*heading.split(), *(row[index] for row in table.rows))
        grid.add_column(
            Text(heading),
            justify="right" if is_figure else "left",
            width=max(map(len, words), default=0) if is_figure else None,
            overflow="fold",
        )
    if has_bars:
        grid.add_column(width=BAR_WIDTH)
    # Names of articles, models and files are not ours; as Text, nothing in them is markup.
    for index, row in enumerate(table.rows):
        bar = (_progress(bars[index]),) if has_bars else ()
        grid.add_row(*(Text(cell) for cell in row), *bar)
    return Group(grid, *(Text(note) for note in table.notes))


def _progress(bar: Bar | None) -> ProgressBar | str:
    if bar is None:
        return ""
    style = "cyan"
    return ProgressBar(total=1, completed=bar.end, complete_style=style, finished_style=style)
