"""Each cause is a claim that holds of a wrong answer or does not."""

from collections import Counter
from dataclasses import replace

import pytest

from qareport.analysis.examples.cases import Case
from qareport.analysis.examples.causes import explain
from qareport.inference.options import AnsweringOptions
from tests.analysis_builders import case, token_window, word_window
from tests.builders import example

CONTEXT = "the big old cat sat on mats"
ASKED = example(context=CONTEXT, golds=("old cat",))
NO_ANSWER = example(context=CONTEXT)


def applies(cause: str, to: Case) -> bool:
    """Whether a cause explains a case."""
    return cause in explain(to)


@pytest.mark.parametrize(
    ("golds", "is_ambiguous"),
    [
        (("cat", "mats"), True),
        (("cat", "cat", "big old cat on mats"), True),
        (("big cat", "old cat"), False),
        (("cat",), False),
    ],
)
def test_golds_are_ambiguous_below_an_f1_of_one_half(
    golds: tuple[str, ...], *, is_ambiguous: bool
) -> None:
    wrong = case(example(context=CONTEXT, golds=golds), "sat")

    assert applies("gold ambiguity", wrong) is is_ambiguous


@pytest.mark.parametrize(
    ("golds", "is_cut"),
    [(("old cat",), False), (("cat sat",), True), (("cat sat", "mats"), False), (("the",), False)],
)
def test_a_window_boundary_cuts_every_gold(golds: tuple[str, ...], *, is_cut: bool) -> None:
    windows = (word_window(CONTEXT, 0, 4), word_window(CONTEXT, 4))

    wrong = case(example(context=CONTEXT, golds=golds), "on", windows=windows)

    assert applies("window boundary", wrong) is is_cut


@pytest.mark.parametrize(
    ("golds", "is_too_long"),
    [
        (("big old cat",), True),
        (("big old cat", "cat sat on mats"), True),
        (("big old cat", "old cat"), False),
        (("the",), False),
    ],
)
def test_golds_are_too_long_when_all_exceed_the_answer_limit(
    golds: tuple[str, ...], *, is_too_long: bool
) -> None:
    options = AnsweringOptions(max_answer_length=2)

    wrong = case(example(context=CONTEXT, golds=golds), "on", options=options)

    assert applies("too long", wrong) is is_too_long


@pytest.mark.parametrize(("gold", "is_unreachable"), [("old cat", False), ("ats", True)])
def test_a_gold_that_no_tokens_spell_is_unreachable(gold: str, *, is_unreachable: bool) -> None:
    wrong = case(example(context=CONTEXT, golds=(gold,)), "on")

    assert applies("unreachable", wrong) is is_unreachable


@pytest.mark.parametrize("is_cut", [True, False])
def test_a_question_is_truncated_when_it_was_not_asked_whole(*, is_cut: bool) -> None:
    wrong = replace(case(ASKED, "on"), question_is_cut=is_cut)

    assert applies("truncated question", wrong) is is_cut


@pytest.mark.parametrize(
    ("n_best", "is_in_n_best"),
    [
        (("on", "", "the big", "the big old", "old cat"), True),
        (("on", "", "big"), False),
        (("", "old cat"), True),
        (("on",), False),
    ],
)
def test_a_right_span_below_the_first_is_in_the_n_best(
    n_best: tuple[str, ...], *, is_in_n_best: bool
) -> None:
    assert applies("in n-best", case(ASKED, *n_best)) is is_in_n_best


def test_a_span_that_was_withheld_at_rank_1_is_not_in_the_n_best() -> None:
    assert not applies("in n-best", case(ASKED, "old cat", "", text=""))


def test_the_null_answer_does_not_count_as_in_the_n_best() -> None:
    assert not applies("in n-best", case(NO_ANSWER, "on", ""))


@pytest.mark.parametrize(
    ("n_best", "text", "decides"),
    [
        (("", "old cat"), "", True),
        (("old cat", ""), "", True),
        (("", "on", "old cat"), "", False),
        (("",), "", False),
        (("on", "old cat", ""), "on", False),
        (("old cat", ""), "on", False),
    ],
)
def test_the_threshold_decides_where_it_withholds_the_right_span(
    n_best: tuple[str, ...], text: str, *, decides: bool
) -> None:
    assert applies("threshold", case(ASKED, *n_best, text=text)) is decides


@pytest.mark.parametrize(("margin", "decides"), [(2.0, True), (1.0, True), (0.99, False)])
def test_the_threshold_decides_within_one_logit_of_a_false_answer(
    margin: float, *, decides: bool
) -> None:
    options = AnsweringOptions(null_threshold=2.0)

    wrong = case(NO_ANSWER, "on", "", null_margin=margin, options=options)

    assert applies("threshold", wrong) is decides


def test_a_right_answer_has_no_cause() -> None:
    right = case(ASKED, "old cat", "old cat")

    assert explain(replace(right, question_is_cut=True)) == ()


def test_causes_of_wrong_answers_are_counted() -> None:
    several = case(ASKED, "", "old cat")
    cases = [several, case(ASKED, "on", "old cat"), case(ASKED, "on"), case(ASKED, "old cat")]

    counts = Counter(cause for each in cases for cause in explain(each))

    assert counts == {"in n-best": 2, "threshold": 1}


@pytest.mark.parametrize(
    ("normaliser", "expected"),
    [
        ("mlqa-de", {"in n-best"}),
        ("squad-en", {"gold ambiguity", "unreachable"}),
    ],
)
def test_causes_follow_the_normaliser(normaliser: str, expected: set[str]) -> None:
    asked = example(context="der Hund bellt", golds=("Hund", "den die das Hund"))

    wrong = case(asked, "bellt", "der Hund", windows=(token_window((0, 8)),), normaliser=normaliser)

    assert set(explain(wrong)) == expected
