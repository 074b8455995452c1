"""A cell or value to the figure that it states."""

import math
import re
from dataclasses import dataclass

_NUMBER = r"\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?"
_CELL = re.compile(
    rf"[~≈]?\s*(?P<number>{_NUMBER})\s*(?P<percent>%)?\s*(?:[±*†‡].*|[(\[].*)?", re.DOTALL
)
"""A figure, and perhaps its interval or a mark for a footnote."""
LONGEST_FIGURE = 40
"""Characters; Python writes a float in at most 24."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that people wrote."""

    value: float
    text: str
    """As it is written, without a sign for percent."""
    is_percent: bool
    """Whether such a sign follows."""


def read_figure(written: str) -> Figure | None:
    """The figure that a cell or value states and nothing else, but for an interval; or None."""
    found = _CELL.fullmatch(written.strip())
    return figure_of(found["number"], is_percent=bool(found["percent"])) if found else None


def figure_of(number: str, *, is_percent: bool) -> Figure | None:
    """The figure of digits with a point, or with commas between thousands; None if too long."""
    if len(number) > LONGEST_FIGURE:
        return None
    value = float(number.replace(",", ""))
    return Figure(value, number, is_percent) if math.isfinite(value) else None
