"""Rows of two models become differences, of all examples and of the groups that are not small."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from qareport.analysis.examples.breakdown import MIN_GROUP
from qareport.analysis.examples.rows import ExampleRow
from qareport.analysis.statistics.comparison import Comparison, compare_rows, most_different
from qareport.analysis.statistics.null_bias import MarginShift, NullBias
from qareport.analysis.statistics.paired_tests import (
    Agreement,
    EquivalenceVerdict,
    RightWrongTable,
    count_right_wrong,
)
from qareport.data.types import EXACT, F1
from qareport.errors import DataError
from tests.analysis_builders import level_quantiles
from tests.builders import example
from tests.row_builders import NO_GROUPS, row

HALF = example("half", golds=("red fox",), title="a")
OTHER = example("other", golds=("owl",), title="b")
NONE = example("none", title="c")
REFERENCE = (row(HALF, "hen"), row(OTHER, "owl"), row(NONE, "hen"))
MODEL = (row(HALF, "red"), row(OTHER, "owl"), row(NONE, ""))


def compare(
    model: Sequence[ExampleRow], reference: Sequence[ExampleRow], *, tolerance: float = 0.005
) -> Comparison:
    return compare_rows(model, reference, tolerance=tolerance)


def grouped(text: str, *groups: Mapping[str, str | None]) -> list[ExampleRow]:
    """Rows of examples of two articles by turns, each answered "owl" by its gold."""
    return [
        row(example(f"{index}", golds=("owl",), title="ab"[index % 2]), text, groups=group)
        for index, group in enumerate(groups)
    ]


def in_eight_articles(*texts: str) -> list[ExampleRow]:
    """A row for each text, of an article of its own, with the gold answer "owl"."""
    return [
        row(example(f"{index}", golds=("owl",), title=f"{index}"), text)
        for index, text in enumerate(texts)
    ]


def untested(*, both_right: int, lost: int, won: int, both_wrong: int) -> RightWrongTable:
    """The table with these counts of too few articles for a p-value."""
    table = count_right_wrong(both_right=both_right, lost=lost, won=won, both_wrong=both_wrong)
    return replace(table, p_value=None)


def test_differences_are_those_of_the_model_minus_the_reference() -> None:
    overall = compare(MODEL, REFERENCE).overall

    assert (overall.trait, overall.group) == ("all", "all")
    assert (overall.intervals[EXACT].n, overall.intervals[EXACT].clusters) == (3, 3)
    assert overall.intervals[EXACT].estimate == pytest.approx(1 / 3)
    assert overall.intervals[F1].estimate == pytest.approx((2 / 3 + 1) / 3)


def test_a_model_does_not_differ_from_itself() -> None:
    same = compare(MODEL, MODEL)

    assert same.agreement == Agreement(n=3, equal=1.0, f1=1.0)
    assert same.equivalences[EXACT].verdict is EquivalenceVerdict.REPRODUCED
    assert same.equivalences[F1].verdict is EquivalenceVerdict.REPRODUCED


# Were the interval that of two models apart, what is hard for both would widen it.
def test_differences_are_paired() -> None:
    model = in_eight_articles("owl", "owl", "owl", "owl", "", "", "", "hen")
    reference = in_eight_articles("owl", "owl", "owl", "", "", "", "", "hen")

    bounds = compare(model, reference).overall.intervals[F1].bounds

    assert bounds is not None
    assert bounds.high - bounds.low == pytest.approx(2 * 2.364624 * (1 / 8), abs=1e-6)


def test_the_order_of_the_examples_does_not_matter() -> None:
    assert compare(MODEL[::-1], REFERENCE[::-1]) == compare(MODEL, REFERENCE)


def test_who_is_right_is_counted_by_exact_match() -> None:
    tables = compare(MODEL, REFERENCE).right_wrong

    assert tables.overall == untested(both_right=1, lost=0, won=1, both_wrong=1)
    assert tables.has_answer == untested(both_right=1, lost=0, won=0, both_wrong=1)
    assert tables.no_answer == untested(both_right=0, lost=0, won=1, both_wrong=0)


def test_answers_agree_whether_right_or_wrong() -> None:
    model, reference = (row(HALF, "hen"), row(OTHER)), (row(HALF, "Hen!"), row(OTHER, "owl"))

    assert compare(model, reference).agreement == Agreement(n=2, equal=0.5, f1=0.5)


def test_a_question_is_of_the_kind_that_it_was_scored_as() -> None:
    unheld = row(HALF)
    unheld = replace(unheld, score=replace(unheld.score, has_answer=False))

    tables = compare((unheld,), (unheld,)).right_wrong

    assert tables.has_answer is None


def test_an_empty_answer_is_an_abstention() -> None:
    model = (row(HALF, null_margin=2.0), row(NONE, "hen", null_margin=-1.0))
    reference = (row(HALF, "hen", null_margin=0.5), row(NONE, null_margin=1.0))

    biases = compare(model, reference).null_biases

    assert biases.has_answer == NullBias(
        n=1, shift=MarginShift(1, 1.5, level_quantiles(1.5)), abstention_difference=1.0
    )
    assert biases.no_answer == NullBias(
        n=1, shift=MarginShift(1, -2.0, level_quantiles(-2.0)), abstention_difference=-1.0
    )


def test_each_measure_has_its_own_verdict_within_the_tolerance() -> None:
    foxes = [example(f"{index}", golds=("red fox",), title=f"{index}") for index in range(9)]
    reference = [row(fox, "hen") for fox in foxes]
    model = [row(foxes[0], "hen"), *(row(fox, "red") for fox in foxes[1:])]

    compared = compare(model, reference, tolerance=0.3)

    assert compared.equivalences[EXACT].verdict is EquivalenceVerdict.REPRODUCED
    assert compared.equivalences[F1].verdict is EquivalenceVerdict.NOT_REPRODUCED
    assert compared.equivalences[F1].tolerance == 0.3


def test_no_examples_cannot_be_compared() -> None:
    with pytest.raises(DataError) as caught:
        compare((), ())

    assert str(caught.value) == (
        "there are no examples to score; check the data set and its limits"
    )


def test_a_group_is_compared_by_its_members_alone() -> None:
    groups = ({"windows": "1"},) * MIN_GROUP + ({"windows": "2"},) * MIN_GROUP
    right, wrong = grouped("owl", *groups), grouped("", *groups)

    first, second = compare(right[:MIN_GROUP] + wrong[MIN_GROUP:], wrong).groups

    assert [(each.trait, each.group, each.intervals[EXACT].n) for each in (first, second)] == [
        ("windows", "1", MIN_GROUP),
        ("windows", "2", MIN_GROUP),
    ]
    assert (first.intervals[EXACT].estimate, first.intervals[F1].estimate) == (1, 1)
    assert (second.intervals[EXACT].estimate, second.intervals[F1].estimate) == (0, 0)


def test_a_small_group_is_left_out() -> None:
    rows = grouped("", *[{"windows": "1"}] * MIN_GROUP, *[{"windows": "2"}] * (MIN_GROUP - 1))

    assert [each.group for each in compare(rows, rows).groups] == ["1"]


def test_examples_that_a_trait_does_not_concern_are_no_group() -> None:
    rows = grouped("", *[NO_GROUPS] * MIN_GROUP)

    assert compare(rows, rows).groups == ()


def test_an_article_is_no_group() -> None:
    rows = grouped("", *[{"article": "a"}] * MIN_GROUP)

    assert compare(rows, rows).groups == ()


def test_groups_come_in_the_order_of_the_traits() -> None:
    rows = grouped("", *[{"windows": "1", "answerable": "has answer"}] * MIN_GROUP)

    assert [each.trait for each in compare(rows, rows).groups] == ["answerable", "windows"]


def test_the_groups_of_a_trait_come_in_the_order_in_which_they_are_shown() -> None:
    longest = ({"question length": "14+"},) * MIN_GROUP
    shortest = ({"question length": "7-9"},) * MIN_GROUP
    rows = grouped("", *longest, *shortest)

    assert [each.group for each in compare(rows, rows).groups] == ["7-9", "14+"]


def test_the_most_different_groups_come_first_whoever_is_better() -> None:
    names = ("1", "2", "3+")
    groups = tuple({"windows": name} for name in names for _ in range(MIN_GROUP))
    right, wrong = grouped("owl", *groups), grouped("", *groups)
    # The model wins half of the first group, nothing in the second, and loses all of the third.
    half = MIN_GROUP // 2
    model = right[:half] + wrong[half:]
    reference = wrong[: 2 * MIN_GROUP] + right[2 * MIN_GROUP :]

    compared = compare(model, reference)

    assert [each.group for each in most_different(compared, 3)] == ["3+", "1", "2"]
    assert [each.group for each in most_different(compared, 1)] == ["3+"]
