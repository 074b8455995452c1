"""Reads scores in the tables of a card, whether measures are its columns or its rows."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

from qareport.cards.claims.claims import COUNT, ClaimedData, Form, Subset
from qareport.cards.claims.reading.data_names import SPLITS, name_data
from qareport.cards.claims.reading.labels import Label, measure_label, read_label, subject_of
from qareport.cards.claims.reading.stated import (
    UNNAMED,
    Figure,
    FigureContext,
    Stated,
    Surroundings,
    drop_lone_counts,
    look_around,
    read_figure,
    state,
)
from qareport.cards.text.markdown import Markdown, Table, TableRow

OWN_WORDS = frozenset(
    {
        *("", "score", "scores", "value", "result", "results", "percent"),
        *("this model", "ours", "model"),
        *("at the threshold used", "at the default threshold", "default threshold"),
    }
)
"""Labels that mean the model of the card, as it is evaluated."""


@dataclass(frozen=True, slots=True)
class _CellMeaning:
    """What the labels of a row or column say of its figures."""

    data: ClaimedData | None = None
    config: str | None = None
    split: str | None = None
    subset: Subset | None = None
    subject: str | None = None


def _data_cell(cell: str) -> _CellMeaning:
    return _CellMeaning(data=name_data(cell) or ClaimedData(cell, cell if "/" in cell else None))


def _config_cell(cell: str) -> _CellMeaning:
    return _CellMeaning(config=cell)


def _split_cell(cell: str) -> _CellMeaning:
    return _CellMeaning(split=SPLITS.get(cell.lower(), cell))


NAMED_COLUMNS: Mapping[str, Callable[[str], _CellMeaning]] = {
    "data": _data_cell,
    "data set": _data_cell,
    "dataset": _data_cell,
    "benchmark": _data_cell,
    "corpus": _data_cell,
    "config": _config_cell,
    "configuration": _config_cell,
    "language": _config_cell,
    "split": _split_cell,
}
"""Readers of cells, by the heading of the column."""


@dataclass(frozen=True, slots=True)
class _Grid:
    """A table with what is known of its page."""

    table: Table
    around: Surroundings
    own_names: Collection[str]
    columns: Mapping[int, tuple[Label, ...]] = field(default_factory=dict)
    """Labels of the columns that are measures; empty where rows are."""


def read_tables(page: Markdown, own_names: Collection[str]) -> Iterator[Stated]:
    """The scores in tables, and the counts with them; `own_names` are names of the model."""
    for table in page.tables:
        around = look_around(page, table.header.line)
        grid = _Grid(table, around, own_names, _measure_columns(table))
        yield from drop_lone_counts(_by_columns(grid) if grid.columns else _by_rows(grid))


def _measure_columns(table: Table) -> dict[int, tuple[Label, ...]]:
    found: dict[int, tuple[Label, ...]] = {}
    for column, heading in enumerate(table.header.cells):
        labels = _labels(heading)
        if labels and any(_figures(row.cells[column], len(labels)) for row in table.rows):
            found[column] = labels
    return found


def _labels(heading: str) -> tuple[Label, ...]:
    """The measures that a heading such as "EM / F1" names; none if it names anything else."""
    labels = tuple(measure_label(part) for part in heading.split("/"))
    known = tuple(label for label in labels if label is not None)
    if len(known) < len(labels):
        return ()
    first = known[0]
    return tuple(
        replace(each, subset=each.subset or first.subset, data=each.data or first.data)
        for each in known
    )


def _figures(cell: str, count: int) -> tuple[Figure, ...]:
    """As many figures as the labels are; none where one is missing."""
    parts = cell.split("/") if count > 1 else [cell]
    figures = tuple(figure for part in parts if (figure := read_figure(part)) is not None)
    return figures if len(figures) == count == len(parts) else ()


def _by_columns(grid: _Grid) -> Iterator[Stated]:
    for row in grid.table.rows:
        meaning = _row_meaning(grid, row, except_for=grid.columns)
        for column, labels in grid.columns.items():
            yield from _cell(grid, row, labels=labels, column=column, meaning=meaning)


def _by_rows(grid: _Grid) -> Iterator[Stated]:
    column = _label_column(grid.table)
    for row in grid.table.rows:
        labels = _labels(row.cells[column])
        values = [
            other
            for other, cell in enumerate(row.cells)
            if other != column and _figures(cell, len(labels))
        ]
        row_meaning = _row_meaning(grid, row, except_for=(column, *values))
        for value_column in values if labels else ():
            heading = _label_meaning(grid.table.header.cells[value_column], grid.own_names)
            meaning = _combined(row_meaning, heading)
            yield from _cell(grid, row, labels=labels, column=value_column, meaning=meaning)


def _label_column(table: Table) -> int:
    """The first column in which a row names a measure; the first of all where none does."""
    columns = range(len(table.header.cells))
    named = (column for column in columns if any(_labels(row.cells[column]) for row in table.rows))
    return next(named, 0)


def _cell(
    grid: _Grid, row: TableRow, *, labels: tuple[Label, ...], column: int, meaning: _CellMeaning
) -> Iterator[Stated]:
    data = meaning.data or grid.around.data or UNNAMED
    scope = FigureContext(
        line=row.line,
        form=Form.TABLE,
        data=replace(data, config=meaning.config or data.config, split=meaning.split or data.split),
        subset=meaning.subset or grid.around.subset,
        subject=meaning.subject,
    )
    for label, figure in zip(labels, _figures(row.cells[column], len(labels)), strict=False):
        yield from state(figure, label, scope)


def _row_meaning(grid: _Grid, row: TableRow, *, except_for: Collection[int]) -> _CellMeaning:
    """What the labels in a row say of its figures."""
    meaning = _CellMeaning()
    for column, cell in enumerate(row.cells):
        if column not in except_for:
            heading = _plain(grid.table.header.cells[column])
            meaning = _combined(meaning, _cell_meaning(heading, cell, grid, is_first=column == 0))
    return meaning


def _cell_meaning(heading: str, cell: str, grid: _Grid, *, is_first: bool) -> _CellMeaning:
    read = NAMED_COLUMNS.get(heading)
    if not cell.strip() or read is not None:
        return read(cell) if read and cell.strip() else _CellMeaning()
    meaning = _label_meaning(cell, grid.own_names)
    return meaning if is_first else replace(meaning, subject=subject_of(cell))


def _label_meaning(text: str, own_names: Collection[str]) -> _CellMeaning:
    """What a label says; one that names neither data nor a kind of questions is a subject."""
    label = read_label(text)
    subset = Subset.ALL if label.measure == COUNT else label.subset
    if label.data is not None:
        return _CellMeaning(data=label.data, subset=subset, subject=subject_of(text))
    is_own = text in own_names or _plain(text) in OWN_WORDS
    is_known = is_own or not label.rest
    return _CellMeaning(subset=subset, subject=None if is_known else text)


def _combined(first: _CellMeaning, second: _CellMeaning) -> _CellMeaning:
    return _CellMeaning(
        data=first.data or second.data,
        config=first.config or second.config,
        split=first.split or second.split,
        subset=first.subset or second.subset,
        subject=first.subject or second.subject,
    )


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text.lower()))
