"""Makes claims from figures, their labels and the text around them."""

import math
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from qareport.cards.claims.claims import COUNT, Claim, ClaimedData, Form, Subset
from qareport.cards.claims.reading.data_names import blanked, find_data, name_data
from qareport.cards.claims.reading.labels import Label, find_phrases, subset_of
from qareport.cards.text.markdown import Heading, Markdown
from qareport.metrics.measures import MEASURES

_NUMBER = r"\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?"
_CELL = re.compile(
    rf"[~≈]?\s*(?P<number>{_NUMBER})\s*(?P<percent>%)?\s*(?:[±*†‡].*|[(\[].*)?", re.DOTALL
)
"""A figure, and perhaps its interval or a mark for a footnote."""
LONGEST_FIGURE = 40
"""Characters; Python writes a float in at most 24."""

UNNAMED = ClaimedData(None, None)

LONGEST_CAPTION = 8
"""Words; a longer paragraph is more than a caption of the figures below it."""

SCORES = frozenset(MEASURES)
FARTHEST_PARAGRAPH = 8
"""Paragraphs above a figure that may name its data."""
FARTHEST_HEADING = 100


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that people wrote."""

    value: float
    text: str
    """As it is written, without a sign for percent."""
    is_percent: bool
    """Whether such a sign follows."""


@dataclass(frozen=True, slots=True)
class FigureContext:
    """What holds for all figures of a row, block or sentence."""

    line: int
    form: Form
    data: ClaimedData = field(default=UNNAMED)
    subset: Subset | None = None
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class Stated:
    """A claim, before it is known on which scale the card writes its scores."""

    claim: Claim
    is_percent: bool
    """Whether a sign for percent follows the figure."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the nearest caption or heading says."""

    data: ClaimedData | None
    subset: Subset | None


def read_figure(written: str) -> Figure | None:
    """The figure of a cell or value; None if it has other text than a figure and its interval."""
    found = _CELL.fullmatch(written.strip())
    return figure_of(found["number"], is_percent=bool(found["percent"])) if found else None


def figure_of(number: str, *, is_percent: bool) -> Figure | None:
    """The figure of digits with a point, or with commas between thousands; None if too long."""
    if len(number) > LONGEST_FIGURE:
        return None
    value = float(number.replace(",", ""))
    return Figure(value, number, is_percent) if math.isfinite(value) else None


def state(figure: Figure, label: Label, scope: FigureContext) -> Iterator[Stated]:
    """The claim that a figure under a label makes; none if the label names no measure."""
    if label.measure is None:
        return
    claim = Claim(
        line=scope.line,
        form=scope.form,
        measure=label.measure,
        subset=label.subset or scope.subset or Subset.ALL,
        value=figure.value,
        text=figure.text,
        data=_merged(label.data, scope.data),
        subject=scope.subject,
    )
    yield Stated(claim, figure.is_percent)


def drop_lone_counts(stated: Iterable[Stated]) -> tuple[Stated, ...]:
    """The claims of one row, block or sentence; none if all are counts, perhaps of other things."""
    all_stated = tuple(stated)
    is_scored = any(each.claim.measure != COUNT for each in all_stated)
    return all_stated if is_scored else ()


def look_around(page: Markdown, line: int) -> Surroundings:
    """What the paragraphs above a line in its section say, or else the headings above it."""
    headings = _headings_above(page, line)
    first = headings[0].line if headings else 0
    end = bisect_left(page.prose, line, key=lambda paragraph: paragraph.line)
    nearby = reversed(page.prose[max(0, end - FARTHEST_PARAGRAPH) : end])
    inside = (paragraph.text for paragraph in nearby if paragraph.line > first)
    above = [text for text in inside if not _states_scores(text)]
    texts = (*above, *(heading.text for heading in headings))
    named = (name_data(text) for text in texts)
    captions = (text for text in above[:1] if len(text.split()) <= LONGEST_CAPTION)
    nearest = (*captions, *(heading.text for heading in headings[:1]))
    subsets = (subset_of(text) for text in nearest)
    return Surroundings(
        data=next((data for data in named if data is not None), None),
        subset=next((subset for subset in subsets if subset is not None), None),
    )


def _merged(near: ClaimedData | None, far: ClaimedData) -> ClaimedData:
    """The data that the nearer words name, with the split of the farther if both are the same."""
    if near is None:
        return far
    is_same = near.id == far.id
    return replace(near, split=near.split or far.split) if is_same else near


def _states_scores(text: str) -> bool:
    """Whether a paragraph has scores of its own, and so is not a caption of others."""
    outside = blanked(text, find_data(text))
    has_measure = any(phrase.meaning in SCORES for phrase in find_phrases(outside))
    return has_measure and any(_is_number(word) for word in outside.split())


def _is_number(word: str) -> bool:
    return read_figure(word.strip(".,;:()/")) is not None


def _headings_above(page: Markdown, line: int) -> tuple[Heading, ...]:
    """The heading of the section of a line, then those of the sections around it."""
    found: list[Heading] = []
    end = bisect_left(page.headings, line, key=lambda heading: heading.line)
    for heading in reversed(page.headings[max(0, end - FARTHEST_HEADING) : end]):
        if not found or heading.level < found[-1].level:
            found.append(heading)
    return tuple(found)
