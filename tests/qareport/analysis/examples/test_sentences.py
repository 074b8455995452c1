"""Sentences end after a mark that is followed by whitespace or by the end."""

import pytest

from qareport.analysis.examples.question_words import (
    sentence_number,
    sentence_words,
    share_sentence,
)
from qareport.data.types import CharSpan


@pytest.mark.parametrize(
    ("context", "sentences"),
    [
        pytest.param("One cat. Two dogs", [{"one", "cat"}, {"two", "dogs"}], id="stop"),
        pytest.param("Yes! No? So.", [{"yes"}, {"no"}, {"so"}, set()], id="other-marks"),
        pytest.param("worth 1.5 tons", [{"worth", "15", "tons"}], id="inside-a-number"),
        pytest.param('"So." he said', [{"so", "he", "said"}], id="quotation-mark-follows"),
        pytest.param("U.S. law", [{"us"}, {"law"}], id="abbreviation-counts"),
        pytest.param("Well?! So", [{"well"}, {"so"}], id="two-marks"),
        pytest.param("no\u3002 ah\uff01 oh\uff1f", 4, id="chinese-marks"),
        pytest.param("ab\u3002cd", 1, id="chinese-mark-inside"),
        pytest.param("", [set()], id="empty"),
    ],
)
def test_sentences_end_after_a_mark_before_whitespace_or_the_end(
    context: str, sentences: list[set[str]] | int
) -> None:
    found = sentence_words(context)

    assert (len(found) if isinstance(sentences, int) else list(found)) == sentences


@pytest.mark.parametrize(("char", "number"), [(0, 0), (1, 0), (2, 1), (3, 1), (5, 2)])
def test_blanks_after_a_mark_belong_to_the_next_sentence(char: int, number: int) -> None:
    assert sentence_number("A. B. C", char) == number


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        pytest.param(CharSpan(0, 3), CharSpan(4, 7), True, id="same"),
        pytest.param(CharSpan(4, 8), CharSpan(9, 12), False, id="neighbours"),
        pytest.param(CharSpan(4, 12), CharSpan(13, 16), True, id="reaching-into-it"),
        pytest.param(CharSpan(0, 3), CharSpan(9, 12), False, id="other"),
    ],
)
def test_spans_share_a_sentence_that_holds_a_part_of_both(
    one: CharSpan, other: CharSpan, *, shared: bool
) -> None:
    context = "One cat. Two dogs."

    assert share_sentence(context, one, other) is shared
    assert share_sentence(context, other, one) is shared
