"""The tie-safe best is what its threshold really scores, on any scale and in any order."""

import math
from dataclasses import dataclass
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qareport.analysis.statistics.intervals import ClusterUnit, clusters_of
from qareport.analysis.statistics.tie_safe import (
    CrossFit,
    MarginScores,
    TieSafeBest,
    cross_fit,
    score_at,
    tie_safe_best,
)
from qareport.errors import DataError, PredictionsError, UsageError
from qareport.metrics.squad import score
from tests.builders import example


@dataclass(frozen=True, slots=True)
class Row:
    """An example of the golden cases: gold answers, prediction, no-answer value."""

    golds: tuple[str, ...]
    text: str
    margin: float


@dataclass(frozen=True, slots=True)
class Best:
    """What a golden case expects."""

    score: float
    threshold: float
    next_margin: float | None


NO_GOLD = ()
BRONCOS = ("Denver Broncos", "The Denver Broncos!")
T3 = (
    Row(BRONCOS, "the Broncos", 0.1),
    Row(NO_GOLD, "x", 0.5),
    Row(NO_GOLD, "foo", 0.8),
    Row(("1990",), "1990", 0.9),
)


def case_d(h1: float, h2: float, n1: float, n2: float) -> tuple[Row, ...]:
    """The golden base D with these no-answer values."""
    return (
        Row(BRONCOS, "the Denver Broncos", h1),
        Row(("1990",), "1990", h2),
        Row(NO_GOLD, "x", n1),
        Row(NO_GOLD, "foo", n2),
    )


B1 = case_d(0.0, 0.0, 0.0, 0.0)
B2 = (
    Row(NO_GOLD, "a1", -3.0),
    Row(NO_GOLD, "b", -2.0),
    Row(NO_GOLD, "c", -1.0),
    Row(("x",), "z", 0.5),
)
B3 = (Row(NO_GOLD, "the", 0.1), Row(("x",), "x", 0.2))
B4 = case_d(-9.0, -5.0, -2.0, 3.0)
B5 = (Row(("big cat",), "cat", 0.3), Row(NO_GOLD, "z", 0.3))
B6 = (Row(NO_GOLD, "", 0.9), Row(NO_GOLD, "x", 0.1))
B7 = (Row(("x",), "x", 0.9), Row(("y",), "z", 0.1))

EXACT_GOLDENS = {
    "T3": (T3, Best(0.5, -math.inf, 0.1)),
    "B1a": (B1, Best(0.5, -math.inf, 0.0)),
    "B1b": (B1[2:] + B1[:2], Best(0.5, -math.inf, 0.0)),
    "B2": (B2, Best(0.75, -math.inf, -3.0)),
    "B3": (B3, Best(1.0, 0.2, None)),
    "B4": (B4, Best(1.0, -5.0, -2.0)),
    "B5": (B5, Best(0.5, -math.inf, 0.3)),
    "B6": (B6, Best(1.0, -math.inf, 0.1)),
    "B7": (B7, Best(0.5, 0.9, None)),
}
F1_GOLDENS = EXACT_GOLDENS | {"T3": (T3, Best(2 / 3, 0.1, 0.5))}

KEPT = st.sampled_from([0.0, 0.1, 1 / 3, 0.5, 2 / 3, 1.0])
MARGINS = st.sampled_from([-math.inf, -2.5, -0.0, 0.0, 1.0, 7.25, math.inf])
"""So few that ties are common."""

EXAMPLES = st.lists(st.tuples(KEPT, st.booleans(), MARGINS), min_size=1, max_size=12)


def margin_scores(*rows: tuple[float, bool, float]) -> MarginScores:
    """The score of the kept answer, whether there is one, and the margin, of each example."""
    kept, has_answer, margins = zip(*rows, strict=True)
    return MarginScores(np.array(kept), np.array(has_answer), np.array(margins))


def scored_rows(rows: tuple[Row, ...], measure: str) -> MarginScores:
    """The golden rows scored by the official rules; `measure` is "exact" or "f1"."""
    scores = [score(example(golds=row.golds), row.text) for row in rows]
    points = {"exact": [each.exact for each in scores], "f1": [each.f1 for each in scores]}
    return MarginScores(
        np.array(points[measure]),
        np.array([each.has_answer for each in scores]),
        np.array([row.margin for row in rows]),
    )


@pytest.mark.parametrize(("rows", "best"), EXACT_GOLDENS.values(), ids=EXACT_GOLDENS)
def test_the_golden_cases_have_their_best_exact_match(rows: tuple[Row, ...], best: Best) -> None:
    found = tie_safe_best(scored_rows(rows, "exact"))

    assert found == TieSafeBest(best.score, best.threshold, best.next_margin, n=len(rows))


@pytest.mark.parametrize(("rows", "best"), F1_GOLDENS.values(), ids=F1_GOLDENS)
def test_the_golden_cases_have_their_best_f1(rows: tuple[Row, ...], best: Best) -> None:
    found = tie_safe_best(scored_rows(rows, "f1"))

    assert found.score == pytest.approx(best.score)
    assert (found.threshold, found.next_margin) == (best.threshold, best.next_margin)


@pytest.mark.parametrize(("threshold", "expected"), [(0.49, 0.5), (0.5, 0.75), (0.51, 0.75)])
def test_an_answer_is_withheld_only_above_the_threshold(threshold: float, expected: float) -> None:
    scores = margin_scores((1.0, True, 0.5), (0.0, False, 0.9), (0.5, True, 0.1), (0.5, True, -1.0))

    assert score_at(scores, threshold) == expected


def test_infinite_margins_are_kept_by_infinite_thresholds_only() -> None:
    scores = margin_scores((1.0, True, math.inf), (1.0, True, -math.inf))

    assert score_at(scores, -math.inf) == 0.5
    assert score_at(scores, 1e300) == 0.5
    assert score_at(scores, math.inf) == 1.0
    assert tie_safe_best(scores) == TieSafeBest(1.0, math.inf, next_margin=None, n=2)


def test_rounding_never_chooses_between_thresholds_of_equal_score() -> None:
    # Added one after the other, nine times 1/9 is more than 1.
    ninths = [(1 / 9, True, 1.0)] * 9
    scores = margin_scores(*ninths, (0.0, False, 1.0))

    best = tie_safe_best(scores)

    assert (best.threshold, best.score) == (-math.inf, 1 / 10)


def test_margins_that_are_no_numbers_are_refused() -> None:
    with pytest.raises(PredictionsError) as caught:
        margin_scores((1.0, True, math.nan), (1.0, True, 0.0))

    assert str(caught.value) == "1 of 2 null margins are nan; give numbers"


def test_a_threshold_that_is_no_number_is_refused() -> None:
    with pytest.raises(UsageError) as caught:
        score_at(margin_scores((1.0, True, 0.0)), math.nan)

    assert str(caught.value) == "the null threshold is nan, which is above no value; give a number"


def test_no_examples_are_refused() -> None:
    with pytest.raises(DataError) as caught:
        MarginScores(np.array([]), np.array([], dtype=np.bool_), np.array([]))

    assert str(caught.value) == (
        "there are no examples to choose a threshold on; check the data set"
    )


@given(rows=EXAMPLES)
def test_the_best_is_never_below_any_single_threshold(
    rows: list[tuple[float, bool, float]],
) -> None:
    scores = margin_scores(*rows)

    best = tie_safe_best(scores)

    thresholds = [-math.inf, *scores.margins.tolist(), 0.5, math.inf]
    assert best.score == max(score_at(scores, threshold) for threshold in thresholds)


@given(rows=EXAMPLES)
def test_the_best_threshold_scores_what_it_claims(rows: list[tuple[float, bool, float]]) -> None:
    scores = margin_scores(*rows)

    best = tie_safe_best(scores)

    assert score_at(scores, best.threshold) == best.score


@given(rows=EXAMPLES)
def test_the_lowest_of_the_best_thresholds_is_found(rows: list[tuple[float, bool, float]]) -> None:
    scores = margin_scores(*rows)

    best = tie_safe_best(scores)

    lower = [margin for margin in [-math.inf, *scores.margins.tolist()] if margin < best.threshold]
    assert all(score_at(scores, threshold) < best.score for threshold in lower)


@given(rows=EXAMPLES)
def test_every_threshold_below_the_next_margin_is_as_good(
    rows: list[tuple[float, bool, float]],
) -> None:
    scores = margin_scores(*rows)

    best = tie_safe_best(scores)

    end = math.inf if best.next_margin is None else math.nextafter(best.next_margin, -math.inf)
    assert score_at(scores, max(end, best.threshold)) == best.score


@given(rows=EXAMPLES, random=st.randoms(use_true_random=False))
def test_the_order_of_examples_never_matters(
    rows: list[tuple[float, bool, float]], random: Random
) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)

    best, best_of_shuffled = (tie_safe_best(margin_scores(*each)) for each in (rows, shuffled))

    assert repr(best_of_shuffled) == repr(best)


def cross_fitted(titles: str, *rows: tuple[float, bool, float], seed: int = 0) -> CrossFit:
    """The cross-fit of examples whose articles are named by one letter each."""
    clusters = clusters_of([example(title=title) for title in titles])
    fitted = cross_fit(margin_scores(*rows), clusters, seed=seed)
    assert fitted is not None
    return fitted


def test_each_half_is_scored_at_the_threshold_of_the_other() -> None:
    kept_up_to_one = ((1.0, True, 1.0), (0.0, False, 2.0))
    kept_up_to_two = ((1.0, True, 2.0), (0.0, False, 3.0))

    fitted = cross_fitted("aabb", *kept_up_to_one, *kept_up_to_two)

    by_threshold = {half.tuned.threshold: half.score for half in (fitted.first, fitted.second)}
    assert by_threshold == {1.0: 0.5, 2.0: 0.5}
    assert fitted.score == 0.5


def test_halves_that_agree_lose_nothing() -> None:
    rows = ((1.0, True, 1.0), (0.0, False, 2.0))

    fitted = cross_fitted("aabb", *rows, *rows)

    assert fitted.score == fitted.first.score == fitted.second.score == 1.0
    assert (fitted.unit, fitted.seed) == (ClusterUnit.ARTICLE, 0)


def test_the_combined_score_weighs_every_example_alike() -> None:
    fitted = cross_fitted("aaab", *[(1.0, True, 0.0)] * 3, (1.0, False, 5.0))

    halves = (fitted.first, fitted.second)
    assert sorted(half.n for half in halves) == [1, 3]
    assert fitted.n == 4
    assert fitted.score == sum(half.score * half.n for half in halves) / fitted.n


def test_one_cluster_cannot_be_halved() -> None:
    clusters = clusters_of([example(), example()])

    with pytest.raises(DataError, match="there are no examples to choose a threshold on"):
        cross_fit(margin_scores(*[(1.0, True, 0.0)] * 2), clusters, seed=0)


@given(titles=st.text("abcdefg", min_size=2, max_size=40), seed=st.integers(0, 99))
def test_the_halves_differ_by_at_most_the_largest_article(titles: str, seed: int) -> None:
    # One title makes one paragraph, which is one cluster.
    titles += "yz"

    fitted = cross_fitted(titles, *[(1.0, True, 0.0)] * len(titles), seed=seed)

    largest = max(titles.count(title) for title in titles)
    assert abs(fitted.first.n - fitted.second.n) <= largest
    assert fitted.first.n + fitted.second.n == len(titles)


def test_the_seed_decides_which_articles_go_together() -> None:
    titles = "abcdefgh"
    rows = [(1.0, True, float(margin)) for margin in range(8)]

    thresholds = {
        cross_fitted(titles, *rows, seed=seed).first.tuned.threshold for seed in range(20)
    }

    assert thresholds == {6.0, 7.0}
    assert cross_fitted(titles, *rows, seed=3) == cross_fitted(titles, *rows, seed=3)
