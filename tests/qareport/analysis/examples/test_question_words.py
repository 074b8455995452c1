"""Question words are whole words; overlap is a share of the words that say something."""

import pytest

from qareport.analysis.examples.question_words import find_question_word, lexical_overlap
from tests.builders import example


@pytest.mark.parametrize(
    ("question", "group"),
    [
        ("How many cats are there?", "how many/much"),
        ("For how  much is it sold?", "how many/much"),
        ("How often?", "how"),
        ("HOW MANYFOLD?", "how"),
        ("What's that?", "what"),
        ("In which year and when?", "which"),
        ("To whom, and whose?", "who/whom/whose"),
        ("Whose?", "who/whom/whose"),
        ("Who?", "who/whom/whose"),
        ("When did he know why?", "when"),
        ("Where?", "where"),
        ("Why?", "why"),
        ("Show the whole somewhat.", None),
        ("", None),
    ],
)
def test_the_earliest_whole_question_word_counts(question: str, group: str | None) -> None:
    assert find_question_word(question) == group


def test_overlap_is_the_share_of_content_words_in_the_sentence_of_the_first_gold() -> None:
    asked = example(
        question="Where did the big cat of Rome sleep?",
        context="The big dog ran. A cat slept in Rome on mats. Rome is a big cat.",
        golds=("mats", "dog"),
    )

    assert lexical_overlap(asked) == 2 / 4


def test_overlap_without_an_answer_is_that_of_the_best_sentence() -> None:
    asked = example(question="Did a big cat sleep?", context="Big dogs. The big cat ran. A cat.")

    assert lexical_overlap(asked) == pytest.approx(2 / 3)


def test_a_word_asked_twice_counts_once() -> None:
    asked = example(question="A cat, a dog, a cat?", context="One cat.")

    assert lexical_overlap(asked) == 1 / 2


def test_a_question_of_stop_words_has_no_overlap() -> None:
    assert lexical_overlap(example(question="What is it?", context="It is what it is.")) is None


def test_a_gold_behind_the_end_of_its_context_shares_nothing() -> None:
    asked = example(question="A cat?", context="A cat.", golds=("dog",))

    beyond = example(question="A cat?", context="", golds=("dog",))

    assert lexical_overlap(asked) == 1.0
    assert lexical_overlap(beyond) == 0.0
