"""A row keeps of a case what later questions need, and rows are broken down by trait."""

from dataclasses import replace

import pytest

from qareport.analysis.examples.rows import break_down_rows, summarise, summarise_chunk
from qareport.analysis.examples.traits import TRAITS
from qareport.data.types import CharSpan, GoldAnswer
from qareport.inference.chunks import AnsweredChunk
from qareport.inference.options import AnsweringOptions
from qareport.metrics.measures import Scoring
from tests.analysis_builders import case, placed
from tests.answering_builders import FoundSpan, FoundWindow, span_candidates
from tests.builders import example, example_score

CONTEXT = "the big old cat sat on mats"
ASKED = example(context=CONTEXT, golds=("old cat",), title="Cats")
NO_ANSWER = example(context=CONTEXT)
RIGHT = example_score("q", has_answer=True, exact=1.0, f1=1.0)
WRONG = example_score("q", has_answer=True, exact=0.0, f1=0.0)


def test_a_row_states_what_was_answered() -> None:
    row = summarise(case(ASKED, "old cat", null_margin=-1.5))

    assert row.example == ASKED
    assert (row.text, row.span, row.null_margin) == ("old cat", CharSpan(8, 15), -1.5)
    assert row.score == RIGHT


def test_a_withheld_span_is_still_the_best_one() -> None:
    row = summarise(case(ASKED, "", "old cat", "cat"))

    assert (row.text, row.span, row.score) == ("", None, WRONG)
    assert (row.best_text, row.best_score) == ("old cat", RIGHT)


def test_an_answer_that_was_given_is_the_best_span() -> None:
    row = summarise(case(ASKED, "cat", "old cat", ""))

    assert row.best_text == row.text == "cat"
    assert row.best_score == row.score


def test_without_any_span_the_best_text_is_empty() -> None:
    row = summarise(case(NO_ANSWER, ""))

    assert row.best_text == ""
    assert row.best_score == example_score("q", has_answer=False, exact=1.0, f1=1.0)


@pytest.mark.parametrize(
    ("text", "mistake"), [("old cat", "correct"), ("", "false null"), ("big old cat", "superset")]
)
def test_a_row_names_the_mistake(text: str, mistake: str) -> None:
    assert summarise(case(ASKED, text)).mistake == mistake


@pytest.mark.parametrize(("text", "is_plausible"), [("cat", True), ("mats", False), ("", False)])
def test_a_false_answer_is_plausible_where_it_meets_a_plausible_one(
    text: str, *, is_plausible: bool
) -> None:
    asked = replace(NO_ANSWER, plausible_answers=(GoldAnswer("old cat", 8),))

    assert summarise(case(asked, text)).is_plausible is is_plausible


def test_a_wrong_answer_has_its_causes() -> None:
    wrong = replace(case(ASKED, "", "old cat"), question_is_cut=True)

    assert summarise(wrong).causes == ("truncated question", "in n-best", "threshold")


def test_a_right_answer_has_no_causes() -> None:
    right = replace(case(ASKED, "old cat"), question_is_cut=True)

    assert summarise(right).causes == ()


def test_an_example_has_its_group_of_each_trait() -> None:
    groups = summarise(case(ASKED, "cat")).groups

    assert groups == {
        name: trait.group_of(placed(ASKED, "cat", *case(ASKED, "cat").observed.windows))
        for name, trait in TRAITS.items()
    }
    assert groups["article"] == "Cats"


def test_a_trait_that_does_not_concern_the_example_has_no_group() -> None:
    assert summarise(case(NO_ANSWER, "")).groups["answer type"] is None


def test_the_question_of_a_right_answer_may_be_cut_too() -> None:
    right = replace(case(ASKED, "old cat"), question_is_cut=True)

    assert summarise(right).question_is_cut
    assert not summarise(case(ASKED, "old cat")).question_is_cut


def test_all_examples_have_rows_of_their_own_windows_and_predictions() -> None:
    examples = [example("x", context="abcdefghi"), example("y", context="abcdefghi", golds=("b",))]
    candidates = span_candidates(
        FoundWindow(0.0, [FoundSpan(1, 2, 5.0)], example_id="x"),
        FoundWindow(0.0, [], example_id="x", number=1),
        FoundWindow(9.0, [FoundSpan(1, 1, 1.0)], example_id="y"),
    )
    options = AnsweringOptions(n_best_size=5)

    answered, withheld = summarise_chunk(
        AnsweredChunk(examples, candidates, options, cut_questions=frozenset({"y"}))
    )

    assert (answered.example, answered.text, answered.groups["windows"]) == (examples[0], "bc", "2")
    assert (withheld.example, withheld.text, withheld.best_text) == (examples[1], "", "b")
    assert withheld.causes == ("truncated question", "in n-best", "threshold")
    assert (answered.question_is_cut, withheld.question_is_cut) == (False, True)


@pytest.mark.parametrize(("normaliser", "exact"), [("squad-en", 0.0), ("mlqa-de", 1.0)])
def test_answers_are_scored_by_the_rules_of_the_normaliser(normaliser: str, exact: float) -> None:
    asked = example("q", context="der Hund", golds=("Hund",))
    candidates = span_candidates(
        FoundWindow(-1.0, [FoundSpan(0, 1, 1.0)], token_chars=((0, 3), (4, 8)))
    )

    chunk = AnsweredChunk([asked], candidates, AnsweringOptions(n_best_size=1))

    (row,) = summarise_chunk(chunk, Scoring(normaliser, ("contains",)))

    assert row.text == row.best_text == "der Hund"
    expected = {"exact": exact, "f1": pytest.approx((2 + exact) / 3), "contains": 1.0}
    assert row.score.measures == row.best_score.measures == expected


def test_rows_are_broken_down_by_every_trait() -> None:
    rows = [summarise(case(asked, "")) for asked in (NO_ANSWER, ASKED, NO_ANSWER)]

    breakdowns = break_down_rows(rows)

    assert list(breakdowns) == list(TRAITS)
    has_answer, no_answer = breakdowns["answerable"].groups
    assert (has_answer.name, has_answer.members.tolist()) == ("has answer", [False, True, False])
    assert (no_answer.name, no_answer.members.tolist()) == ("no answer", [True, False, True])


def test_rows_are_broken_down_by_the_traits_that_they_have() -> None:
    row = replace(summarise(case(ASKED, "")), groups={"topic": "pets", "answerable": None})

    broken_down = break_down_rows([row])

    assert list(broken_down) == ["answerable", "topic"]
    assert [group.name for group in broken_down["topic"].groups] == ["pets"]
    assert broken_down["answerable"].without_group == 1


def test_rows_that_a_trait_does_not_concern_are_counted() -> None:
    rows = [summarise(case(asked, "")) for asked in (NO_ANSWER, ASKED, NO_ANSWER)]

    breakdown = break_down_rows(rows)["answer type"]

    assert [group.name for group in breakdown.groups] == ["lower-case phrase"]
    assert breakdown.without_group == 2
