"""Checks a raw question, and gives the example in it or what is wrong with it.

A new check is one function that yields a sentence for each case, and one line in a table.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from qareport.data.findings import Finding, Severity
from qareport.data.readers.json_file import JSON_TYPES, json_type
from qareport.data.readers.raw_question import (
    ABSENT,
    LARGEST_START,
    RawQuestion,
    example_from,
    gold_answers_from,
)
from qareport.data.types import Example, GoldAnswer

Checked = TypeVar("Checked")


@dataclass(frozen=True, slots=True)
class Check(Generic[Checked]):
    """One check: what it looks for, how much that matters, and how to mend it."""

    kind: str
    severity: Severity
    notice: Callable[[Checked], Iterator[str]]
    """Yields one sentence for each case."""
    remedy: str


@dataclass(frozen=True, slots=True)
class Examination:
    """The example in a question, and the findings about it."""

    example: Example | None
    """None when a field is missing or of a wrong kind."""
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class RequiredValue:
    """A field that a question must have, and the type of its value."""

    name: str
    value: object
    wanted: type


def examine(raw: RawQuestion) -> Examination:
    """The example in a raw question, and all findings about it."""
    example = example_from(raw)
    # The other checks would trip over the very values that these are about.
    if example is None:
        return Examination(None, tuple(findings_of(FORM_CHECKS, raw, raw.location)))
    flags = findings_of(FLAG_CHECKS, raw, raw.location)
    texts = findings_of(TEXT_CHECKS, example, raw.location)
    return Examination(example, (*flags, *texts))


def duplicate_id(example_id: str, location: str) -> Finding:
    """The finding about a second question with one id, of which scripts silently keep the last."""
    return Finding(
        kind="duplicate id",
        severity=Severity.ERROR,
        location=location,
        message=f"id {example_id!r} occurs a second time",
        remedy="give every question its own id, by which predictions are joined",
    )


def findings_of(
    checks: Iterable[Check[Checked]], checked: Checked, location: str
) -> Iterator[Finding]:
    """The findings of several checks, in their order."""
    for check in checks:
        for message in check.notice(checked):
            yield Finding(check.kind, check.severity, location, message, check.remedy)


def missing_fields(raw: RawQuestion) -> Iterator[str]:
    """Missing fields; a question without `answers` stops the official script too."""
    for field in _fields(raw):
        if field.value is ABSENT:
            yield f"field {field.name!r} is missing"


def wrong_types(raw: RawQuestion) -> Iterator[str]:
    """Fields of another JSON type than the format's."""
    for field in _fields(raw):
        # Not isinstance, to which true is a whole number.
        if field.value is not ABSENT and type(field.value) is not field.wanted:
            wanted = JSON_TYPES[field.wanted]
            yield f"field {field.name!r} is {json_type(field.value)}, not {wanted}"


def negative_starts(raw: RawQuestion) -> Iterator[str]:
    """Offsets before the context, which Python would count from its end."""
    for field in _fields(raw):
        if type(field.value) is int and field.value < 0:
            yield f"field {field.name!r} is {field.value}"


def huge_starts(raw: RawQuestion) -> Iterator[str]:
    """Offsets that no context reaches and no record can hold."""
    for field in _fields(raw):
        if type(field.value) is int and field.value > LARGEST_START:
            yield f"field {field.name!r} is more than {LARGEST_START}"


def contradicting_flags(raw: RawQuestion) -> Iterator[str]:
    """An `is_impossible` that says the opposite of the answers, which alone are scored."""
    if raw.is_impossible is True and raw.answers:
        yield "is_impossible is true but there are answers"
    if raw.is_impossible is False and not raw.answers:
        yield "is_impossible is false but there are no answers"


def unreadable_flags(raw: RawQuestion) -> Iterator[str]:
    """An `is_impossible` that is neither true nor false."""
    if raw.is_impossible not in (ABSENT, None) and type(raw.is_impossible) is not bool:
        yield f"is_impossible is {json_type(raw.is_impossible)}, not a boolean"


def unreadable_plausible_answers(raw: RawQuestion) -> Iterator[str]:
    """Plausible answers that are left out because they lack a text or a start."""
    plausible = raw.plausible_answers
    if plausible not in (ABSENT, None) and gold_answers_from(plausible) is None:
        yield "plausible_answers is not a list of texts with their starts, and is left out"


def unreadable_titles(raw: RawQuestion) -> Iterator[str]:
    """A title that is not text and is left out."""
    if raw.title not in (ABSENT, None) and not isinstance(raw.title, str):
        yield f"title is {json_type(raw.title)}, not a string, and is left out"


def empty_questions(example: Example) -> Iterator[str]:
    """A question without a visible character."""
    if not example.question.strip():
        yield "the question is empty"


def empty_contexts(example: Example) -> Iterator[str]:
    """A context without a visible character."""
    if not example.context.strip():
        yield "the context is empty"


def empty_golds(example: Example) -> Iterator[str]:
    """Gold answers without a visible character."""
    for answer in example.gold_answers:
        if not answer.text.strip():
            yield f"gold answer {answer.text!r} is empty"


def misplaced_golds(example: Example) -> Iterator[str]:
    """Gold answers that are not at their offset, with the nearest offset where the text is."""
    for answer in example.gold_answers:
        if not example.context.startswith(answer.text, answer.start):
            claim = f"answer {answer.text!r} is not at character {answer.start} of its context"
            yield claim + _elsewhere(answer, example.context)


COUNT_FROM_ZERO = "count the answer's first character from 0 at the start of the context"
FORM_CHECKS: tuple[Check[RawQuestion], ...] = (
    Check(
        "missing field",
        Severity.ERROR,
        missing_fields,
        "add it; a question without an answer has an empty list of answers",
    ),
    Check("wrong type", Severity.ERROR, wrong_types, "write the value in the type of the format"),
    Check(
        "negative answer_start",
        Severity.ERROR,
        negative_starts,
        COUNT_FROM_ZERO,
    ),
    Check("huge answer_start", Severity.ERROR, huge_starts, COUNT_FROM_ZERO),
)
FLAG_CHECKS: tuple[Check[RawQuestion], ...] = (
    Check(
        "contradicting is_impossible",
        Severity.WARNING,
        contradicting_flags,
        "make both agree; the metric looks at the answers only",
    ),
    Check(
        "unreadable is_impossible",
        Severity.WARNING,
        unreadable_flags,
        "write true or false; the metric looks at the answers only",
    ),
    Check(
        "unreadable plausible answers",
        Severity.WARNING,
        unreadable_plausible_answers,
        "mend or delete them; the metric does not use them",
    ),
    Check("unreadable title", Severity.WARNING, unreadable_titles, "write the title as text"),
)
TEXT_CHECKS: tuple[Check[Example], ...] = (
    Check("empty question", Severity.WARNING, empty_questions, "write or delete the question"),
    Check("empty context", Severity.WARNING, empty_contexts, "write or delete the context"),
    Check(
        "empty gold answer",
        Severity.WARNING,
        empty_golds,
        "delete the answer; a question without answers has an empty list",
    ),
    Check(
        "answer not at its offset",
        Severity.WARNING,
        misplaced_golds,
        "set answer_start to the character where the answer begins",
    ),
)


def _fields(raw: RawQuestion) -> Iterator[RequiredValue]:
    """The required values of a question and of its answers."""
    yield RequiredValue("id", raw.id, str)
    yield RequiredValue("question", raw.question, str)
    yield RequiredValue("context", raw.context, str)
    yield RequiredValue("answers", raw.answers, list)
    if isinstance(raw.answers, list):
        for number, entry in enumerate(raw.answers):
            yield from _answer_fields(f"answers[{number}]", entry)


def _answer_fields(name: str, entry: object) -> Iterator[RequiredValue]:
    """The required values of one answer."""
    if not isinstance(entry, Mapping):
        yield RequiredValue(name, entry, dict)
        return
    yield RequiredValue(f"{name}.text", entry.get("text", ABSENT), str)
    yield RequiredValue(f"{name}.answer_start", entry.get("answer_start", ABSENT), int)


def _elsewhere(answer: GoldAnswer, context: str) -> str:
    """How the sentence about a misplaced answer ends: with the nearest offset of its text."""
    # `before` may begin at the offset or earlier, `after` at the offset or later.
    after = context.find(answer.text, answer.start)
    before = context.rfind(answer.text, 0, answer.start + len(answer.text))
    offsets = [offset for offset in (before, after) if offset >= 0]
    if not offsets:
        return ", nor anywhere else in it"
    return f" but at {min(offsets, key=lambda offset: abs(offset - answer.start))}"
