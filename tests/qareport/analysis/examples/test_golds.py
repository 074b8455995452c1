"""Gold answers count as the official metric counts them."""

import pytest

from qareport.analysis.examples.golds import counted_golds, gold_f1s, gold_spans, normalised_golds
from qareport.data.types import CharSpan, GoldAnswer
from qareport.metrics.normalisers import NORMALISERS
from tests.builders import example


def test_golds_that_normalise_to_nothing_do_not_count() -> None:
    asked = example(context="The cat.", golds=("The", "cat", "."))

    assert counted_golds(asked) == (GoldAnswer("cat", 4),)


def test_golds_that_are_equal_once_normalised_are_one_text() -> None:
    asked = example(golds=("the Cat", "cat!", "dog"))

    assert normalised_golds(asked) == {"cat", "dog"}


# Golden case E2: a question whose only gold is "The" is answered right by nothing.
@pytest.mark.parametrize("golds", [(), ("The",)])
def test_the_empty_text_is_right_where_no_gold_counts(golds: tuple[str, ...]) -> None:
    assert normalised_golds(example(golds=golds)) == {""}


def test_a_gold_stands_from_its_start_over_the_length_of_its_text() -> None:
    assert gold_spans(example(context="a cat", golds=("cat",))) == (CharSpan(2, 5),)


def test_every_two_golds_are_compared() -> None:
    asked = example(golds=("Denver Broncos", "the Broncos", "Denver"))

    assert gold_f1s(asked) == pytest.approx((2 / 3, 2 / 3, 0.0))


def test_one_gold_has_no_other_to_be_compared_with() -> None:
    assert gold_f1s(example(golds=("cat", "the"))) == ()


def test_other_scripts_count_golds_that_normalise_to_nothing() -> None:
    asked = example(golds=("-", "cat"))

    assert normalised_golds(asked, NORMALISERS["xquad"]) == {"", "cat"}
    assert gold_f1s(asked, NORMALISERS["xquad"]) == (0.0,)
