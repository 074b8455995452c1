"""Two models on the same examples differ by what their pairs show, and no more surely than that."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qareport.analysis.statistics.gates import DEFAULT_TOLERANCE
from qareport.analysis.statistics.intervals import (
    Clusters,
    clusters_of,
    covariance,
    degrees_of_freedom,
    jackknife,
    t_quantile,
)
from qareport.analysis.statistics.paired_tests import (
    UNCERTAIN_GAP,
    UNDEFINED_GAP,
    EquivalenceVerdict,
    RightWrongTable,
    agreement,
    count_right_wrong,
    judge_equivalence,
    mcnemar,
    recovered_gap,
    right_wrong_tables,
)
from qareport.errors import DataError
from tests.builders import example

COUNTS = st.integers(0, 60)


def untested(*, both_right: int, lost: int, won: int, both_wrong: int) -> RightWrongTable:
    """The table with these counts of too few articles for a p-value."""
    table = count_right_wrong(both_right=both_right, lost=lost, won=won, both_wrong=both_wrong)
    return replace(table, p_value=None)


def articles(number: int) -> Clusters:
    """The clusters of so many examples that are an article each."""
    return clusters_of([example(title=f"{index:03}") for index in range(number)])


@pytest.mark.parametrize(
    ("lost", "won", "p_value"),
    [(5, 1, 0.21875), (1, 5, 0.21875), (0, 0, 1.0), (1, 0, 1.0), (3, 3, 1.0), (6, 0, 0.03125)],
)
def test_mcnemar_has_its_golden_values(lost: int, won: int, p_value: float) -> None:
    assert mcnemar(lost, won) == p_value


@given(lost=COUNTS, won=COUNTS)
def test_mcnemar_doubles_the_smaller_tail_of_a_fair_coin(lost: int, won: int) -> None:
    n = lost + won
    tail = sum(math.comb(n, successes) for successes in range(min(lost, won) + 1))

    assert mcnemar(lost, won) == min(1.0, 2 * tail / 2**n)


def test_mcnemar_does_not_overflow() -> None:
    # The normal approximation with continuity correction: z = (200 - 1) / 100.
    assert mcnemar(5100, 4900) == pytest.approx(math.erfc(1.99 / math.sqrt(2)), rel=1e-3)
    assert mcnemar(10_000, 0) == 0.0


def test_examples_are_counted_by_who_is_right_in_all_and_in_both_kinds() -> None:
    tables = right_wrong_tables(
        np.array([True, True, False, False, True]),
        np.array([True, False, True, False, False]),
        has_answer=np.array([True, True, True, False, False]),
        clusters=articles(5),
    )

    assert tables.overall == untested(both_right=1, lost=1, won=2, both_wrong=1)
    assert tables.has_answer == untested(both_right=1, lost=1, won=1, both_wrong=0)
    assert tables.no_answer == untested(both_right=0, lost=0, won=1, both_wrong=1)


def test_a_kind_without_examples_has_no_table() -> None:
    right, both = np.array([True, False]), np.array([True, True])

    tables = right_wrong_tables(right, right, has_answer=both, clusters=articles(2))

    assert tables.has_answer == tables.overall
    assert tables.no_answer is None


@pytest.mark.parametrize(("clusters", "p_value"), [(7, None), (8, 1.0)])
def test_fewer_than_eight_articles_have_no_p_value(clusters: int, p_value: float | None) -> None:
    right = np.full(clusters, fill_value=True)

    tables = right_wrong_tables(right, right, has_answer=right, clusters=articles(clusters))

    assert tables.overall.p_value == p_value


def test_a_kind_of_fewer_than_eight_articles_has_no_p_value() -> None:
    right, has_answer = np.full(9, fill_value=True), np.array([True] * 7 + [False] * 2)

    tables = right_wrong_tables(right, right, has_answer=has_answer, clusters=articles(9))

    assert tables.overall.p_value == 1.0
    assert tables.has_answer is not None
    assert tables.has_answer.p_value is None


def test_no_examples_have_no_table() -> None:
    none = np.array([], dtype=np.bool_)

    with pytest.raises(DataError) as caught:
        right_wrong_tables(none, none, has_answer=none, clusters=articles(8))

    assert str(caught.value) == (
        "there are no examples to compare; check the data set and its limits"
    )


def test_a_table_states_what_was_kept_and_what_was_won() -> None:
    table = count_right_wrong(both_right=30, lost=10, won=5, both_wrong=15)

    assert table.n == 60
    assert (table.kept_share, table.won_share) == (0.75, 0.25)
    assert table.p_value == mcnemar(10, 5)


def test_there_is_no_share_of_nothing() -> None:
    assert count_right_wrong(both_right=0, lost=0, won=1, both_wrong=1).kept_share is None
    assert count_right_wrong(both_right=1, lost=1, won=0, both_wrong=0).won_share is None


def test_answers_agree_by_their_normalised_texts() -> None:
    model = ["The Broncos!", "", "late 1990s", "x"]
    teacher = ["broncos", "", "in the late 1990s", ""]

    agreed = agreement(model, teacher)

    assert (agreed.n, agreed.equal) == (4, 0.5)
    assert agreed.f1 == pytest.approx(2.8 / 4)


def test_no_answers_have_no_agreement() -> None:
    with pytest.raises(DataError, match="there are no examples to compare"):
        agreement([], [])


def test_a_student_closes_its_share_of_the_gap() -> None:
    baseline = np.tile([0.0, 0.0, 0.0, 1.0], 25)
    student = np.tile([1.0, 0.0, 0.0, 1.0], 25)
    teacher = np.tile([1.0, 1.0, 0.0, 1.0], 25)

    recovered = recovered_gap(articles(100), student=student, teacher=teacher, baseline=baseline)

    assert recovered.gap.estimate == 0.5
    assert recovered.share is not None
    assert recovered.share.bounds is not None
    assert recovered.share.estimate == 0.5
    assert recovered.share.n == 100
    assert 0.3 < recovered.share.bounds.low < 0.5 < recovered.share.bounds.high < 0.7
    assert recovered.finding is None


def test_a_share_that_is_the_same_in_every_article_is_sure() -> None:
    teacher = np.tile([1.0, 0.0], 50)

    recovered = recovered_gap(
        articles(100), student=teacher / 4, teacher=teacher, baseline=np.zeros(100)
    )

    assert recovered.share is not None
    assert recovered.share.bounds is not None
    assert recovered.share.bounds.low == pytest.approx(0.25)
    assert recovered.share.bounds.high == pytest.approx(0.25)


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0.2, 1)), min_size=8, max_size=20))
def test_the_ends_of_a_share_are_where_the_student_stops_differing_from_it(
    scores: list[tuple[float, float]],
) -> None:
    student, teacher = np.array(scores).T
    clusters = articles(len(scores))

    share = recovered_gap(
        clusters, student=student, teacher=teacher, baseline=np.zeros(len(scores))
    ).share

    for end in (share.bounds.low, share.bounds.high) if share and share.bounds else ():
        rest = jackknife(student - end * teacher, clusters)
        t = t_quantile(degrees_of_freedom(rest), 0.95)
        assert abs(rest.mean) == pytest.approx(t * math.sqrt(covariance(rest, rest)), abs=1e-6)


@pytest.mark.parametrize(
    ("examples", "finding"), [(7, UNCERTAIN_GAP), (8, UNDEFINED_GAP), (100, UNDEFINED_GAP)]
)
def test_without_a_sure_gap_there_is_a_finding_and_no_share(examples: int, finding: str) -> None:
    signs = np.tile([1.0, -0.9], 50)[:examples]

    recovered = recovered_gap(
        articles(examples), student=signs, teacher=signs, baseline=np.zeros(examples)
    )

    assert recovered.share is None
    assert recovered.finding == finding
    assert recovered.gap.n == examples


@pytest.mark.parametrize(
    ("differences", "verdict"),
    [
        ([0.0] * 50, EquivalenceVerdict.REPRODUCED),
        ([0.0], EquivalenceVerdict.REPRODUCED),
        ([DEFAULT_TOLERANCE / 2, DEFAULT_TOLERANCE] * 25, EquivalenceVerdict.REPRODUCED),
        ([0.01, 0.011] * 25, EquivalenceVerdict.NOT_REPRODUCED),
        ([-0.01, -0.011] * 25, EquivalenceVerdict.NOT_REPRODUCED),
        ([1.0, -1.0] * 25, EquivalenceVerdict.UNDECIDED),
        ([0.0, 0.012] * 25, EquivalenceVerdict.UNDECIDED),
        ([0.01] * 50, None),
        ([0.0, 0.012, 0.5, 0.1, 0.2, 0.3, 0.4], None),
    ],
)
def test_only_an_interval_wholly_inside_or_outside_the_tolerance_decides(
    differences: list[float], verdict: EquivalenceVerdict | None
) -> None:
    model = np.array(differences)

    judged = judge_equivalence(model, np.zeros(len(model)), articles(len(model)))

    assert judged.verdict is verdict


@pytest.mark.parametrize("sign", [1, -1])
def test_a_bound_that_is_the_tolerance_but_for_rounding_is_within_it(sign: int) -> None:
    model, zeros, clusters = sign * np.linspace(0.1, 0.2, 50), np.zeros(50), articles(50)
    bounds = judge_equivalence(model, zeros, clusters).difference.bounds
    assert bounds is not None
    a_hair_more = (1 + 1e-12) * 0.3 / max(abs(bounds.low), abs(bounds.high))

    judged = judge_equivalence(a_hair_more * model, zeros, clusters, tolerance=0.3)

    assert judged.verdict is EquivalenceVerdict.REPRODUCED


def test_a_verdict_stands_on_a_90_percent_interval_and_its_tolerance() -> None:
    model = np.tile([0.1, 0.2], 20)

    judged = judge_equivalence(model, np.zeros(40), articles(40), tolerance=0.3)

    assert judged.verdict is EquivalenceVerdict.REPRODUCED
    assert judged.tolerance == 0.3
    assert judged.difference.estimate == pytest.approx(0.15)
    assert judged.difference.bounds is not None
    assert judged.difference.bounds.level == 0.9
