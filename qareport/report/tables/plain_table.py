"""Describes a table once, for the terminal, the page and the card to render."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar on a scale from 0 to 1."""

    start: float
    end: float
    dot: float | None = None
    """Where the figure lies whose interval the bar is; None where the bar is the figure."""


@dataclass(frozen=True, slots=True)
class RowExtra:
    """What a row has beyond its cells, for the media that can show it."""

    question_filter: tuple[tuple[str, str], ...] = ()
    """Names and values that pick the row's questions on the page, such as ("kind", "subset")."""
    meaning: str = ""
    """The name of the row in other words."""
    bar: Bar | None = None
    is_pale: bool = False
    """Whether the row has too few questions for any conclusion."""


@dataclass(frozen=True, slots=True)
class PlainTable:
    """A table whose first column names its rows; all numbers are text already."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    title: str = ""
    """What stands above it; empty on a card, where the heading of a section does."""
    notes: tuple[str, ...] = ()
    """Sentences to print below."""
    extras: tuple[RowExtra, ...] = ()
    """One for each row; empty where no row has any."""

    @property
    def figure_columns(self) -> tuple[bool, ...]:
        """Of each column, whether all its cells are figures, which are aligned to the right."""
        columns = zip(*self.rows, strict=True) if self.rows else ((),) * len(self.headings)
        return tuple(all(_is_figure(cell) for cell in column) for column in columns)


def _is_figure(cell: str) -> bool:
    return not cell or cell.lstrip("+-")[:1].isdigit()
