"""Each figure of an analysis is the one that a hand-made set of answers has."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qareport.analysis.analyse import Analysis, analyse, worst_groups
from qareport.analysis.examples.breakdown import MIN_GROUP
from qareport.analysis.examples.causes import CAUSES
from qareport.analysis.examples.mistakes import KINDS
from qareport.analysis.examples.rows import ExampleRow, Scope, summarise
from qareport.analysis.examples.traits import TRAITS
from qareport.analysis.statistics.total_intervals import total_intervals
from qareport.data.types import EXACT, F1
from qareport.errors import DataError
from qareport.metrics.totals import total
from tests.analysis_builders import ROWS, ROWS_OF_EIGHT_ARTICLES, answerable, case

SOME_ROWS = st.lists(st.sampled_from(ROWS), min_size=1, unique_by=lambda row: row.example.id)


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    """What the five rows mean."""
    return analyse(ROWS)


def article(title: str, *, right: int, wrong: int) -> list[ExampleRow]:
    """Rows of an article with so many right and wrong answers."""
    texts = ["old cat"] * right + ["mats"] * wrong
    asked = (answerable(f"{title} {number}", title=title) for number in range(len(texts)))
    return [summarise(case(each, text)) for each, text in zip(asked, texts, strict=True)]


def temperature_of(analysis: Analysis) -> float:
    """The fitted temperature of the null probability."""
    assert analysis.margins is not None
    assert analysis.margins.abstention.temperature is not None
    return analysis.margins.abstention.temperature.temperature


def test_every_group_has_its_size_and_mean_scores(analysis: Analysis) -> None:
    found = {(each.trait, each.group): each for each in analysis.groups}

    answerable = found["answerable", "has answer"]
    assert answerable.intervals[EXACT].n == answerable.intervals[F1].n == 3
    assert answerable.intervals[EXACT].estimate == pytest.approx(1 / 3)
    assert answerable.intervals[F1].estimate == pytest.approx(1.8 / 3)
    assert found["article", "B"].intervals[EXACT].estimate == pytest.approx(1 / 3)


def test_groups_come_in_the_order_of_the_traits(analysis: Analysis) -> None:
    traits = [group.trait for group in analysis.groups]

    assert list(dict.fromkeys(traits)) == [trait for trait in TRAITS if trait in traits]


def test_groups_and_examples_without_one_add_up_to_all_by_every_trait(analysis: Analysis) -> None:
    sizes = dict(analysis.without_group)
    for group in analysis.groups:
        sizes[group.trait] += group.intervals[F1].n

    assert sizes == dict.fromkeys(TRAITS, len(ROWS))
    assert analysis.without_group["plausible answer"] == 3


def test_a_group_within_one_article_has_no_bounds() -> None:
    analysis = analyse(ROWS_OF_EIGHT_ARTICLES)
    found = {(each.trait, each.group): each for each in analysis.groups}

    assert found["article", "A"].intervals[F1].bounds is None
    assert found["answerable", "has answer"].intervals[F1].bounds is not None


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
    f1s = [each.intervals[F1].estimate for each in worst]
    assert f1s == sorted(f1s)
    assert {"good", "bad"} < {each.group for each in worst}
    assert "small and bad" not in {each.group for each in worst}


@pytest.mark.parametrize("count", [0, 1, 3])
def test_as_many_worst_groups_are_reported_as_were_asked_for(count: int) -> None:
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


def test_wrong_answers_without_any_cause_are_counted_so_that_all_add_up(
    analysis: Analysis,
) -> None:
    without_causes = [replace(each, causes=()) for each in ROWS]

    assert (analysis.wrong, analysis.unexplained) == (3, 1)
    assert analyse(without_causes).unexplained == 3
    assert analysis.wrong == sum(analysis.mistakes.values()) - analysis.mistakes["correct"]


def test_the_totals_come_with_their_intervals(analysis: Analysis) -> None:
    assert analysis.totals == total([row.score for row in ROWS])
    assert analysis.totals.overall.exact == 2 / 5
    assert analysis.intervals == total_intervals(
        [row.example for row in ROWS], [row.score for row in ROWS]
    )


def test_only_the_traits_of_the_rows_and_the_causes_of_the_scope_are_reported() -> None:
    rows = [replace(row, groups={"answerable": row.groups["answerable"]}) for row in ROWS]

    found = analyse(rows, scope=Scope(causes=("threshold",)))

    assert {group.trait for group in found.groups} == set(found.without_group) == {"answerable"}
    assert (found.causes, found.unexplained) == ({"threshold": 2}, 1)


def test_without_margins_everything_else_is_reported(analysis: Analysis) -> None:
    found = analyse([replace(each, null_margin=None) for each in ROWS])

    assert found == replace(analysis, margins=None)


@given(st.permutations(ROWS))
def test_the_order_of_the_rows_never_matters(order: list[ExampleRow]) -> None:
    assert analyse(order) == analyse(ROWS)


@given(st.permutations(ROWS_OF_EIGHT_ARTICLES))
def test_the_order_of_the_rows_does_not_matter_to_the_temperature(order: list[ExampleRow]) -> None:
    turned, straight = (
        temperature_of(analyse(order)),
        temperature_of(analyse(ROWS_OF_EIGHT_ARTICLES)),
    )

    # It comes of long sums, whose last digits depend on the order.
    assert turned == pytest.approx(straight, rel=1e-12)


@given(SOME_ROWS)
def test_groups_weigh_to_the_whole_by_every_trait(rows: list[ExampleRow]) -> None:
    found = analyse(rows)

    for trait in (trait for trait, others in found.without_group.items() if not others):
        groups = [group for group in found.groups if group.trait == trait]
        assert sum(group.intervals[F1].n for group in groups) == len(rows)
        for whole, parts in (
            (found.totals.overall.exact, [group.intervals[EXACT] for group in groups]),
            (found.totals.overall.f1, [group.intervals[F1] for group in groups]),
        ):
            points = sum(part.n * part.estimate for part in parts)
            assert points == pytest.approx(len(rows) * whole, rel=1e-12)


@given(SOME_ROWS)
def test_the_best_threshold_is_never_below_the_scores_as_they_are(rows: list[ExampleRow]) -> None:
    found = analyse(rows)

    assert found.margins is not None
    assert found.margins.exact.tie_safe.score >= found.totals.overall.exact
    assert found.margins.f1.tie_safe.score >= found.totals.overall.f1


@given(SOME_ROWS)
def test_kinds_of_mistakes_partition_the_rows(rows: list[ExampleRow]) -> None:
    found = analyse(rows)

    assert list(found.mistakes) == list(KINDS)
    assert sum(found.mistakes.values()) == len(rows)
    assert found.mistakes["correct"] == len(rows) - found.wrong


def test_no_rows_are_refused() -> None:
    with pytest.raises(DataError) as caught:
        analyse([])

    assert str(caught.value) == (
        "there are no examples to score; check the data set and its limits"
    )
