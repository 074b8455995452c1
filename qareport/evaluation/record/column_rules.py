"""Checks the cells of a table by rules, each for whole columns, and names the first that is wrong.

A rule is a line in a table: the columns, a function that finds the rows that break it, and words.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from jaxtyping import Bool, Int64, Shaped
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
    cells = table[name]
    return _flags(cells.is_null()) if cells.null_count else np.zeros(len(cells), dtype=np.bool_)


def is_repeated(table: pa.Table, name: str) -> Rows:
    """Cells whose value stands in a row before."""
    numbers = numbers_of(table[name].combine_chunks().dictionary_encode().indices)
    is_first = np.zeros(len(table), dtype=np.bool_)
    is_first[np.unique(numbers, return_index=True)[1]] = True
    return ~is_first


def is_negative(table: pa.Table, name: str) -> Rows:
    """Numbers below 0."""
    broken: Rows = numbers_of(table[name]) < 0
    return broken


def is_nan(table: pa.Table, name: str) -> Rows:
    """Numbers that are none; infinite ones are numbers."""
    broken: Rows = np.isnan(numbers_of(table[name])) & ~is_missing(table, name)
    return broken


def is_not_finite(table: pa.Table, name: str) -> Rows:
    """Numbers that are infinite or none."""
    broken: Rows = ~np.isfinite(numbers_of(table[name])) & ~is_missing(table, name)
    return broken


def is_no_share(table: pa.Table, name: str) -> Rows:
    """Numbers that are not from 0 to 1."""
    cells = numbers_of(table[name])
    broken: Rows = ~((cells >= 0) & (cells <= 1)) & ~is_missing(table, name)
    return broken


def is_none_of(known: Collection[str]) -> FindRows:
    """Names that are not known."""

    def find(table: pa.Table, name: str) -> Rows:
        cells = table[name].to_pylist()
        return np.array([cell is not None and cell not in known for cell in cells], dtype=np.bool_)

    return find


def is_below(other: str) -> FindRows:
    """Numbers below that of another column in their row."""

    def find(table: pa.Table, name: str) -> Rows:
        broken: Rows = numbers_of(table[name]) < numbers_of(table[other])
        return broken

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
    items, rows = lists.flatten(), numbers_of(compute.list_parent_indices(lists))
    if pa.types.is_struct(items.type):
        return pa.table(items.flatten(), names=[field.name for field in items.type]), rows
    return pa.table([items], names=[ITEM]), rows


def numbers_of(column: pa.Array | pa.ChunkedArray) -> Shaped[np.ndarray, " row"]:
    """Numbers as an array, NaN for a missing one."""
    # Arrow's own way, `to_numpy`, imports pandas, which takes longer than to check a record.
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if array.null_count:
        return np.array(array.to_pylist(), dtype=np.float64)
    return np.from_dlpack(array)


def rows_with(table: pa.Table, numbers: Int64[np.ndarray, " item"]) -> Rows:
    """The rows with these numbers, which may repeat."""
    rows = np.zeros(len(table), dtype=np.bool_)
    rows[numbers] = True
    return rows


def _flags(cells: pa.ChunkedArray) -> Rows:
    """Booleans as an array; a missing one is false."""
    return np.array(cells.to_pylist(), dtype=np.bool_)


def _short(cell: object) -> str:
    shown = "missing" if cell is None else repr(cell)
    return shown if len(shown) <= SHOWN else f"{shown[:SHOWN]}..."
