"""Mistakes to read are those of one kind, their answers marked in as much context as it takes."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qareport.analysis.examples.mistake_examples import (
    CHARS_AROUND,
    CHARS_OF_START,
    MistakeExample,
    pick_mistakes,
)
from qareport.analysis.examples.mistakes import KINDS
from qareport.analysis.examples.rows import ExampleRow, summarise
from qareport.data.types import CharSpan, Example, GoldAnswer
from qareport.errors import UsageError
from tests.analysis_builders import case
from tests.builders import example
from tests.row_builders import row

CONTEXT = "the big old cat sat on mats"
ASKED = example(context=CONTEXT, golds=("old cat", "old cat", "cat"))
WORDS = "word " * 100
"""500 characters."""


def wrong(number: int, kind: str = "superset") -> ExampleRow:
    """A row of that kind, recognised by its id."""
    return replace(row(example(str(number))), mistake=kind)


def read(asked: Example, text: str = "", *, span: CharSpan | None = None) -> MistakeExample:
    """The only mistake of a record."""
    answered = replace(row(asked, text), mistake="superset", span=span)
    (only,) = pick_mistakes([answered], "superset", count=1).examples
    return only


def texts(context: str, spans: Sequence[CharSpan]) -> list[str]:
    """What the spans stand for."""
    return [context[span.start : span.end] for span in spans]


def ids(rows: Sequence[ExampleRow], *, count: int, seed: int | None = None) -> list[str]:
    """The ids of the supersets that are picked."""
    picked = pick_mistakes(rows, "superset", count=count, seed=seed)
    return [each.id for each in picked.examples]


def test_the_first_of_a_kind_are_picked_and_all_are_counted() -> None:
    rows = [wrong(0), wrong(1, "subset"), wrong(2), wrong(3)]

    assert ids(rows, count=2) == ["0", "2"]
    assert pick_mistakes(rows, "superset", count=2).n == 3


def test_a_seed_draws_the_same_ones_again_in_the_order_of_the_rows() -> None:
    rows = [wrong(number) for number in range(100, 200)]

    drawn = ids(rows, count=5, seed=1)

    assert drawn == ids(rows, count=5, seed=1) == sorted(drawn)
    assert len(set(drawn)) == 5
    assert drawn != ids(rows, count=5, seed=2)


def test_more_than_there_are_is_all_of_them() -> None:
    rows = [wrong(0), wrong(1)]

    assert ids(rows, count=3) == ids(rows, count=3, seed=1) == ["0", "1"]


def test_of_a_kind_without_answers_there_are_none() -> None:
    picked = pick_mistakes([wrong(0)], "subset", count=1)

    assert (picked.n, picked.examples) == (0, ())


def test_an_unknown_kind_is_reported_with_the_nearest_name() -> None:
    with pytest.raises(UsageError) as caught:
        pick_mistakes([], "supersets", count=1)

    assert str(caught.value) == (
        "there is no kind of answer 'supersets'; did you mean 'superset'? There are correct, "
        "false null, false answer, normalisation only, superset, subset, overlap, right sentence, "
        "elsewhere"
    )


@given(st.lists(st.sampled_from(list(KINDS)), max_size=30))
def test_the_kinds_part_the_rows(kinds: list[str]) -> None:
    rows = [wrong(number, kind) for number, kind in enumerate(kinds)]

    picked = [pick_mistakes(rows, kind, count=30) for kind in KINDS]

    assert sorted(int(each.id) for of_kind in picked for each in of_kind.examples) == list(
        range(len(rows))
    )
    assert all(of_kind.n == len(of_kind.examples) for of_kind in picked)


def test_an_example_states_what_was_asked_and_answered() -> None:
    answered = summarise(case(ASKED, "big old cat", "old cat", null_margin=-1.5))

    (shown,) = pick_mistakes([answered], "superset", count=1).examples

    assert (shown.id, shown.title, shown.question, shown.context) == ("q", "t", "q", CONTEXT)
    assert (shown.prediction, shown.gold_answers) == ("big old cat", ("old cat", "cat"))
    assert (shown.null_margin, shown.causes) == (-1.5, ("in n-best",))


def test_gold_answers_that_meet_are_marked_as_one() -> None:
    asked = example(context=CONTEXT, golds=("old cat", "cat", "mats"))

    assert texts(CONTEXT, read(asked).gold_spans) == ["old cat", "mats"]


def test_a_gold_answer_located_outside_the_context_is_not_marked() -> None:
    golds = (GoldAnswer("cat", 99), GoldAnswer("mats!", 23))

    assert read(example(context=CONTEXT, golds=golds)).gold_spans == (CharSpan(23, 27),)


def test_our_own_prediction_is_marked_where_it_was_found() -> None:
    asked = example(context="cat, cat", golds=("dog",))

    assert read(asked, "cat", span=CharSpan(5, 8)).predicted_span == CharSpan(5, 8)


@pytest.mark.parametrize(
    ("context", "text", "span"),
    [
        ("a cat sat", "cat", CharSpan(2, 5)),
        ("cat, cat", "cat", None),
        ("a cat sat", "dog", None),
        ("a cat sat", "", None),
    ],
)
def test_a_prediction_made_elsewhere_is_marked_where_its_text_stands_only_once(
    context: str, text: str, span: CharSpan | None
) -> None:
    assert read(example(context=context), text).predicted_span == span


def test_a_short_context_is_shown_whole() -> None:
    assert texts(CONTEXT, read(ASKED).excerpt) == [CONTEXT]


def test_a_long_context_is_cut_between_words_around_the_answers() -> None:
    context = f"{WORDS}old cat {WORDS}mats {WORDS}"
    asked = example(context=context, golds=("old cat",))

    first, second = texts(context, read(asked, "mats").excerpt)

    assert first == f"{'word ' * 24}old cat{' word' * 24}"
    assert second == f"{'word ' * 24}mats{' word' * 24}"


def test_where_there_are_no_blanks_the_cut_stands_between_characters() -> None:
    context = f"{'x' * 500}猫{'y' * 500}"

    (excerpt,) = texts(context, read(example(context=context, golds=("猫",))).excerpt)

    assert excerpt == f"{'x' * CHARS_AROUND}猫{'y' * CHARS_AROUND}"


def test_answers_near_each_other_are_shown_in_one_part() -> None:
    context = f"{WORDS}old cat word word mats {WORDS}"
    asked = example(context=context, golds=("old cat",))

    assert len(read(asked, "mats").excerpt) == 1


def test_where_no_answer_stands_the_context_is_shown_from_its_start() -> None:
    (excerpt,) = read(example(context=WORDS)).excerpt

    assert excerpt == CharSpan(0, CHARS_OF_START - 1)


@given(st.text("ab .", max_size=600), st.integers(0, 600), st.integers(1, 40))
def test_every_mark_lies_in_a_part_and_parts_are_in_order_and_apart(
    context: str, start: int, length: int
) -> None:
    gold = GoldAnswer("a" * length, start)

    shown = read(example(context=context, golds=(gold,)), span=None)

    for mark in shown.gold_spans:
        assert any(part.start <= mark.start and mark.end <= part.end for part in shown.excerpt)
    for one, other in zip(shown.excerpt, shown.excerpt[1:], strict=False):
        assert one.end < other.start
