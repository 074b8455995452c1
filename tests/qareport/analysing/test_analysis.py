"""Each figure of an analysis is the one that a hand-made set of answers has."""

import math
from dataclasses import replace

import pytest

from qareport.analysing.analysis import Analysis, analyse, worst_groups
from qareport.analysing.tie_safe import TieSafeBest
from qareport.errors import DataError
from qareport.examining.breakdown import MIN_GROUP
from qareport.examining.causes import CAUSES
from qareport.examining.mistakes import KINDS
from qareport.examining.rows import ExampleRow, summarise
from qareport.examining.traits import TRAITS
from qareport.records import Example, GoldAnswer
from qareport.scoring.thresholds import BestThreshold
from tests.analysis_builders import case
from tests.builders import example

CONTEXT = "the big old cat sat on mats"


def has_answer(example_id: str = "q", *, title: str = "A") -> Example:
    """A question whose answer is "old cat"."""
    return example(example_id, context=CONTEXT, golds=("old cat",), title=title)


def no_answer(example_id: str = "q", *, title: str = "A") -> Example:
    """A question without an answer, though "cat" looks like one."""
    asked = example(example_id, context=CONTEXT, title=title)
    return replace(asked, plausible_answers=(GoldAnswer("cat", 12),))


ROWS = (
    summarise(case(has_answer("right"), "old cat", null_margin=-3.0)),
    summarise(case(has_answer("superset"), "big old cat", null_margin=-2.0)),
    summarise(case(no_answer("misled", title="B"), "cat", null_margin=-0.5)),
    summarise(case(has_answer("withheld", title="B"), "", "old cat", null_margin=1.0)),
    summarise(case(no_answer("abstained", title="B"), "", "mats", null_margin=3.0)),
)
"""In rising margin, their best spans score 1, 0 (F1 0.8), 0, 1, 0 when kept."""


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    """What the five rows mean."""
    return analyse(ROWS)


def article(title: str, *, right: int, wrong: int) -> list[ExampleRow]:
    """Rows of an article with so many right and wrong answers."""
    texts = ["old cat"] * right + ["mats"] * wrong
    asked = (has_answer(f"{title} {number}", title=title) for number in range(len(texts)))
    return [summarise(case(each, text)) for each, text in zip(asked, texts, strict=True)]


def test_the_official_best_is_told_in_points(analysis: Analysis) -> None:
    assert analysis.exact.official == BestThreshold(points=3.0, threshold=-3.0)
    assert analysis.f1.official.points == pytest.approx(3.8)
    assert analysis.f1.official.threshold == -2.0


def test_the_tie_safe_best_is_a_mean_with_the_margins_between_which_it_holds(
    analysis: Analysis,
) -> None:
    assert analysis.exact.tie_safe == TieSafeBest(3 / 5, -3.0, next_margin=-2.0, n=5)
    assert analysis.f1.tie_safe.score == pytest.approx(3.8 / 5)
    assert (analysis.f1.tie_safe.threshold, analysis.f1.tie_safe.next_margin) == (-2.0, -0.5)


def test_the_cross_fit_scores_each_article_at_the_threshold_of_the_other(
    analysis: Analysis,
) -> None:
    crossed = analysis.exact.cross_fitted

    # -3 is best for A, and withholds all of B; withholding all is best for B.
    assert crossed is not None
    halves = sorted((crossed.first, crossed.second), key=lambda half: half.n)
    assert [(half.n, half.tuned.threshold) for half in halves] == [(2, -math.inf), (3, -3.0)]
    assert [half.score for half in halves] == [0.0, 2 / 3]
    assert crossed.score == 2 / 5


def test_one_article_gives_no_cross_fit_and_no_temperature() -> None:
    analysis = analyse(ROWS[:2])

    assert analysis.exact.cross_fitted is analysis.f1.cross_fitted is None
    assert analysis.abstention.temperature is None


def test_equal_margins_are_told_since_the_official_best_depends_on_their_order() -> None:
    rows = [replace(each, null_margin=0.0) for each in ROWS]

    forward, backward = analyse(rows), analyse(rows[::-1])

    assert forward.is_degenerate
    assert backward.is_degenerate
    assert forward.exact.official != backward.exact.official
    assert forward.exact.tie_safe == backward.exact.tie_safe


def test_margins_that_differ_are_not_degenerate(analysis: Analysis) -> None:
    assert not analysis.is_degenerate


def test_abstention_is_judged_by_the_best_spans_whether_withheld_or_not(
    analysis: Analysis,
) -> None:
    told = analysis.abstention

    # Of six pairs only misled and withheld stand the wrong way round.
    assert told.auroc == pytest.approx(5 / 6)
    # Running losses 0, 1, 2, 2, 3; in the best order 0, 0, 1, 2, 3.
    area = (0 + 1 / 2 + 2 / 3 + 2 / 4 + 3 / 5) / 5
    assert told.aurc == pytest.approx(area)
    assert told.excess_aurc == pytest.approx(area - (0 + 0 + 1 / 3 + 2 / 4 + 3 / 5) / 5)


def test_average_precision_counts_f1_of_questions_with_an_answer(analysis: Analysis) -> None:
    told = analysis.abstention

    # Precision 1 at the first answer, 1.8/2 at the second, 2.8/4 at the withheld one.
    assert told.average_precision == pytest.approx((1.0 * 1 + 0.9 * 0.8 + 0.7 * 1) / 3)
    assert told.oracle_average_precision == pytest.approx((1.0 + 1.0 + 3 / 4) / 3)


def test_the_temperature_is_fitted_on_one_article_and_measured_on_the_other(
    analysis: Analysis,
) -> None:
    fit, crossed = analysis.abstention.temperature, analysis.exact.cross_fitted

    assert fit is not None
    assert crossed is not None
    assert (fit.tuned_on, fit.raw.n, fit.scaled.n) == (
        crossed.first.n,
        crossed.second.n,
        crossed.second.n,
    )


def test_without_answers_there_is_neither_auroc_nor_precision() -> None:
    told = analyse([ROWS[2], ROWS[4]]).abstention

    assert told.auroc is told.average_precision is told.oracle_average_precision is None


def test_every_group_has_its_size_and_mean_scores(analysis: Analysis) -> None:
    told = {(each.trait, each.group): each for each in analysis.groups}

    answerable = told["answerable", "has answer"]
    assert answerable.exact.n == answerable.f1.n == 3
    assert answerable.exact.estimate == pytest.approx(1 / 3)
    assert answerable.f1.estimate == pytest.approx(1.8 / 3)
    assert told["article", "B"].exact.estimate == pytest.approx(1 / 3)


def test_groups_come_in_the_order_of_the_traits(analysis: Analysis) -> None:
    traits = [group.trait for group in analysis.groups]

    assert list(dict.fromkeys(traits)) == [trait for trait in TRAITS if trait in traits]


def test_groups_and_examples_without_one_add_up_to_all_by_every_trait(analysis: Analysis) -> None:
    sizes = dict(analysis.without_group)
    for group in analysis.groups:
        sizes[group.trait] += group.f1.n

    assert sizes == dict.fromkeys(TRAITS, len(ROWS))
    assert analysis.without_group["plausible answer"] == 3


def test_a_group_within_one_article_has_no_bounds(analysis: Analysis) -> None:
    told = {(each.trait, each.group): each for each in analysis.groups}

    assert told["article", "A"].f1.bounds is None
    assert told["answerable", "has answer"].f1.bounds is not None


def test_small_groups_are_marked() -> None:
    analysis = analyse(
        [
            *article("large", right=MIN_GROUP, wrong=0),
            *article("small", right=MIN_GROUP - 1, wrong=0),
        ]
    )

    is_small = {each.group: each.is_small for each in analysis.groups if each.trait == "article"}
    assert is_small == {"large": False, "small": True}


def test_the_worst_groups_have_the_lowest_f1_and_are_not_small() -> None:
    analysis = analyse(
        [
            *article("good", right=MIN_GROUP, wrong=0),
            *article("bad", right=0, wrong=MIN_GROUP),
            *article("small and bad", right=0, wrong=1),
        ]
    )

    worst = worst_groups(analysis, 100)

    assert worst[0].group == "bad"
    assert [each.f1.estimate for each in worst] == sorted(each.f1.estimate for each in worst)
    assert {"good", "bad"} < {each.group for each in worst}
    assert "small and bad" not in {each.group for each in worst}


@pytest.mark.parametrize("count", [0, 1, 3])
def test_as_many_worst_groups_are_told_as_were_asked_for(count: int) -> None:
    analysis = analyse(article("large", right=MIN_GROUP, wrong=0))

    assert len(worst_groups(analysis, count)) == count


def test_mistakes_are_counted_by_kind_and_add_up_to_all(analysis: Analysis) -> None:
    assert list(analysis.mistakes) == list(KINDS)
    assert {kind: count for kind, count in analysis.mistakes.items() if count} == {
        "correct": 2,
        "false null": 1,
        "false answer": 1,
        "superset": 1,
    }
    assert sum(analysis.mistakes.values()) == len(ROWS)


def test_false_answers_that_meet_a_plausible_one_are_counted(analysis: Analysis) -> None:
    assert analysis.plausible_false_answers == 1


def test_causes_are_counted_however_many_an_answer_has(analysis: Analysis) -> None:
    assert list(analysis.causes) == list(CAUSES)
    assert {cause: count for cause, count in analysis.causes.items() if count} == {
        "in n-best": 1,
        "threshold": 2,
    }


def test_the_order_of_the_rows_never_matters(analysis: Analysis) -> None:
    assert analyse(ROWS[::-1]) == analysis


def test_no_rows_are_refused() -> None:
    with pytest.raises(DataError) as caught:
        analyse([])

    assert str(caught.value) == (
        "there are no examples to resample; check the data set and its limits"
    )
