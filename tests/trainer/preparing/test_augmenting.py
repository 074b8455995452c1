"""Augmented examples have other words around the same answers, which stand where they say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qareport.data.types import CharSpan, Example, GoldAnswer
from tests.builders import example
from trainer.preparing.augmenting import augment, find_words


@dataclass(frozen=True, slots=True)
class TableOfWords:
    """Substitutes out of a table."""

    table: Mapping[str, tuple[str, ...]]
    """By word, in lower case."""
    asked: list[str] = field(default_factory=list)
    """The texts it was asked about."""

    def propose(self, text: str, words: Sequence[CharSpan]) -> list[tuple[str, ...]]:
        """What the table holds for each word."""
        self.asked.append(text)
        return [self.table.get(text[word.start : word.end].lower(), ()) for word in words]


def augmented(
    one: Example, table: Mapping[str, tuple[str, ...]], *, replaced: float = 1.0, copies: int = 1
) -> list[Example]:
    """The copies of an example, its words replaced as a table says."""
    generator = np.random.default_rng(0)
    words = TableOfWords(table)
    return list(augment([one], words, copies=copies, replaced=replaced, generator=generator))


def test_words_are_letters_with_apostrophes_among_them() -> None:
    text = "Don't say l\u2019an 1990 or 1990s, x_y 'so' Übermut."

    words = [text[word.start : word.end] for word in find_words(text)]

    assert words == ["Don't", "say", "l\u2019an", "or", "so", "Übermut"]


def test_answers_keep_their_words_and_move_along() -> None:
    one = example(context="A red fox, a red dog.", golds=("fox", "red dog"))

    (copy,) = augmented(one, {"red": ("scarlet",), "fox": ("cat",), "dog": ("cat",)})

    assert copy.context == "A scarlet fox, a red dog."
    assert copy.gold_answers == (GoldAnswer("fox", 10), GoldAnswer("red dog", 17))


def test_a_word_that_an_answer_is_part_of_stays() -> None:
    one = example(context="Normans came", golds=(GoldAnswer("Norman", 0), GoldAnswer("", 10)))

    assert augmented(one, {"normans": ("Danes",), "came": ("went",)})[0].context == one.context


def test_plausible_answers_move_along_and_unanswerable_stays_unanswerable() -> None:
    one = Example("q", "q", "red fox", (), (GoldAnswer("fox", 4),))

    (copy,) = augmented(one, {"red": ("scarlet",), "fox": ("cat",)})

    assert copy.context == "scarlet fox"
    assert not copy.has_answer
    assert copy.plausible_answers == (GoldAnswer("fox", 8),)


@pytest.mark.parametrize(
    ("word", "candidate", "written"),
    [
        ("red", "Blue", "blue"),
        ("Red", "blue", "Blue"),
        ("RED", "blue", "BLUE"),
        ("A", "one", "One"),
        ("rED", "bLue", "bLue"),
        ("Red", "", ""),
    ],
)
def test_capitals_are_those_of_the_word(word: str, candidate: str, written: str) -> None:
    (copy,) = augmented(example(context=word), {word.lower(): (candidate,)})

    assert copy.context == written


def test_blanks_marks_and_numbers_stay() -> None:
    one = example(context=" red\n 1990, \u201cred\u201d; fox ")

    (copy,) = augmented(one, {"red": ("blue",)})

    assert copy.context == " blue\n 1990, \u201cblue\u201d; fox "


def test_copies_are_numbered_and_differ_only_in_context_and_answers() -> None:
    one = example("id", "red?", context="red " * 40)

    copies = augmented(one, {"red": ("blue", "grey")}, replaced=0.5, copies=3)

    assert [copy.id for copy in copies] == [f"id~augmented-{number}" for number in (1, 2, 3)]
    assert {copy.question for copy in copies} == {"red?"}
    assert {copy.title for copy in copies} == {"t"}
    assert len({copy.context for copy in copies}) == 3


def test_each_word_is_replaced_with_the_probability() -> None:
    one = example(context="red " * 5000)

    (copy,) = augmented(one, {"red": ("blue", "grey")}, replaced=0.4)

    assert copy.context.count("blue") + copy.context.count("grey") == pytest.approx(2000, abs=150)
    assert copy.context.count("blue") == pytest.approx(1000, abs=150)


def test_words_at_the_end_of_long_contexts_are_replaced() -> None:
    one = example(context="fox " * 2000 + "red")

    assert augmented(one, {"red": ("blue",)})[0].context.endswith("fox blue")


def test_a_shared_context_is_looked_up_once() -> None:
    words = TableOfWords({})
    examples = [example(str(index), context=context) for index, context in enumerate("aab")]

    copies = augment(examples, words, copies=2, replaced=0.5, generator=np.random.default_rng(0))

    assert len(list(copies)) == 6
    assert words.asked == ["a", "b"]


TEXTS = st.text(st.sampled_from("aB \u00e9'1.\n\u8bfa"), max_size=30)


@given(
    context=TEXTS,
    substitutes=st.lists(TEXTS, max_size=3),
    spans=st.lists(st.tuples(st.integers(0, 30), st.integers(0, 6)), max_size=3),
    replaced=st.floats(0, 1),
    seed=st.integers(0, 99),
)
def test_every_answer_of_a_copy_stands_at_its_offset(
    context: str,
    substitutes: list[str],
    spans: list[tuple[int, int]],
    replaced: float,
    seed: int,
) -> None:
    answers = tuple(
        GoldAnswer(context[start : start + size], start)
        for start, size in spans
        if start <= len(context)
    )
    one = Example("q", "q", context, answers, answers)
    words = {context[word.start : word.end].lower() for word in find_words(context)}
    table = TableOfWords({word: tuple(substitutes) for word in words})

    def copies() -> list[Example]:
        generator = np.random.default_rng(seed)
        return list(augment([one], table, copies=2, replaced=replaced, generator=generator))

    made = copies()
    for copy in made:
        assert [answer.text for answer in copy.gold_answers] == [each.text for each in answers]
        assert copy.plausible_answers == copy.gold_answers
        for answer in copy.gold_answers:
            assert copy.context.startswith(answer.text, answer.start)
    assert copies() == made
