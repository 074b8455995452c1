"""Intervals leave out whole articles in turn, so that questions of one do not count as many."""

from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jaxtyping import Float64, Int64

from qareport.analysis.statistics.intervals import (
    FEWEST_CLUSTERS,
    Bounds,
    Clusters,
    ClusterUnit,
    Interval,
    clusters_of,
    covariance,
    interval_of_difference,
    interval_of_score,
    jackknife,
)
from qareport.errors import DataError
from tests.builders import example

TRUE_MEAN = 0.8
EIGHT = "abcdefgh"


def by_title(*titles: str) -> Clusters:
    """The clusters of examples with these titles."""
    return clusters_of([example(title=title) for title in titles])


def low_and_high(interval: Interval) -> tuple[float, float]:
    """Both ends of an interval that has them."""
    assert interval.bounds is not None
    return interval.bounds.low, interval.bounds.high


def test_examples_of_one_article_are_one_cluster() -> None:
    clusters = by_title("Zoo", "Ant", "Zoo", "Bee")

    assert clusters.unit is ClusterUnit.ARTICLE
    assert clusters.numbers.tolist() == [2, 0, 2, 1]
    assert clusters.count == 3


def test_one_title_is_one_article() -> None:
    clusters = by_title("Ant", "Ant")

    assert (clusters.unit, clusters.count) == (ClusterUnit.ARTICLE, 1)


@pytest.mark.parametrize("titles", [("", "", ""), ("Ant", "", "Bee")])
def test_paragraphs_stand_in_where_titles_are_missing(
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
        "there are no examples to score; check the data set and its limits"
    )


def test_a_mean_without_a_cluster_weighs_examples_and_not_clusters() -> None:
    found = jackknife(np.array([1.0, 0.0, 0.5, 0.0]), by_title("a", "a", "a", "b"))

    assert found.mean == 1.5 / 4
    assert found.deviations + found.mean == pytest.approx([0.0, 0.5])


def test_a_group_takes_its_members_only() -> None:
    members = np.array([True, False, True, True])

    found = jackknife(np.array([1.0, 9.0, 0.0, 0.5]), by_title("a", "a", "b", "c"), members=members)

    assert (found.mean, found.sizes.tolist()) == (0.5, [1, 1, 1])
    assert found.deviations + found.mean == pytest.approx([0.25, 0.75, 0.5])


def test_the_variance_of_equal_clusters_is_that_of_the_mean_of_their_means() -> None:
    means = np.array([0.1, 0.4, 0.4, 0.9, 0.2, 0.6, 0.7, 0.3])

    found = jackknife(np.repeat(means, 2), by_title(*np.repeat(list(EIGHT), 2)))

    assert covariance(found, found) == pytest.approx(np.var(means, ddof=1) / 8)


def test_an_interval_of_a_difference_is_that_of_students_t() -> None:
    values = np.array([0.1, 0.4, 0.4, 0.9, 0.2, 0.6, 0.7, 0.3])

    low, high = low_and_high(interval_of_difference(values, by_title(*EIGHT)))

    # t with 7 degrees of freedom has its 97.5 % quantile at 2.364624.
    half = 2.364624 * np.std(values, ddof=1) / np.sqrt(8)
    assert (low, high) == pytest.approx((values.mean() - half, values.mean() + half), abs=1e-6)


def test_an_interval_of_a_score_is_the_same_in_log_odds() -> None:
    values = np.array([1.0, 1.0, 1.0, 0.5, 1.0, 1.0, 0.75, 1.0])
    clusters = by_title(*EIGHT)
    found = jackknife(values, clusters)

    low, high = low_and_high(interval_of_score(values, clusters))

    spread = found.mean * (1 - found.mean)
    half = 2.364624 * np.sqrt(covariance(found, found)) / spread
    log_odds = np.log([each / (1 - each) for each in (low, found.mean, high)])
    assert np.diff(log_odds) == pytest.approx([half, half], rel=1e-6)


@given(st.lists(st.floats(0, 1), min_size=8, max_size=12))
def test_bounds_of_a_score_lie_around_it_and_within_0_and_1(values: list[float]) -> None:
    clusters = by_title(*(f"{number:02}" for number in range(len(values))))

    interval = interval_of_score(np.array(values), clusters)

    if interval.bounds is not None:
        assert 0 <= interval.bounds.low <= interval.estimate <= interval.bounds.high <= 1


def test_bounds_of_a_difference_end_at_1() -> None:
    values = np.array([1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, -1.0])
    clusters = by_title(*EIGHT)

    interval = interval_of_difference(values, clusters)
    mirrored = interval_of_difference(-values, clusters)

    assert low_and_high(interval)[1] == 1.0
    assert low_and_high(mirrored)[0] == -1.0


def test_an_interval_states_how_it_was_made() -> None:
    values = np.array([0.0, 1.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 1.0])

    interval = interval_of_score(values, by_title(*"aabcdefghi"), level=0.9)

    assert replace(interval, bounds=None) == Interval(
        estimate=0.6,
        bounds=None,
        n=10,
        clusters=9,
        effective_clusters=100 / 12,
        unit=ClusterUnit.ARTICLE,
        method="jackknife of whole clusters with Student's t",
    )
    assert interval.bounds is not None
    assert interval.bounds.level == 0.9


def test_a_higher_level_makes_a_wider_interval() -> None:
    values = np.random.default_rng(0).random(20)
    clusters = by_title(*"abcdefghijklmnopqrst")

    narrow, wide = (interval_of_score(values, clusters, level=level) for level in (0.9, 0.95))

    assert low_and_high(wide)[0] < low_and_high(narrow)[0]
    assert low_and_high(narrow)[1] < low_and_high(wide)[1]


@pytest.mark.parametrize(
    ("articles", "has_bounds"), [(FEWEST_CLUSTERS - 1, False), (FEWEST_CLUSTERS, True)]
)
def test_fewer_than_eight_clusters_have_no_interval(*, articles: int, has_bounds: bool) -> None:
    values = np.linspace(0.1, 0.9, articles)
    clusters = by_title(*EIGHT[:articles])

    score, difference = (
        interval_of_score(values, clusters),
        interval_of_difference(values, clusters),
    )

    assert (score.bounds is not None) is has_bounds
    assert (difference.bounds is not None) is has_bounds
    assert score.clusters == articles


def test_members_of_one_cluster_have_a_mean_but_no_interval() -> None:
    members = np.array([True, True, *(False,) * 8])
    values = np.array([0.0, 1.0, *(1.0,) * 8])

    interval = interval_of_score(values, by_title("a", "a", *EIGHT), members=members)

    assert (interval.estimate, interval.bounds, interval.n) == (0.5, None, 2)
    assert interval.clusters == 1


def test_a_cluster_that_outweighs_all_others_leaves_no_interval() -> None:
    values = np.array([*(0.5,) * 50, *np.linspace(0, 1, 8)])

    interval = interval_of_score(values, by_title(*("big",) * 50, *EIGHT))

    assert interval.clusters == 9
    assert interval.effective_clusters == pytest.approx(58**2 / (50**2 + 8))
    assert interval.bounds is None


def test_a_group_without_members_is_refused() -> None:
    with pytest.raises(DataError) as caught:
        interval_of_score(
            np.array([0.0, 1.0]), by_title("a", "b"), members=np.array([False, False])
        )

    assert str(caught.value) == "a group without examples has no mean; leave it out"


@pytest.mark.parametrize("score", [0.0, 0.1, 0.3, 1.0])
def test_scores_that_are_all_equal_have_no_interval(score: float) -> None:
    values, clusters = np.full(24, score), by_title(*EIGHT, *EIGHT, *EIGHT)

    assert interval_of_score(values, clusters).bounds is None
    assert interval_of_difference(values, clusters).bounds is None


@given(
    scores=st.lists(st.tuples(st.sampled_from(EIGHT), st.floats(0, 1)), min_size=2, max_size=24),
    random=st.randoms(use_true_random=False),
)
def test_the_order_of_examples_never_matters(
    scores: list[tuple[str, float]], random: Random
) -> None:
    shuffled = list(scores)
    random.shuffle(shuffled)

    straight, mixed = (interval_of_scores(each) for each in (scores, shuffled))

    assert mixed == straight


@given(st.lists(st.floats(0, 1), min_size=8, max_size=40))
def test_clusters_in_another_order_have_the_same_last_digits(scores: list[float]) -> None:
    clusters = by_title(*(f"{number:02}" for number in range(len(scores))))

    forwards = interval_of_score(np.array(scores), clusters)

    assert forwards == interval_of_score(np.array(scores[::-1]), clusters)


def interval_of_scores(scores: list[tuple[str, float]]) -> Interval:
    """The interval of scores that stand beside the title of their article."""
    titles, values = zip(*scores, strict=True)
    return interval_of_score(np.array(values), by_title(*titles))


@pytest.mark.parametrize("articles", [8, 12, 35])
@pytest.mark.parametrize("largest", [16, 120])
def test_the_clustered_interval_covers_the_truth_in_93_percent_or_more(
    articles: int, largest: int
) -> None:
    sizes = np.random.default_rng(0).integers(5, largest, size=articles)
    titles = [f"{article:03}" for article in np.repeat(np.arange(articles), sizes)]

    assert covered_share(by_title(*titles), sizes) >= 0.93


def test_the_interval_that_takes_each_question_for_an_article_does_not() -> None:
    sizes = np.random.default_rng(0).integers(5, 16, size=35)
    titles = [f"{number:04}" for number in range(sizes.sum())]

    assert covered_share(by_title(*titles), sizes) < 0.85


def covered_share(clusters: Clusters, sizes: Int64[np.ndarray, " article"]) -> float:
    """How many of 1,000 intervals of simulated scores hold the true mean."""
    generator = np.random.default_rng(2)
    found = [
        interval_of_score(simulated_scores(generator, sizes), clusters).bounds for _ in range(1000)
    ]
    return sum(holds(bounds) for bounds in found) / len(found)


def holds(bounds: Bounds | None) -> bool:
    """Whether bounds hold the true mean."""
    return bounds is not None and bounds.low <= TRUE_MEAN <= bounds.high


def simulated_scores(
    generator: np.random.Generator, sizes: Int64[np.ndarray, " article"]
) -> Float64[np.ndarray, " example"]:
    """Right or wrong for each question, articles being easier or harder.

    The chance of a right answer is Beta(4, 1) over the articles: mean 0.8, and correlation
    1 / (4 + 1 + 1) within an article.
    """
    chances = np.repeat(generator.beta(4, 1, size=len(sizes)), sizes)
    return (generator.random(len(chances)) < chances).astype(np.float64)
