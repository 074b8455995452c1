"""Lays out mistakes with their contexts for the terminal."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from rich.table import Table
from rich.text import Text

from qareport.analysis.examples.mistake_examples import MistakeExample, MistakeExamples
from qareport.data.printable import printable
from qareport.data.types import CharSpan
from qareport.report.tables.scores import NO_ANSWER

LEGEND = "gold answers stand in [[ ]], the prediction in {{ }}"
CUT = "\N{HORIZONTAL ELLIPSIS}"
BREAKS = re.compile("[\t\n\r]")
"""What ends lines in the texts of data sets, or moves to a column."""


@dataclass(frozen=True, slots=True)
class _Highlight:
    """A span to stand out, on a terminal without colours too."""

    span: CharSpan
    opening: str
    closing: str
    style: str


def examples_heading(found: MistakeExamples) -> tuple[str, ...]:
    """What is shown of how much, and how to read it, in a line each."""
    shown = len(found.examples)
    if not found.n:
        return (f"no answer is of the kind {found.kind!r}",)
    if found.seed is None:
        return (f"{found.kind}: the first {shown} of {found.n}", LEGEND)
    return (f"{found.kind}: {shown} of {found.n}, drawn with seed {found.seed}", LEGEND)


def example_grid(example: MistakeExample) -> Table:
    """A mistake with what it takes to understand it, a line for each."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True, style="bold")
    grid.add_column(overflow="fold")
    for name, text in (
        ("id", _plain(example.id)),
        ("article", _plain(example.title)),
        ("question", _plain(example.question)),
        ("context", _excerpt(example)),
        ("gold", _plain(" | ".join(example.gold_answers) or NO_ANSWER)),
        ("prediction", _plain(example.prediction or NO_ANSWER)),
        ("null margin", _plain(_margin(example.null_margin))),
        ("causes", _plain(", ".join(example.causes))),
    ):
        if text:
            grid.add_row(name, text)
    return grid


def _margin(null_margin: float | None) -> str:
    return "" if null_margin is None else f"{null_margin:.3f}"


def _plain(text: str) -> Text:
    """The text in one line: nothing in it is markup, and nothing steers the terminal."""
    return Text(printable(BREAKS.sub(" ", text)))


def _excerpt(example: MistakeExample) -> Text:
    marks = [_Highlight(gold, "[[", "]]", "green") for gold in example.gold_spans]
    if example.predicted_span is not None:
        marks.append(_Highlight(example.predicted_span, "{{", "}}", "magenta"))
    parts = [Text().join(_pieces(example.context, part, marks)) for part in example.excerpt]
    excerpt = Text(f" {CUT} ").join(parts)
    if example.excerpt[0].start > 0:
        excerpt = Text(f"{CUT} ") + excerpt
    if example.excerpt[-1].end < len(example.context):
        excerpt += Text(f" {CUT}")
    return excerpt


def _pieces(context: str, part: CharSpan, marks: list[_Highlight]) -> Iterator[Text]:
    """The texts of a part of the context, cut wherever a mark begins or ends."""
    edges = {edge for mark in marks for edge in (mark.span.start, mark.span.end)}
    inner = {edge for edge in edges if part.start < edge < part.end}
    offsets = sorted({part.start, part.end} | inner)
    for start, end in pairwise(offsets):
        inside = [mark for mark in marks if mark.span.start <= start < mark.span.end]
        # The longer mark opens first and closes last, so that one stands within the other.
        inside.sort(key=lambda mark: mark.span.start - mark.span.end)
        for mark in inside:
            if mark.span.start == start:
                yield Text(mark.opening, mark.style)
        yield Text(_plain(context[start:end]).plain, inside[-1].style if inside else "")
        for mark in reversed(inside):
            if mark.span.end == end:
                yield Text(mark.closing, mark.style)
