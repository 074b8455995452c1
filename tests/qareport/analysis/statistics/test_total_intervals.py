"""Every total has the intervals of its mean scores, clustered by article."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qareport.analysis.statistics.intervals import Interval
from qareport.analysis.statistics.total_intervals import (
    TotalIntervals,
    TotalsIntervals,
    total_intervals,
)
from qareport.data.types import EXACT, F1, ExampleScore, Total
from qareport.errors import DataError
from qareport.metrics.totals import total
from tests.builders import example, example_score

SCORES = st.builds(
    example_score,
    st.sampled_from("abc"),
    has_answer=st.booleans(),
    exact=st.sampled_from([0.0, 1.0]),
    f1=st.floats(0, 1),
)


def scored(
    title: str, *, exact: float = 1.0, f1: float = 1.0, has_answer: bool = True
) -> ExampleScore:
    """The score of an example whose id is the title of its article."""
    return example_score(title, has_answer=has_answer, exact=exact, f1=f1)


def intervals_of(scores: Sequence[ExampleScore]) -> TotalsIntervals:
    """The intervals of scores whose ids are the titles of their articles."""
    return total_intervals([example(title=score.example_id) for score in scores], scores)


def test_exact_match_and_f1_have_bounds_of_their_own() -> None:
    wrong = [scored(title, exact=0.0, f1=0.5) for title in "abcd"]

    intervals = intervals_of([*wrong, *(scored(title) for title in "efgh")])

    (low, high), (f1_low, f1_high) = map(ends, intervals.overall.values())
    assert 0 < low < 0.5 < high < 1
    assert low < f1_low < 0.75 < f1_high < 1


def test_each_kind_has_the_intervals_of_its_own_examples() -> None:
    right = [scored(title, exact=float(title != "a")) for title in "abcdefgh"]
    wrong = [
        scored(title, exact=float(title == "a"), f1=0.0, has_answer=False) for title in "abcdefgh"
    ]

    intervals = intervals_of([*right, *wrong])

    assert intervals.has_answer is not None
    assert intervals.no_answer is not None
    assert ends(intervals.has_answer[EXACT])[1] > 0.9
    assert ends(intervals.no_answer[EXACT])[0] < 0.1


@pytest.mark.parametrize("has_answer", [True, False])
def test_a_kind_without_examples_has_no_intervals(*, has_answer: bool) -> None:
    intervals = intervals_of([scored(title, has_answer=has_answer) for title in "ab"])

    assert (intervals.has_answer is None, intervals.no_answer is None) == (
        not has_answer,
        has_answer,
    )


def test_a_kind_in_fewer_than_eight_articles_has_no_bounds() -> None:
    points = [scored(title, f1=index / 9) for index, title in enumerate("abcdefgh")]

    intervals = intervals_of([*points, *(scored(title, has_answer=False) for title in "abcdefg")])

    assert intervals.overall[F1].bounds is not None
    assert intervals.no_answer is not None
    assert intervals.no_answer[F1].bounds is None


def ends(interval: Interval) -> tuple[float, float]:
    """Both ends of an interval that has them."""
    assert interval.bounds is not None
    return interval.bounds.low, interval.bounds.high


@given(st.lists(SCORES, min_size=1, max_size=8))
def test_the_intervals_are_those_of_the_totals(scores: list[ExampleScore]) -> None:
    intervals, totals = intervals_of(scores), total(scores)

    assert_are_of(intervals.overall, totals.overall)
    assert_are_of(intervals.has_answer, totals.has_answer)
    assert_are_of(intervals.no_answer, totals.no_answer)


def assert_are_of(intervals: TotalIntervals | None, mean: Total | None) -> None:
    """The intervals have the mean scores as their estimates."""
    if mean is None:
        assert intervals is None
        return
    assert intervals is not None
    assert (intervals[EXACT].n, intervals[F1].n) == (mean.n, mean.n)
    assert intervals[EXACT].estimate == pytest.approx(mean.exact)
    assert intervals[F1].estimate == pytest.approx(mean.f1)


def test_no_examples_have_no_intervals() -> None:
    with pytest.raises(DataError) as caught:
        intervals_of([])

    assert str(caught.value) == (
        "there are no examples to score; check the data set and its limits"
    )
