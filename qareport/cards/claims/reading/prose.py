"""Reads scores in the sentences of a card, such as "achieves 79.87 exact match"."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from qareport.cards.claims.claims import COUNT, ClaimedData, Form, Subset
from qareport.cards.claims.reading.data_names import NamedData, blanked, find_data
from qareport.cards.claims.reading.labels import Label, Phrase, find_phrases, subject_of, subset_of
from qareport.cards.claims.reading.stated import (
    UNNAMED,
    Figure,
    FigureContext,
    Stated,
    drop_lone_counts,
    figure_of,
    look_around,
    state,
)
from qareport.cards.text.markdown import Markdown, Prose
from qareport.data.types import EXACT, F1

_SENTENCE = re.compile(r"(?:[^.!?;]|[.](?!\s|$))+")
_NUMBER = re.compile(
    r"""
    (?: (?<![\w.,+\-\u2212/]) | (?<=[\d%]/) )
    (?P<number> \d{1,3}(?:,\d{3})+ (?![\w,]) | \d+(?:\.\d+)? (?!\w|[.,]\d) )
    \s* (?P<percent>%)?
    """,
    re.VERBOSE,
)
"""A number without a sign, or one after another with a slash between them."""
_LISTING = re.compile(r"\s*(?:[/,&|]|and)?\s*")
"""Between figures, or measures, of one list."""
_DIFFERENCE = re.compile(r"\b(?:by|los(?:es?|t)|gain(?:s|ed)?|drop(?:s|ped)?)\s*$")
_POINTS = re.compile(r"\s*(?:percentage\s+)?points?\b")
LONGEST_PARAGRAPH = 20_000
"""Characters; what is longer was not written to be read, and would take minutes."""
BEFORE_FIGURE = 20
"""Characters before a figure that can make it a difference."""
AFTER_MEASURE = frozenset(
    {*"of is was are at to equals score scores value on for in the".split()}  # noqa: SIM905 - as read
    | {"dev", "development", "validation", "test", "set", "split", "questions", "about", "reaches"}
)
"""Words between a measure and its figure."""
AFTER_FIGURE = frozenset({"percent", "in", "for", "on", "the", "as", "an", "a"})
"""Words between a figure and its measure."""
IN_PROSE = frozenset({EXACT, F1, COUNT})
"""What sentences state; names of further measures, such as "contains", are words of any text."""
TRAINING = re.compile(r"\btrain", re.IGNORECASE)
"""In sentences about training, counts are of other examples."""


@dataclass(frozen=True, slots=True)
class _Item:
    """A figure or a measure in a sentence."""

    start: int
    end: int
    figure: Figure | None = None
    measure: str | None = None


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    """With blanks for names of data and kinds of questions."""
    line: int
    data: tuple[NamedData, ...]
    subsets: tuple[Phrase, ...]
    scope: FigureContext


@dataclass(frozen=True, slots=True)
class _MeasureFigure:
    measure: str
    figure: Figure
    at: int
    """Offset of the figure."""


def read_prose(page: Markdown) -> Iterator[Stated]:
    """The scores in sentences, and the counts with them."""
    for paragraph in page.prose:
        if len(paragraph.text) <= LONGEST_PARAGRAPH and _NUMBER.search(paragraph.text):
            for sentence in _sentences(page, paragraph):
                yield from drop_lone_counts(_read(sentence))


def _sentences(page: Markdown, paragraph: Prose) -> Iterator[_Sentence]:
    around = look_around(page, paragraph.line)
    data = around.data
    for found in _SENTENCE.finditer(paragraph.text):
        text, line = found[0], paragraph.line + paragraph.text[: found.start()].count("\n")
        subsets = tuple(phrase for phrase in find_phrases(text) if phrase.subset)
        names = find_data(text)
        outside = blanked(blanked(text, names), subsets)
        scope = FigureContext(
            line, Form.PROSE, data or UNNAMED, subset_of(paragraph.heading), subject_of(text)
        )
        yield _Sentence(outside, line, names, subsets, scope)
        data = names[-1].data if names else data


def _read(sentence: _Sentence) -> Iterator[Stated]:
    is_training = TRAINING.search(sentence.text) is not None
    pairs = sorted(_pairs(sentence.text), key=lambda pair: pair.at)
    for pair in pairs:
        if pair.measure == COUNT and is_training:
            continue
        data, subset = _data_at(sentence, pair.at), _subset_at(sentence, pair.at)
        line = sentence.line + sentence.text[: pair.at].count("\n")
        yield from state(
            pair.figure, Label(pair.measure, subset, data, ()), replace(sentence.scope, line=line)
        )


def _pairs(text: str) -> Iterator[_MeasureFigure]:
    """Each measure with its figure, which comes after it or before it."""
    runs = list(_runs(text, _items(text)))
    if not runs:
        return
    is_figure_first = runs[0][0].figure is not None
    used: set[int] = set()
    for index, run in enumerate(runs):
        if run[0].measure is None:
            continue
        nearby = (index - 1, index + 1) if is_figure_first else (index + 1, index - 1)
        for other in nearby:
            if 0 <= other < len(runs) and other not in used and _belong(text, run, runs[other]):
                used.add(other)
                yield from _zipped(run, runs[other])
                break


def _items(text: str) -> list[_Item]:
    figures = []
    for found in _NUMBER.finditer(text):
        figure = figure_of(found["number"], is_percent=bool(found["percent"]))
        if figure is not None:
            figures.append(_Item(found.start(), found.end(), figure=figure))
    measures = [
        _Item(phrase.start, phrase.end, measure=phrase.measure)
        for phrase in find_phrases(text)
        if phrase.measure in IN_PROSE
    ]
    return sorted([*figures, *measures], key=lambda item: item.start)


def _runs(text: str, items: Sequence[_Item]) -> Iterator[tuple[_Item, ...]]:
    """Items of one kind that are listed one after the other, such as "EM / F1"."""
    run: list[_Item] = list(items[:1])
    for before, item in pairwise(items):
        is_same_kind = (before.figure is None) == (item.figure is None)
        if is_same_kind and _LISTING.fullmatch(text[before.end : item.start]):
            run.append(item)
        else:
            yield tuple(run)
            run = [item]
    if run:
        yield tuple(run)


def _belong(text: str, measures: Sequence[_Item], figures: Sequence[_Item]) -> bool:
    """Whether these are figures of these measures, by the words between them."""
    if figures[0].figure is None or len(measures) != len(figures):
        return False
    is_after = figures[0].start > measures[0].start
    first, last = (measures, figures) if is_after else (figures, measures)
    gap = text[first[-1].end : last[0].start]
    known = AFTER_MEASURE if is_after else AFTER_FIGURE
    if "," in gap or not set(re.findall(r"\w+", gap.lower())) <= known:
        return False
    is_difference = _DIFFERENCE.search(
        text[max(0, first[0].start - BEFORE_FIGURE) : first[0].start]
    ) or _POINTS.match(text, last[-1].end)
    return is_difference is None


def _zipped(measures: Sequence[_Item], figures: Sequence[_Item]) -> Iterator[_MeasureFigure]:
    for measured, written in zip(measures, figures, strict=True):
        if measured.measure is not None and written.figure is not None:
            yield _MeasureFigure(measured.measure, written.figure, written.start)


def _data_at(sentence: _Sentence, at: int) -> ClaimedData | None:
    """The data named before a figure if a name leads the sentence; else the next after it."""
    named = sentence.data
    before = [each.data for each in named if each.end <= at]
    after = [each.data for each in named if each.start > at]
    is_leading = bool(named) and not _NUMBER.search(sentence.text[: named[0].start])
    ordered = (*before[-1:], *after[:1]) if is_leading else (*after[:1], *before[-1:])
    return next(iter(ordered), None)


def _subset_at(sentence: _Sentence, at: int) -> Subset | None:
    """The kind of questions named before a figure; else after it, up to the next comma."""
    clause_end = sentence.text.find(",", at)
    limit = len(sentence.text) if clause_end < 0 else clause_end
    before = [each.subset for each in sentence.subsets if each.end <= at]
    after = [each.subset for each in sentence.subsets if at < each.start < limit]
    return next(iter((*before[-1:], *after[:1])), None)
