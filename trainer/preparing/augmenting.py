"""Copies examples with other words around their answers."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import compress, groupby
from typing import Protocol, runtime_checkable

import numpy as np

from qareport.data.types import CharSpan, Example, GoldAnswer

WORD = re.compile(r"(?<!\w)[^\W\d_]+(?:['\u2019][^\W\d_]+)*(?!\w)")
"""Letters, with apostrophes among them; a number has no words like it."""


@runtime_checkable
class Substitutes(Protocol):
    """Proposes words that could replace another."""

    def propose(self, text: str, words: Sequence[CharSpan]) -> list[tuple[str, ...]]:
        """Words that could replace each word of `text`, if there are any."""
        ...


@dataclass(frozen=True, slots=True)
class Replacement:
    """Text that replaces some characters of a context."""

    span: CharSpan
    text: str


def augment(
    examples: Iterable[Example],
    substitutes: Substitutes,
    *,
    copies: int,
    replaced: float,
    generator: np.random.Generator,
) -> Iterator[Example]:
    """So many `copies` of each example, in a row; their ids are `id~augmented-1` and so on.

    Each word of a context gives way to one of its substitutes with probability `replaced`, but
    never a word of a gold or plausible answer. Capitals, and all that is not a word, stay. A
    context is looked up once for all examples in a row that share it.
    """
    for context, sharers in groupby(examples, key=lambda example: example.context):
        words = find_words(context)
        proposals = substitutes.propose(context, words)
        slots = [
            _slot(context, word, known)
            for word, known in zip(words, proposals, strict=True)
            if known
        ]
        for example in sharers:
            free = [slot for slot in slots if not _is_answer(slot.word, example)]
            for number in range(1, copies + 1):
                is_replaced = generator.random(len(free)) < replaced
                replacements = _draw(list(compress(free, is_replaced)), generator)
                copy = rewrite(example, replacements)
                yield replace(copy, id=f"{example.id}~augmented-{number}")


def find_words(text: str) -> list[CharSpan]:
    """The words of a text that others could stand for, in order."""
    return [CharSpan(match.start(), match.end()) for match in WORD.finditer(text)]


def rewrite(example: Example, replacements: Sequence[Replacement]) -> Example:
    """The example with replacements made in its context, and its answers moved along.

    Replacements are in order, and none touches an answer.
    """
    pieces: list[str] = []
    end = 0
    for replacement in replacements:
        pieces += (example.context[end : replacement.span.start], replacement.text)
        end = replacement.span.end
    return replace(
        example,
        context="".join((*pieces, example.context[end:])),
        gold_answers=_moved(example.gold_answers, replacements),
        plausible_answers=_moved(example.plausible_answers, replacements),
    )


@dataclass(frozen=True, slots=True)
class _Slot:
    """A word and its candidates, at least one."""

    word: CharSpan
    candidates: tuple[Replacement, ...]


def _slot(context: str, word: CharSpan, substitutes: Iterable[str]) -> _Slot:
    letters = context[word.start : word.end]
    return _Slot(
        word, tuple(Replacement(word, _capitalised_like(letters, each)) for each in substitutes)
    )


def _is_answer(word: CharSpan, example: Example) -> bool:
    """Whether a word is part of an answer, or an answer of it."""
    answers = (*example.gold_answers, *example.plausible_answers)
    return any(
        word.start < answer.start + len(answer.text) and answer.start < word.end
        for answer in answers
    )


def _draw(slots: Sequence[_Slot], generator: np.random.Generator) -> list[Replacement]:
    """A replacement for each slot, all of its candidates alike."""
    counts = np.array([len(slot.candidates) for slot in slots], dtype=np.int64)
    drawn = generator.integers(counts).tolist()
    return [slot.candidates[index] for slot, index in zip(slots, drawn, strict=True)]


def _capitalised_like(word: str, candidate: str) -> str:
    """The candidate in lower case, capitals, or with a capital, as the word; else as it is."""
    if word.islower():
        return candidate.lower()
    if word.isupper() and len(word) > 1:
        return candidate.upper()
    if word[0].isupper():
        return candidate[:1].upper() + candidate[1:]
    return candidate


def _moved(
    answers: Iterable[GoldAnswer], replacements: Iterable[Replacement]
) -> tuple[GoldAnswer, ...]:
    """The answers where they stand after the replacements before them."""
    growths = [
        (
            replacement.span.end,
            len(replacement.text) + replacement.span.start - replacement.span.end,
        )
        for replacement in replacements
    ]
    return tuple(
        replace(answer, start=answer.start + sum(by for end, by in growths if end <= answer.start))
        for answer in answers
    )
