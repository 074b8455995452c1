"""Holds the unchecked fields of a question, and makes an example of them."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import zip_longest

from qareport.data.types import Example, GoldAnswer

ABSENT = object()
"""The value of a missing field; None is JSON's null."""
LARGEST_START = (1 << 63) - 1
"""What columns of whole numbers hold."""


@dataclass(frozen=True, slots=True)
class RawQuestion:
    """The fields of one question, unchecked."""

    location: str
    """The source and the path, row or line in it, with the id."""
    id: object
    title: object
    context: object
    question: object
    answers: object
    """In good data a list of objects with `text` and `answer_start`."""
    is_impossible: object
    plausible_answers: object


def question_from_row(row: Mapping[str, object], location: str) -> RawQuestion:
    """The question in a row with SQuAD's columns."""
    return RawQuestion(
        location=with_id(location, row.get("id")),
        id=row.get("id", ABSENT),
        title=_shared(row.get("title", ABSENT)),
        context=_shared(row.get("context", ABSENT)),
        question=row.get("question", ABSENT),
        answers=_list_of_answers(row.get("answers", ABSENT)),
        is_impossible=row.get("is_impossible", ABSENT),
        plausible_answers=_list_of_answers(row.get("plausible_answers", ABSENT)),
    )


def example_from(raw: RawQuestion) -> Example | None:
    """The example in a raw question; None when a field is missing or of a wrong kind."""
    answers = gold_answers_from(raw.answers)
    if not (
        isinstance(raw.id, str)
        and isinstance(raw.question, str)
        and isinstance(raw.context, str)
        and answers is not None
    ):
        return None
    return Example(
        id=raw.id,
        question=raw.question,
        context=raw.context,
        gold_answers=answers,
        plausible_answers=gold_answers_from(raw.plausible_answers) or (),
        title=raw.title if isinstance(raw.title, str) else "",
    )


def gold_answers_from(answers: object) -> tuple[GoldAnswer, ...] | None:
    """The answers in a list; None unless it is a list of texts with starts that fit 64 bits."""
    if not isinstance(answers, list):
        return None
    golds = []
    for entry in answers:
        gold = _gold_answer(entry)
        if gold is None:
            return None
        golds.append(gold)
    return tuple(golds)


def with_id(location: str, question_id: object) -> str:
    """The location of a question with its id, if that is a string."""
    return f"{location} (id {question_id!r})" if isinstance(question_id, str) else location


def _shared(text: object) -> object:
    """One string in memory for all equal ones, since rows repeat the context of their paragraph."""
    # An interned string is freed with its last example, so the table of them does not grow.
    return sys.intern(text) if isinstance(text, str) else text


def _list_of_answers(answers: object) -> object:
    """Answers as a list of objects; tables have a list of texts and a list of starts instead."""
    if not isinstance(answers, dict):
        return answers
    texts, starts = answers.get("text"), answers.get("answer_start")
    if not isinstance(texts, list) or not isinstance(starts, list):
        return answers
    return [
        {"text": text, "answer_start": start}
        for text, start in zip_longest(texts, starts, fillvalue=ABSENT)
    ]


def _gold_answer(entry: object) -> GoldAnswer | None:
    """The answer in one entry; None when it lacks a text or a fit start."""
    if not isinstance(entry, dict):
        return None
    text, start = entry.get("text"), entry.get("answer_start")
    # A boolean is an int to isinstance, and true would pass for the offset 1.
    if not isinstance(text, str) or type(start) is not int or not 0 <= start <= LARGEST_START:
        return None
    return GoldAnswer(text, start)
