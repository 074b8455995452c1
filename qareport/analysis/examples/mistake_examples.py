"""Picks mistakes of one kind to read, each with the context around its answers."""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from qareport.analysis.examples.golds import gold_spans
from qareport.analysis.examples.mistakes import require_kind
from qareport.analysis.examples.rows import ExampleRow
from qareport.data.types import CharSpan

CHARS_AROUND = 120
"""Characters of a context to show before and after an answer: our choice."""
CHARS_OF_START = 2 * CHARS_AROUND
"""Characters of a context to show where no answer stands in it."""


@dataclass(frozen=True, slots=True)
class MistakeExample:
    """A mistake to read; all spans are in characters of the context."""

    id: str
    title: str
    question: str
    context: str
    excerpt: tuple[CharSpan, ...]
    """Parts of the context around the answers, in order and without overlap."""
    gold_spans: tuple[CharSpan, ...]
    """Gold answers in the context, those that overlap or touch as one span."""
    predicted_span: CharSpan | None
    """None for "no answer", and where it is not known where in the context the text stands."""
    gold_answers: tuple[str, ...]
    """The distinct texts."""
    prediction: str
    """Empty for "no answer"."""
    null_margin: float | None
    causes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MistakeExamples:
    """Some answers of one kind."""

    kind: str
    n: int
    """All answers of this kind, shown or not."""
    seed: int | None
    """Of the random draw; None for the first ones."""
    examples: tuple[MistakeExample, ...]
    """In the order of the rows."""


def pick_mistakes(
    rows: Sequence[ExampleRow], kind: str, *, count: int, seed: int | None = None
) -> MistakeExamples:
    """The first answers of a kind, or as many drawn at random.

    Raises:
        UsageError: there is no such kind.
    """
    require_kind(kind)
    of_kind = [row for row in rows if row.mistake == kind]
    return MistakeExamples(
        kind=kind,
        n=len(of_kind),
        seed=seed,
        examples=tuple(_mistake_example(row) for row in _pick(of_kind, count, seed)),
    )


def _pick(rows: Sequence[ExampleRow], count: int, seed: int | None) -> Sequence[ExampleRow]:
    if seed is None or len(rows) <= count:
        return rows[:count]
    indices = random.Random(seed).sample(range(len(rows)), count)  # noqa: S311 - no secret
    return [rows[index] for index in sorted(indices)]


def _mistake_example(row: ExampleRow) -> MistakeExample:
    example, predicted = row.example, _predicted_span(row)
    golds = tuple(_joined(_inside(gold_spans(example), example.context)))
    marks = (*golds, predicted) if predicted else golds
    around = (_around(example.context, mark) for mark in marks)
    return MistakeExample(
        id=example.id,
        title=example.title,
        question=example.question,
        context=example.context,
        excerpt=tuple(_joined(around)) or (_whole_words(example.context, 0, CHARS_OF_START),),
        gold_spans=golds,
        predicted_span=predicted,
        gold_answers=tuple(dict.fromkeys(gold.text for gold in example.gold_answers)),
        prediction=row.text,
        null_margin=row.null_margin,
        causes=row.causes,
    )


def _predicted_span(row: ExampleRow) -> CharSpan | None:
    """The span of the text; of one made elsewhere only if the context has it exactly once."""
    context, text = row.example.context, row.text
    if row.span is not None or not text:
        return row.span
    start = context.find(text)
    if start < 0 or context.find(text, start + 1) >= 0:
        return None
    return CharSpan(start, start + len(text))


def _inside(spans: Iterable[CharSpan], context: str) -> Iterator[CharSpan]:
    """The spans cut to the context: data sets give some of their answers wrong offsets."""
    for span in spans:
        start, end = max(span.start, 0), min(span.end, len(context))
        if start < end:
            yield CharSpan(start, end)


def _joined(spans: Iterable[CharSpan]) -> list[CharSpan]:
    """The spans in order, those that overlap or touch as one."""
    joined: list[CharSpan] = []
    for span in sorted(spans, key=lambda each: (each.start, each.end)):
        if joined and span.start <= joined[-1].end:
            joined[-1] = CharSpan(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return joined


def _around(context: str, mark: CharSpan) -> CharSpan:
    """The mark with words before and after it."""
    start = max(mark.start - CHARS_AROUND, 0)
    if start:
        # Where there are no blanks, as in Chinese, the cut may stand between any characters.
        start = context.find(" ", start - 1, mark.start) + 1 or start
    return CharSpan(start, _whole_words(context, mark.end, CHARS_AROUND).end)


def _whole_words(context: str, start: int, length: int) -> CharSpan:
    """That many characters from the start, without the last word if it is cut."""
    end = start + length
    if end >= len(context):
        return CharSpan(start, len(context))
    blank = context.rfind(" ", start, end + 1)
    return CharSpan(start, end if blank < 0 else blank)
