"""Checks the cells of a table by rules, each for whole columns, and names the first that is wrong.

A rule is a line in a table: the columns, a function that finds the rows that break it, and words.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from jaxtyping import Bool, Int64
from pyarrow import compute

from qareport.errors import DataError

SHOWN = 60
"""Characters of a cell that a message shows."""
ITEM = "item"
"""Name of the only part of items that are no structures."""
Rows = Bool[np.ndarray, " row"]
FindRows = Callable[[pa.Table, str], Rows]
"""Which rows of a table break a rule in the column of that name."""


@dataclass(frozen=True, slots=True)
class CellRule:
    """What the cells of some columns must be."""

    columns: Sequence[str]
    find_broken: FindRows
    words: str
    """Such as "must be from 0 to 1"."""


def require_possible(table: pa.Table, rules: Sequence[CellRule], *, id_column: str) -> None:
    """Refuses a table with a cell that breaks a rule.

    Raises:
        DataError: one does; the message names the first that breaks the first such rule, without
            the path.
    """
    for rule in rules:
        for name in rule.columns:
            broken = rule.find_broken(table, name)
            if broken.any():
                row = int(broken.argmax())
                cell, row_id = (_short(table[each][row].as_py()) for each in (name, id_column))
                raise DataError(
                    f"column {name!r} of row {row}, id {row_id}, is {cell}, but {rule.words}"
                )


def is_missing(table: pa.Table, name: str) -> Rows:
    """Cells without a value."""
    return _rows(table[name].is_null())


def is_repeated(table: pa.Table, name: str) -> Rows:
    """Cells whose value stands in a row before."""
    numbers = table[name].combine_chunks().dictionary_encode().indices.to_numpy()
    is_first = np.zeros(len(table), dtype=np.bool_)
    is_first[np.unique(numbers, return_index=True)[1]] = True
    return ~is_first


def is_negative(table: pa.Table, name: str) -> Rows:
    """Numbers below 0."""
    return _rows(compute.less(table[name], 0))


def is_nan(table: pa.Table, name: str) -> Rows:
    """Numbers that are none; infinite ones are numbers."""
    return _rows(compute.is_nan(table[name]))


def is_not_finite(table: pa.Table, name: str) -> Rows:
    """Numbers that are infinite or none."""
    return _rows(compute.invert(compute.is_finite(table[name])))


def is_no_share(table: pa.Table, name: str) -> Rows:
    """Numbers that are not from 0 to 1."""
    cells = table[name]
    in_range = compute.and_(compute.greater_equal(cells, 0.0), compute.less_equal(cells, 1.0))
    return _rows(compute.invert(in_range))


def is_none_of(known: Collection[str]) -> FindRows:
    """Names that are not known."""

    def find(table: pa.Table, name: str) -> Rows:
        cells = table[name]
        unknown = compute.invert(compute.is_in(cells, value_set=pa.array(known, pa.string())))
        return _rows(compute.and_(unknown, cells.is_valid()))

    return find


def is_below(other: str) -> FindRows:
    """Numbers below that of another column in their row."""

    def find(table: pa.Table, name: str) -> Rows:
        return _rows(compute.less(table[name], table[other]))

    return find


def is_missing_unlike(other: str) -> FindRows:
    """Cells without a value where another column has one, and the reverse."""

    def find(table: pa.Table, name: str) -> Rows:
        broken: Rows = is_missing(table, name) != is_missing(table, other)
        return broken

    return find


def has_item(part: str, find_items: FindRows) -> FindRows:
    """Lists of which an item breaks a rule in that part."""

    def find(table: pa.Table, name: str) -> Rows:
        items, rows = items_of(table, name)
        return rows_with(table, rows[find_items(items, part)])

    return find


def items_of(table: pa.Table, name: str) -> tuple[pa.Table, Int64[np.ndarray, " item"]]:
    """The items of all lists of a column, a column for each of their parts, and their rows."""
    lists = table[name].combine_chunks()
    items, rows = lists.flatten(), compute.list_parent_indices(lists).to_numpy()
    if pa.types.is_struct(items.type):
        return pa.table(items.flatten(), names=[field.name for field in items.type]), rows
    return pa.table([items], names=[ITEM]), rows


def rows_with(table: pa.Table, numbers: Int64[np.ndarray, " item"]) -> Rows:
    """The rows with these numbers, which may repeat."""
    rows = np.zeros(len(table), dtype=np.bool_)
    rows[numbers] = True
    return rows


def _rows(cells: pa.ChunkedArray) -> Rows:
    """Booleans as an array; a missing one, as of a missing number, is false."""
    rows: Rows = compute.fill_null(cells, fill_value=False).to_numpy()
    return rows


def _short(cell: object) -> str:
    shown = "missing" if cell is None else repr(cell)
    return shown if len(shown) <= SHOWN else f"{shown[:SHOWN]}..."
