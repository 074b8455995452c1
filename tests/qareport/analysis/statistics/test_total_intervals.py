"""Every total has the intervals of its mean scores, from resampling whole articles."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qareport.analysis.statistics.intervals import Bootstrap, Bounds, ClusterUnit
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
    intervals = intervals_of([scored("a", exact=0.0, f1=0.5), scored("b")])

    assert intervals.overall[EXACT].bounds == Bounds(0.0, 1.0, level=0.95)
    assert intervals.overall[F1].bounds == Bounds(0.5, 1.0, level=0.95)


def test_each_kind_has_the_intervals_of_its_own_examples() -> None:
    right = [scored("a"), scored("b")]
    wrong = [scored(title, exact=0.0, f1=0.0, has_answer=False) for title in "ab"]

    intervals = intervals_of([*right, *wrong])

    assert intervals.has_answer is not None
    assert intervals.no_answer is not None
    assert intervals.has_answer[EXACT].bounds == Bounds(1.0, 1.0, level=0.95)
    assert intervals.no_answer[EXACT].bounds == Bounds(0.0, 0.0, level=0.95)


@pytest.mark.parametrize("has_answer", [True, False])
def test_a_kind_without_examples_has_no_intervals(*, has_answer: bool) -> None:
    intervals = intervals_of([scored(title, has_answer=has_answer) for title in "ab"])

    assert (intervals.has_answer is None, intervals.no_answer is None) == (
        not has_answer,
        has_answer,
    )


def test_a_kind_in_one_article_alone_has_no_bounds() -> None:
    intervals = intervals_of([scored("a"), scored("b"), scored("b", has_answer=False)])

    assert intervals.overall[EXACT].bounds is not None
    assert intervals.no_answer is not None
    assert intervals.no_answer[EXACT].bounds is None
    assert intervals.no_answer[F1].bounds is None


def test_articles_are_resampled_with_the_seed_of_every_record() -> None:
    intervals = intervals_of([scored(title) for title in "aabc"])

    drawn = Bootstrap(ClusterUnit.ARTICLE, clusters=3, resamples=10_000, seed=42)
    assert intervals.overall[EXACT].bootstrap == intervals.overall[F1].bootstrap == drawn


def test_another_seed_draws_other_resamples() -> None:
    points = np.random.default_rng(0).random(20).tolist()
    scores = [scored(str(index), f1=f1) for index, f1 in enumerate(points)]
    examples = [example(title=score.example_id) for score in scores]

    first, again, other = (total_intervals(examples, scores, seed=seed) for seed in (1, 1, 2))

    assert first == again
    assert first.overall[F1].bounds != other.overall[F1].bounds


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
        "there are no examples to resample; check the data set and its limits"
    )
