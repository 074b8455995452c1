"""Builds examples, scores and totals; what a test does not say is filled in."""

import json
from collections.abc import Mapping
from typing import TypeVar

from qareport.data.types import EXACT, F1, Example, ExampleScore, GoldAnswer, Total

Value = TypeVar("Value")


def example(
    id: str = "q",  # noqa: A002 - the field's own name
    question: str = "q",
    *,
    context: str = "c",
    golds: tuple[str | GoldAnswer, ...] = (),
    title: str = "t",
) -> Example:
    """An example; a gold given as text stands where the context first holds it, else at 0."""
    return Example(
        id=id,
        question=question,
        context=context,
        gold_answers=tuple(_gold_answer(gold, context) for gold in golds),
        title=title,
    )


def by_measure(exact: Value, f1: Value) -> Mapping[str, Value]:
    """A value for each of the measures of SQuAD."""
    return {EXACT: exact, F1: f1}


def example_score(example_id: str, has_answer: bool, exact: float, f1: float) -> ExampleScore:  # noqa: FBT001 - as in the record
    """A score by the measures of SQuAD."""
    return ExampleScore(example_id, has_answer, by_measure(exact, f1))


def total_of(n: int, exact: float, f1: float) -> Total:
    """A total by the measures of SQuAD."""
    return Total(n, by_measure(exact, f1))


def squad_json(*examples: Example) -> str:
    """A SQuAD v2 file with one paragraph for each example."""
    paragraphs = [{"context": each.context, "qas": [_question(each)]} for each in examples]
    return json.dumps({"version": "v2.0", "data": [{"title": "t", "paragraphs": paragraphs}]})


def _gold_answer(gold: str | GoldAnswer, context: str) -> GoldAnswer:
    if isinstance(gold, GoldAnswer):
        return gold
    return GoldAnswer(text=gold, start=max(context.find(gold), 0))


def _question(one: Example) -> dict[str, object]:
    answers = [{"text": gold.text, "answer_start": gold.start} for gold in one.gold_answers]
    return {
        "id": one.id,
        "question": one.question,
        "answers": answers,
        "is_impossible": not answers,
    }
