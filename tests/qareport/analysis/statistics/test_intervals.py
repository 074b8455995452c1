"""Intervals resample whole articles, so that questions of one article do not count as many."""

from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jaxtyping import Float64, Int64

from qareport.analysis.statistics import intervals
from qareport.analysis.statistics.intervals import (
    Bootstrap,
    Clusters,
    ClusterUnit,
    Interval,
    Resamples,
    clusters_of,
    draw_resamples,
    interval_of_mean,
    percentile_interval,
    resampled_means,
)
from qareport.errors import DataError
from tests.builders import example

ARTICLES = 200
"""So many that the percentile bootstrap is nearly nominal."""

TRUE_MEAN = 0.8


def by_title(*titles: str) -> Clusters:
    """The clusters of examples with these titles."""
    return clusters_of([example(title=title) for title in titles])


def with_counts(clusters: Clusters, *rows: list[int]) -> Resamples:
    """Resamples that hold each cluster as often as their row says."""
    bootstrap = Bootstrap(clusters.unit, clusters.count, resamples=len(rows), seed=0)
    return Resamples(clusters, np.array(rows, dtype=np.uint8), bootstrap)


def low_and_high(interval: Interval) -> tuple[float, float]:
    """Both ends of an interval that has them."""
    assert interval.bounds is not None
    return interval.bounds.low, interval.bounds.high


def test_examples_of_one_article_are_one_cluster() -> None:
    clusters = by_title("Zoo", "Ant", "Zoo", "Bee")

    assert clusters.unit is ClusterUnit.ARTICLE
    assert clusters.numbers.tolist() == [2, 0, 2, 1]
    assert clusters.count == 3


@pytest.mark.parametrize("titles", [("", "", ""), ("Ant", "", "Bee"), ("Ant", "Ant", "Ant")])
def test_paragraphs_stand_in_where_titles_do_not_separate_articles(
    titles: tuple[str, str, str],
) -> None:
    contexts = ("first", "second", "first")

    clusters = clusters_of(
        [
            example(title=title, context=context)
            for title, context in zip(titles, contexts, strict=True)
        ]
    )

    assert clusters.unit is ClusterUnit.PARAGRAPH
    assert clusters.numbers.tolist() == [0, 1, 0]


def test_no_examples_have_no_clusters() -> None:
    with pytest.raises(DataError) as caught:
        clusters_of([])

    assert str(caught.value) == (
        "there are no examples to resample; check the data set and its limits"
    )


def test_each_resample_holds_as_many_clusters_as_there_are() -> None:
    drawn = draw_resamples(by_title("a", "b", "c"), seed=1, resamples=50)

    assert drawn.counts.sum(axis=1).tolist() == [3] * 50


def test_every_cluster_is_drawn_once_on_average() -> None:
    drawn = draw_resamples(by_title(*"abcde"), seed=1)

    assert drawn.counts.mean(axis=0) == pytest.approx(np.ones(5), abs=0.05)


def test_the_same_seed_draws_the_same_resamples() -> None:
    clusters = by_title(*"abcde")

    first, again, other = (draw_resamples(clusters, seed=seed, resamples=9) for seed in (7, 7, 8))

    assert np.array_equal(first.counts, again.counts)
    assert not np.array_equal(first.counts, other.counts)


def test_the_size_of_the_chunks_does_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    clusters, values = by_title(*"abcdef"), np.arange(6.0)
    at_once = draw_resamples(clusters, seed=3, resamples=10)
    means_at_once = resampled_means(values, at_once)

    monkeypatch.setattr(intervals, "CHUNK_CELLS", 20)

    in_chunks = draw_resamples(clusters, seed=3, resamples=10)
    assert np.array_equal(in_chunks.counts, at_once.counts)
    assert resampled_means(values, in_chunks) == pytest.approx(means_at_once)


def test_a_resampled_mean_weighs_examples_and_not_clusters() -> None:
    resamples = with_counts(by_title("a", "a", "a", "b"), [1, 1], [2, 0], [0, 2])

    means = resampled_means(np.array([1.0, 0.0, 0.5, 0.0]), resamples)

    assert means == pytest.approx([1.5 / 4, 0.5, 0.0])


def test_a_group_takes_its_members_only() -> None:
    resamples = with_counts(by_title("a", "a", "b", "b"), [1, 1], [2, 0])
    members = np.array([True, False, True, True])

    means = resampled_means(np.array([1.0, 9.0, 0.0, 0.5]), resamples, members=members)

    assert means == pytest.approx([0.5, 1.0])


def test_resamples_without_the_group_are_left_out_and_counted() -> None:
    resamples = with_counts(by_title("a", "b", "c"), [1, 1, 1], [0, 0, 3], [2, 0, 1])
    members = np.array([True, True, False])

    interval = interval_of_mean(np.array([0.0, 1.0, 9.0]), resamples, members=members)

    assert interval.left_out == 1
    assert low_and_high(interval) == pytest.approx((0.0125, 0.4875))


def test_an_interval_states_how_it_was_made() -> None:
    resamples = draw_resamples(by_title("a", "a", "b", "c"), seed=5, resamples=100)

    interval = interval_of_mean(np.array([0.0, 1.0, 1.0, 1.0]), resamples, level=0.9)

    assert replace(interval, bounds=None) == Interval(
        estimate=0.75,
        bounds=None,
        n=4,
        clusters=3,
        left_out=0,
        bootstrap=Bootstrap(ClusterUnit.ARTICLE, clusters=3, resamples=100, seed=5),
    )
    assert interval.bounds is not None
    assert interval.bounds.level == 0.9


def test_the_bounds_are_the_outer_quantiles_of_the_resampled_figures() -> None:
    resamples = draw_resamples(by_title("a", "b"), seed=0, resamples=101)

    interval = percentile_interval(0.5, np.linspace(0, 1, 101), resamples, level=0.9)

    assert low_and_high(interval) == pytest.approx((0.05, 0.95))


def test_a_higher_level_makes_a_wider_interval() -> None:
    values = np.random.default_rng(0).random(20)
    resamples = draw_resamples(by_title(*"abcdefghijklmnopqrst"), seed=0)

    narrow, wide = (interval_of_mean(values, resamples, level=level) for level in (0.9, 0.95))

    assert low_and_high(wide)[0] < low_and_high(narrow)[0]
    assert low_and_high(narrow)[1] < low_and_high(wide)[1]


def test_members_of_one_cluster_have_a_mean_but_no_interval() -> None:
    resamples = draw_resamples(by_title("a", "a", "b"), seed=0, resamples=50)
    members = np.array([True, True, False])

    interval = interval_of_mean(np.array([0.0, 1.0, 1.0]), resamples, members=members)

    assert (interval.estimate, interval.bounds, interval.n) == (0.5, None, 2)
    assert interval.clusters == 1


def test_no_resample_that_defines_the_figure_means_no_interval() -> None:
    resamples = with_counts(by_title("a", "b", "c"), [0, 0, 3])
    members = np.array([True, True, False])

    interval = interval_of_mean(np.array([0.0, 1.0, 1.0]), resamples, members=members)

    assert interval.bounds is None
    assert (interval.clusters, interval.left_out) == (2, 1)


def test_a_group_without_members_is_refused() -> None:
    resamples = draw_resamples(by_title("a", "b"), seed=0, resamples=10)

    with pytest.raises(DataError) as caught:
        interval_of_mean(np.array([0.0, 1.0]), resamples, members=np.array([False, False]))

    assert str(caught.value) == "a group without examples has no mean; leave it out"


def test_equal_scores_have_an_interval_of_no_width() -> None:
    resamples = draw_resamples(by_title(*"abcdef"), seed=0, resamples=100)

    interval = interval_of_mean(np.full(6, 0.25), resamples)

    assert low_and_high(interval) == pytest.approx((0.25, 0.25))


@given(
    scores=st.lists(st.tuples(st.sampled_from("abcd"), st.floats(0, 1)), min_size=2, max_size=12),
    random=st.randoms(use_true_random=False),
)
def test_the_order_of_examples_never_matters(
    scores: list[tuple[str, float]], random: Random
) -> None:
    shuffled = list(scores)
    random.shuffle(shuffled)

    straight, mixed = (interval_of_scores(each) for each in (scores, shuffled))

    assert mixed.estimate == straight.estimate
    assert mixed.bounds == straight.bounds


@given(st.lists(st.floats(0, 1), min_size=2, max_size=40))
def test_sums_in_another_order_have_the_same_last_digits(scores: list[float]) -> None:
    clusters = by_title(*(f"{number:02}" for number in range(len(scores))))
    forwards = draw_resamples(clusters, seed=0, resamples=20)
    backwards = replace(forwards, counts=forwards.counts[:, ::-1].copy())

    means = resampled_means(np.array(scores), forwards)

    assert np.array_equal(means, resampled_means(np.array(scores[::-1]), backwards))


def interval_of_scores(scores: list[tuple[str, float]]) -> Interval:
    """The interval of scores that stand beside the title of their article."""
    titles, values = zip(*scores, strict=True)
    return interval_of_mean(
        np.array(values), draw_resamples(by_title(*titles), seed=0, resamples=100)
    )


def test_the_clustered_interval_covers_the_truth_as_often_as_it_says() -> None:
    sizes = np.random.default_rng(0).integers(5, 16, size=ARTICLES)
    titles = [f"{article:03}" for article in np.repeat(np.arange(ARTICLES), sizes)]

    covered = covered_share(draw_resamples(by_title(*titles), seed=1, resamples=2000), sizes)

    assert 0.93 <= covered <= 0.97


@pytest.mark.slow
def test_the_interval_that_takes_each_question_for_an_article_does_not() -> None:
    sizes = np.random.default_rng(0).integers(5, 16, size=ARTICLES)
    titles = [f"{number:04}" for number in range(sizes.sum())]

    resamples = draw_resamples(by_title(*titles), seed=1, resamples=2000)

    assert covered_share(resamples, sizes, runs=100) < 0.85


def covered_share(
    resamples: Resamples, sizes: Int64[np.ndarray, " article"], *, runs: int = 500
) -> float:
    """How many of the intervals of simulated scores hold the true mean."""
    generator = np.random.default_rng(2)
    covered = 0
    for _ in range(runs):
        low, high = low_and_high(interval_of_mean(simulated_scores(generator, sizes), resamples))
        covered += low <= TRUE_MEAN <= high
    return covered / runs


def simulated_scores(
    generator: np.random.Generator, sizes: Int64[np.ndarray, " article"]
) -> Float64[np.ndarray, " example"]:
    """Right or wrong for each question, articles being easier or harder.

    The chance of a right answer is Beta(4, 1) over the articles: mean 0.8, and correlation
    1 / (4 + 1 + 1) within an article.
    """
    chances = np.repeat(generator.beta(4, 1, size=len(sizes)), sizes)
    return (generator.random(len(chances)) < chances).astype(np.float64)
