"""Paragraphs rank by the cosine of their TF-IDF vectors with the question's."""

import math

from trainer.preparing.similarity import index_paragraphs, rank_paragraphs


def ranked(question: str, *paragraphs: str) -> list[str]:
    """The paragraphs, most similar first."""
    return list(rank_paragraphs(index_paragraphs(paragraphs), question))


def test_more_shared_words_rank_higher() -> None:
    assert ranked("red fox?", "blue dog", "red dog", "Red fox") == ["Red fox", "red dog"]


def test_rare_words_count_more() -> None:
    assert ranked("the fox", "the dog", "fox dog", "the cat", "the cow")[0] == "fox dog"


def test_long_paragraphs_gain_nothing_by_their_length() -> None:
    assert ranked("fox", "fox and many other words", "fox")[0] == "fox"


def test_equal_paragraphs_keep_their_order() -> None:
    assert ranked("fox", "fox one", "fox two") == ["fox one", "fox two"]


def test_words_of_the_question_that_no_paragraph_has_are_passed_over() -> None:
    assert ranked("fox wolf", "fox", "dog") == ["fox"]


def test_empty_paragraphs_are_like_nothing() -> None:
    assert ranked("fox", "", "fox") == ["fox"]


def test_weights_are_those_of_the_formula() -> None:
    index = index_paragraphs(["fox fox dog", "dog"])

    rarity_of_fox, rarity_of_dog = math.log(3), math.log(2)
    length = math.hypot(2 * rarity_of_fox, rarity_of_dog)
    assert index.occurrences["fox"].indices.tolist() == [0]
    assert math.isclose(index.occurrences["fox"].weights[0], 2 * rarity_of_fox**2 / length)
