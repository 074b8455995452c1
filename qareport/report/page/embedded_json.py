"""Writes the examples as the JSON that the scripts of a page read, in columns to save space."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter

from qareport.analysis.examples.causes import CAUSES
from qareport.analysis.examples.mistakes import KINDS
from qareport.analysis.examples.rows import ExampleRow, traits_of
from qareport.analysis.examples.traits import stated_groups
from qareport.data.types import CharSpan, Example, Prediction
from qareport.inference.options import NULL_RULES
from qareport.metrics.squad import PROTOCOL
from qareport.report.page.sources import ReportSources

SHOWN_ANSWERS = 5
"""Of an n-best list."""
DIGITS = 3
"""Of the scores in n-best lists."""
NOWHERE = -1
"""Number of a group that an example has none of, and start and end of the null answer."""
UNSAFE = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
"""What could end a script element, or a line of it, and how JSON may write it too."""

Mark = tuple[int, int]
"""Characters of a context from the first to the second, exclusive, without the names' weight."""
Ranked = tuple[int, int, float]
"""A mark with its score."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a threshold does."""

    threshold: float
    withholds_equal: bool
    """Whether a margin equal to the threshold is too high."""
    is_movable: bool
    is_redacted: bool


@dataclass(frozen=True, slots=True)
class TraitColumn:
    """The groups of a trait and, for each example, the number of its group."""

    name: str
    groups: tuple[str, ...]
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class OtherColumns:
    """What another model answered."""

    name: str
    marks: tuple[Mark, ...]
    exact: tuple[int, ...]
    f1: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Texts:
    """What stays out of a redacted page."""

    questions: tuple[str, ...]
    contexts: tuple[str, ...]
    """Each once."""
    context_numbers: tuple[int, ...]
    golds: tuple[tuple[Mark | str, ...], ...]
    """Marks, or texts where the offset in the data set is wrong."""
    marks: tuple[Mark, ...]
    """Of what was answered in the end."""
    n_best: tuple[tuple[Ranked, ...], ...]


@dataclass(frozen=True, slots=True)
class Embedded:
    """A column for each thing that a page shows of its examples."""

    rules: Rules
    kinds: tuple[str, ...]
    causes: tuple[str, ...]
    ids: tuple[str, ...]
    margins: tuple[float | None, ...]
    """Null where they are infinite."""
    has_answer: tuple[int, ...]
    exact: tuple[int, ...]
    f1: tuple[float, ...]
    best_exact: tuple[int, ...]
    best_f1: tuple[float, ...]
    kind_numbers: tuple[int, ...]
    cause_numbers: tuple[tuple[int, ...], ...]
    traits: tuple[TraitColumn, ...]
    others: tuple[OtherColumns, ...]
    texts: Texts | None


_EMBEDDED = TypeAdapter(Embedded)


def embedded_json(sources: ReportSources) -> str:
    """The columns as JSON that is safe within a script element."""
    text = _EMBEDDED.dump_json(_embed(sources)).decode()
    for char, escape in UNSAFE.items():
        text = text.replace(char, escape)
    return text


def _embed(sources: ReportSources) -> Embedded:
    rows = sources.main.rows
    # A record of another version may have kinds and causes that this one does not know.
    kinds = tuple(dict.fromkeys([*KINDS, *(row.mistake for row in rows)]))
    causes = tuple(dict.fromkeys([*CAUSES, *(cause for row in rows for cause in row.causes)]))
    return Embedded(
        rules=_rules(sources),
        kinds=kinds,
        causes=causes,
        ids=tuple(row.example.id for row in rows),
        margins=tuple(row.null_margin for row in rows),
        has_answer=tuple(int(row.score.has_answer) for row in rows),
        exact=tuple(int(row.score.exact) for row in rows),
        f1=tuple(row.score.f1 for row in rows),
        best_exact=tuple(int(row.best_score.exact) for row in rows),
        best_f1=tuple(row.best_score.f1 for row in rows),
        kind_numbers=tuple(kinds.index(row.mistake) for row in rows),
        cause_numbers=tuple(tuple(causes.index(each) for each in row.causes) for row in rows),
        traits=tuple(_trait(rows, name) for name in traits_of(rows)),
        others=tuple(
            _other(each.record.name, each.record.rows, is_redacted=sources.is_redacted)
            for each in sources.others
        ),
        texts=None if sources.is_redacted else _texts(rows, sources.predictions),
    )


def _rules(sources: ReportSources) -> Rules:
    evaluation = sources.main.evaluation
    return Rules(
        threshold=evaluation.options.null_threshold,
        withholds_equal=NULL_RULES[evaluation.options.null_rule].abstains_at_threshold,
        is_movable=evaluation.protocol == PROTOCOL,
        is_redacted=sources.is_redacted,
    )


def _trait(rows: Sequence[ExampleRow], name: str) -> TraitColumn:
    found = {group for row in rows if (group := row.groups.get(name)) is not None}
    known = stated_groups(name)
    # A trait without fixed groups has as many as there are articles.
    groups = tuple(each for each in known if each in found) or tuple(sorted(found))
    number_of = {group: number for number, group in enumerate(groups)}
    return TraitColumn(
        name, groups, tuple(number_of.get(row.groups.get(name) or "", NOWHERE) for row in rows)
    )


def _other(name: str, rows: Sequence[ExampleRow], *, is_redacted: bool) -> OtherColumns:
    return OtherColumns(
        name=name,
        marks=() if is_redacted else tuple(_mark(row.span) for row in rows),
        exact=tuple(int(row.score.exact) for row in rows),
        f1=tuple(row.score.f1 for row in rows),
    )


def _texts(rows: Sequence[ExampleRow], predictions: Sequence[Prediction]) -> Texts:
    contexts = tuple(dict.fromkeys(row.example.context for row in rows))
    number_of = {context: number for number, context in enumerate(contexts)}
    return Texts(
        questions=tuple(row.example.question for row in rows),
        contexts=contexts,
        context_numbers=tuple(number_of[row.example.context] for row in rows),
        golds=tuple(_golds(row.example) for row in rows),
        marks=tuple(_mark(row.span) for row in rows),
        n_best=tuple(_ranked(prediction) for prediction in predictions),
    )


def _golds(example: Example) -> tuple[Mark | str, ...]:
    """The distinct gold answers, as marks where they stand where the data set says."""
    marks: dict[Mark | str, None] = {}
    for gold in example.gold_answers:
        end = gold.start + len(gold.text)
        is_at_offset = gold.start >= 0 and example.context[gold.start : end] == gold.text
        marks[(gold.start, end) if is_at_offset else gold.text] = None
    return tuple(marks)


def _ranked(prediction: Prediction) -> tuple[Ranked, ...]:
    """The best answers, with the best span and the null answer whatever their rank."""
    answers = prediction.n_best
    best_span = next((rank for rank, text in enumerate(answers.texts) if text), NOWHERE)
    null = answers.starts.index(NOWHERE) if NOWHERE in answers.starts else NOWHERE
    further = (rank for rank in sorted({best_span, null}) if rank >= SHOWN_ANSWERS)
    shown = answers.at([*range(min(SHOWN_ANSWERS, len(answers))), *further])
    scores = [round(score, DIGITS) for score in shown.scores]
    return tuple(zip(shown.starts, shown.ends, scores, strict=True))


def _mark(span: CharSpan | None) -> Mark:
    return (span.start, span.end) if span else (NOWHERE, NOWHERE)
