"""A line of a page to what the text above it says of figures that stand there."""

from bisect import bisect_left
from dataclasses import dataclass

from qareport.cards.claims.claims import ClaimedData, Measure, Subset
from qareport.cards.claims.reading.data_names import blanked, find_data, name_data
from qareport.cards.claims.reading.figures import read_figure
from qareport.cards.claims.reading.labels import find_phrases, subset_of
from qareport.cards.text.markdown import Heading, Markdown

LONGEST_CAPTION = 8
"""Words; a longer paragraph tells more than of which questions the figures below it are."""

SCORES = frozenset({Measure.EXACT, Measure.F1})
FARTHEST_PARAGRAPH = 8
"""Paragraphs above a figure that may name its data."""
FARTHEST_HEADING = 100


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the nearest caption or heading says."""

    data: ClaimedData | None
    subset: Subset | None


def look_around(page: Markdown, line: int) -> Surroundings:
    """What paragraphs of the same section say above a line, or else the headings above it."""
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


def _states_scores(text: str) -> bool:
    """Whether a paragraph has scores of its own, so that it is no caption of others."""
    outside = blanked(text, find_data(text))
    has_measure = any(phrase.meaning in SCORES for phrase in find_phrases(outside))
    return has_measure and any(_is_number(word) for word in outside.split())


def _is_number(word: str) -> bool:
    return read_figure(word.strip(".,;:()/")) is not None


def _headings_above(page: Markdown, line: int) -> tuple[Heading, ...]:
    """The heading of the section that a line stands in, then those of the sections around it."""
    found: list[Heading] = []
    end = bisect_left(page.headings, line, key=lambda heading: heading.line)
    for heading in reversed(page.headings[max(0, end - FARTHEST_HEADING) : end]):
        if not found or heading.level < found[-1].level:
            found.append(heading)
    return tuple(found)
