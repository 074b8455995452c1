"""Each trait puts an example into one of its stated groups, at the stated bounds, or in none."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qareport.analysis.examples.observed import TokenWindow
from qareport.analysis.examples.traits import TRAITS
from qareport.data.types import Example, GoldAnswer
from tests.analysis_builders import placed, unplaced, word_window
from tests.builders import example

WORDS = " ".join(f"w{number}" for number in range(400))


def group(trait: str, asked: Example, *windows: TokenWindow) -> str | None:
    """The group of an example."""
    return TRAITS[trait].group_of(placed(asked, "", *windows))


def words(count: int) -> str:
    """A text of so many words."""
    return " ".join(["word"] * count)


@pytest.mark.parametrize(("golds", "name"), [(("c",), "has answer"), ((), "no answer")])
def test_answerable_is_what_has_a_gold(golds: tuple[str, ...], name: str) -> None:
    assert group("answerable", example(golds=golds)) == name


@pytest.mark.parametrize(("question", "name"), [("So when?", "when"), ("So?", "other")])
def test_question_word_is_other_without_one(question: str, name: str) -> None:
    assert group("question word", example(question=question)) == name


@pytest.mark.parametrize(
    ("count", "name"),
    [
        (0, None),
        (1, "1-6"),
        (6, "1-6"),
        (7, "7-9"),
        (9, "7-9"),
        (10, "10-13"),
        (13, "10-13"),
        (14, "14+"),
    ],
)
def test_question_length_is_counted_in_words(count: int, name: str | None) -> None:
    assert group("question length", example(question=words(count))) == name


@pytest.mark.parametrize(
    ("count", "name"),
    [
        (0, "< 100"),
        (99, "< 100"),
        (100, "100-149"),
        (149, "100-149"),
        (150, "150-199"),
        (199, "150-199"),
        (200, "200-299"),
        (299, "200-299"),
        (300, "300+"),
    ],
)
def test_context_length_is_counted_in_words(count: int, name: str) -> None:
    assert group("context length", example(context=words(count))) == name


@pytest.mark.parametrize(("count", "name"), [(0, None), (1, "1"), (2, "2"), (3, "3+"), (9, "3+")])
def test_windows_are_counted_where_they_are_known(count: int, name: str | None) -> None:
    assert group("windows", example(), *[word_window("c")] * count) == name


@pytest.mark.parametrize(
    ("golds", "name"),
    [
        ((), None),
        (("the",), None),
        (("the cat",), "1"),
        (("old cat",), "2"),
        (("big old cat", "the very big old cat"), "3-4"),
        ((words(4),), "3-4"),
        ((words(5),), "5-9"),
        ((words(9),), "5-9"),
        ((words(10),), "10+"),
    ],
)
def test_answer_length_is_that_of_the_shortest_gold(
    golds: tuple[str, ...], name: str | None
) -> None:
    assert group("answer length", example(golds=golds)) == name


@pytest.mark.parametrize(
    ("golds", "name"),
    [
        ((), None),
        (("8 May",), "date or year"),
        (("1000",), "date or year"),
        (("the 2090s",), "date or year"),
        (("999",), "other number"),
        (("2100",), "other number"),
        (("11000",), "other number"),
        (("it may be 5",), "other number"),
        (("May",), "date or year"),
        (("Maya",), "capitalised phrase"),
        (("the (old) Nile",), "mixed"),
        (("the Blue Nile",), "capitalised phrase"),
        (("Über",), "capitalised phrase"),
        (("'old river'",), "lower-case phrase"),
        (("river \u00b0 bank",), "lower-case phrase"),
        (("\u5317\u4eac",), "mixed"),
        (("\u00b0",), "mixed"),
        (("cat", "1999"), "lower-case phrase"),
    ],
)
def test_answer_type_is_the_first_that_fits_the_first_gold(
    golds: tuple[str, ...], name: str | None
) -> None:
    assert group("answer type", example(golds=golds)) == name


@pytest.mark.parametrize(
    ("start", "name"),
    [
        (0, "1st fifth"),
        (1, "1st fifth"),
        (2, "2nd fifth"),
        (3, "2nd fifth"),
        (4, "3rd fifth"),
        (6, "4th fifth"),
        (8, "5th fifth"),
        (9, "5th fifth"),
        (10, "5th fifth"),
    ],
)
def test_answer_position_is_the_fifth_in_which_the_first_gold_starts(start: int, name: str) -> None:
    golds = (GoldAnswer("x", start), GoldAnswer("x", 0))

    assert group("answer position", example(context="x" * 10, golds=golds)) == name


@pytest.mark.parametrize(("golds", "name"), [((), None), (("x",), "1st fifth")])
def test_answer_position_needs_a_gold_but_no_context(
    golds: tuple[str, ...], name: str | None
) -> None:
    assert group("answer position", example(context="", golds=golds)) == name


@pytest.mark.parametrize(
    ("gold", "name"),
    [
        ("b", "first window"),
        ("c d", "several windows"),
        ("e", "later window"),
        ("b c d e", "no window"),
    ],
)
def test_answer_position_in_the_windows_is_where_the_gold_is_whole(gold: str, name: str) -> None:
    context = "a b c d e f"
    asked = example(context=context, golds=(gold,))
    windows = (word_window(context, 0, 4), word_window(context, 2))

    assert group("answer position in the windows", asked, *windows) == name


@pytest.mark.parametrize(("golds", "count"), [(("b",), 1), (("b",), 0), ((), 2)])
def test_answer_position_in_the_windows_needs_a_gold_and_several_windows(
    golds: tuple[str, ...], count: int
) -> None:
    asked = example(context="a b", golds=golds)

    assert group("answer position in the windows", asked, *[word_window("a b")] * count) is None


@pytest.mark.parametrize(
    ("golds", "name"),
    [
        ((), None),
        (("the",), None),
        (("cat", "The cat", "the"), "1"),
        (("cat", "cats"), "2"),
        (("cat", "cats", "dog"), "3+"),
        (("cat", "cats", "dog", "dogs"), "3+"),
    ],
)
def test_distinct_golds_are_counted_once_normalised(
    golds: tuple[str, ...], name: str | None
) -> None:
    assert group("distinct golds", example(golds=golds)) == name


@pytest.mark.parametrize(
    ("golds", "name"),
    [
        ((), None),
        (("cat",), None),
        (("cat", "the cat", "Cat!"), "1"),
        (("big cat", "cat"), ".5 up to 1"),
        (("big cat", "old cat"), ".5 up to 1"),
        (("very big cat", "cat dog"), "< .5"),
        (("cat", "dog"), "< .5"),
    ],
)
def test_gold_agreement_is_the_mean_f1_of_every_two(
    golds: tuple[str, ...], name: str | None
) -> None:
    assert group("gold agreement", example(golds=golds)) == name


@pytest.mark.parametrize(
    ("context", "name"),
    [
        ("", "< .25"),
        ("cat", ".25 up to .5"),
        ("cat dog", ".5 up to .75"),
        ("cat dog fox", ">= .75"),
        ("cat dog fox owl", ">= .75"),
    ],
)
def test_lexical_overlap_is_banded_by_quarters(context: str, name: str) -> None:
    assert group("lexical overlap", example(question="cat dog fox owl", context=context)) == name


def test_lexical_overlap_needs_content_words() -> None:
    assert group("lexical overlap", example(question="What is it?")) is None


@pytest.mark.parametrize(
    ("golds", "plausible", "name"),
    [
        ((), (GoldAnswer("c", 0),), "present"),
        ((), (), "absent"),
        (("c",), (GoldAnswer("c", 0),), None),
    ],
)
def test_plausible_answer_concerns_questions_without_an_answer(
    golds: tuple[str, ...], plausible: tuple[GoldAnswer, ...], name: str | None
) -> None:
    asked = replace(example(golds=golds), plausible_answers=plausible)

    assert group("plausible answer", asked) == name


@pytest.mark.parametrize(("title", "name"), [("Rome", "Rome"), ("", None)])
def test_article_is_the_title(title: str, name: str | None) -> None:
    assert group("article", example(title=title)) == name


@given(
    st.text("aWho 1.", max_size=30),
    st.text("aWho 1.", max_size=30),
    st.lists(st.text("aWho 1.", max_size=5), max_size=3),
)
def test_every_group_of_a_trait_is_stated(question: str, context: str, golds: list[str]) -> None:
    observed = unplaced(example(question=question, context=context, golds=tuple(golds)), "")

    for trait in (trait for trait in TRAITS.values() if trait.groups):
        assert trait.group_of(observed) in {None, *trait.groups}
