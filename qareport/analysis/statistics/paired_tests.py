"""Tests how, and how surely, two or more models differ on the same examples.

All arrays and sequences are aligned by example. The model is compared with a reference: its
teacher, another model, or an earlier run.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from jaxtyping import Bool, Float64, Int64

from qareport.analysis.statistics.gates import DEFAULT_TOLERANCE
from qareport.analysis.statistics.intervals import (
    Bounds,
    Clusters,
    Interval,
    Jackknife,
    are_enough,
    covariance,
    degrees_of_freedom,
    interval_of,
    interval_of_difference,
    jackknife,
    sizes_of,
    t_quantile,
)
from qareport.data.percent import Score
from qareport.errors import DataError
from qareport.metrics.squad import exact_match, token_f1

EQUIVALENCE_LEVEL = 0.90
"""Two one-sided tests at 5 % each read off one 90 % interval (Schuirmann 1987)."""

DECIDING_DIGITS = 9
"""Digits of a bound that count against a tolerance: 0.005 is 0.005 however it was summed."""

UNDEFINED_GAP = (
    "the teacher is not above the baseline by more than the interval of their difference, "
    "so no share of the gap can be given"
)
UNCERTAIN_GAP = (
    "the gap between teacher and baseline has no interval, so no share of it can be given"
)
GAP_LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class RightWrongTable:
    """How many examples each of two models has right (exact match), and McNemar's test."""

    both_right: int
    lost: int
    """Right in the reference only."""
    won: int
    """Right in the model only."""
    both_wrong: int
    n: int
    kept_share: Score | None
    """Share of what the reference has right that the model has right; None if it has none."""
    won_share: Score | None
    """Share of what the reference has wrong that the model has right; None if it has none."""
    p_value: float | None
    """Exact McNemar: how likely so uneven a split is if both models are equally good.

    None where examples are of too few clusters for any test."""


@dataclass(frozen=True, slots=True)
class RightWrongTables:
    """The table of all examples and of both kinds; a kind without examples is None."""

    overall: RightWrongTable
    has_answer: RightWrongTable | None
    no_answer: RightWrongTable | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """How alike the answers of two models are, right or wrong."""

    n: int
    equal: Score
    """Share of examples whose normalised texts are equal."""
    f1: Score
    """Mean token F1 of one model's texts against the other's."""


@dataclass(frozen=True, slots=True)
class RecoveredGap:
    """How much of the gap between baseline and teacher the student closes."""

    gap: Interval
    """Teacher minus baseline."""
    share: Interval | None
    """(student - baseline) / (teacher - baseline), 1 for all of the gap; None if undefined."""
    finding: str | None
    """Why there is no share."""


class EquivalenceVerdict(StrEnum):
    """What an interval of a difference says about equality within a tolerance."""

    REPRODUCED = "reproduced"
    NOT_REPRODUCED = "not reproduced"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Equivalence:
    """Whether a score is that of the reference, give or take a tolerance."""

    verdict: EquivalenceVerdict | None
    """None where there is no interval, unless every score is equal."""
    difference: Interval
    """Model minus reference, at `EQUIVALENCE_LEVEL`."""
    tolerance: Score


def count_right_wrong(*, both_right: int, lost: int, won: int, both_wrong: int) -> RightWrongTable:
    """The table with these counts."""
    return RightWrongTable(
        both_right,
        lost,
        won,
        both_wrong,
        n=both_right + lost + won + both_wrong,
        kept_share=_share(both_right, both_right + lost),
        won_share=_share(won, won + both_wrong),
        p_value=mcnemar(lost, won),
    )


def mcnemar(lost: int, won: int) -> float:
    """Chance of a split at least as uneven if a fair coin decides each discordant example.

    min(1, 2 P(X <= min(lost, won))) for X binomial(lost + won, 1/2), the exact test of
    McNemar 1947.
    """
    discordant = lost + won
    ways = ways_so_far = 1
    for successes in range(min(lost, won)):
        # Whole numbers of any length neither overflow nor round.
        ways = ways * (discordant - successes) // (successes + 1)
        ways_so_far += ways
    both_tails: float = 2 * ways_so_far / 2**discordant
    return min(1.0, both_tails)


def right_wrong_tables(
    model_right: Bool[np.ndarray, " example"],
    reference_right: Bool[np.ndarray, " example"],
    *,
    has_answer: Bool[np.ndarray, " example"],
    clusters: Clusters,
) -> RightWrongTables:
    """Who is right where the other is wrong, over all examples and in both kinds.

    Raises:
        DataError: there are no examples.
    """
    _require_examples(len(model_right))
    overall, with_answer, without_answer = (
        _table_of(model_right[kind], reference_right[kind], sizes_of(clusters, kind))
        for kind in (np.ones_like(has_answer), has_answer, ~has_answer)
    )
    return RightWrongTables(
        overall,
        with_answer if with_answer.n else None,
        without_answer if without_answer.n else None,
    )


def agreement(model_texts: Sequence[str], reference_texts: Sequence[str]) -> Agreement:
    """How alike two models answer, whatever the gold answers are.

    Raises:
        DataError: there are no examples.
    """
    n = len(model_texts)
    _require_examples(n)
    pairs = list(zip(reference_texts, model_texts, strict=True))
    equal = sum(exact_match(reference, model) for reference, model in pairs)
    f1 = math.fsum(token_f1(reference, model) for reference, model in pairs)
    return Agreement(n=n, equal=equal / n, f1=f1 / n)


def recovered_gap(
    clusters: Clusters,
    *,
    student: Float64[np.ndarray, " example"],
    teacher: Float64[np.ndarray, " example"],
    baseline: Float64[np.ndarray, " example"],
) -> RecoveredGap:
    """The share of the gap between baseline and teacher that the student closes.

    Raises:
        DataError: there are no examples.
    """
    gap = interval_of_difference(teacher - baseline, clusters, level=GAP_LEVEL)
    if gap.bounds is None:
        return RecoveredGap(gap, share=None, finding=UNCERTAIN_GAP)
    # A quotient whose denominator may be 0 or negative can be anything.
    if gap.bounds.low <= 0:
        return RecoveredGap(gap, share=None, finding=UNDEFINED_GAP)
    gains, gaps = jackknife(student - baseline, clusters), jackknife(teacher - baseline, clusters)
    share = interval_of(gaps, _quotient_bounds(gains, gaps))
    return RecoveredGap(gap, replace(share, estimate=gains.mean / gaps.mean), finding=None)


def judge_equivalence(
    model: Float64[np.ndarray, " example"],
    reference: Float64[np.ndarray, " example"],
    clusters: Clusters,
    *,
    tolerance: float = DEFAULT_TOLERANCE,
) -> Equivalence:
    """Whether the model reproduces the mean score of the reference within the tolerance.

    Raises:
        DataError: there are no examples.
    """
    difference = interval_of_difference(model - reference, clusters, level=EQUIVALENCE_LEVEL)
    if np.array_equal(model, reference):
        return Equivalence(EquivalenceVerdict.REPRODUCED, difference, tolerance)
    return Equivalence(_verdict(difference.bounds, tolerance), difference, tolerance)


def _quotient_bounds(numerator: Jackknife, denominator: Jackknife) -> Bounds:
    """The 95 % interval of the quotient of two means over the same clusters (Fieller 1954).

    The quotients q at which numerator - q * denominator is not surely off 0. They form an interval
    where the denominator is surely off 0.
    """
    quotient = numerator.mean / denominator.mean
    of_numerator, of_denominator = (
        covariance(numerator, numerator),
        covariance(denominator, denominator),
    )
    of_both = covariance(numerator, denominator)
    t = t_quantile(degrees_of_freedom(denominator), GAP_LEVEL)
    doubt = t**2 * of_denominator / denominator.mean**2
    middle = quotient - doubt * of_both / of_denominator
    variance = (
        of_numerator
        - 2 * quotient * of_both
        + quotient**2 * of_denominator
        - doubt * (of_numerator - of_both**2 / of_denominator)
    )
    half = t / denominator.mean * math.sqrt(max(0.0, variance))
    return Bounds((middle - half) / (1 - doubt), (middle + half) / (1 - doubt), GAP_LEVEL)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _require_examples(n: int) -> None:
    if not n:
        raise DataError("there are no examples to compare; check the data set and its limits")


def _table_of(
    model_right: Bool[np.ndarray, " example"],
    reference_right: Bool[np.ndarray, " example"],
    sizes: Int64[np.ndarray, " cluster"],
) -> RightWrongTable:
    table = count_right_wrong(
        both_right=int(np.count_nonzero(model_right & reference_right)),
        lost=int(np.count_nonzero(~model_right & reference_right)),
        won=int(np.count_nonzero(model_right & ~reference_right)),
        both_wrong=int(np.count_nonzero(~model_right & ~reference_right)),
    )
    return table if are_enough(sizes) else replace(table, p_value=None)


def _verdict(bounds: Bounds | None, tolerance: float) -> EquivalenceVerdict | None:
    if bounds is None:
        return None
    low, high = round(bounds.low, DECIDING_DIGITS), round(bounds.high, DECIDING_DIGITS)
    if -tolerance <= low and high <= tolerance:
        return EquivalenceVerdict.REPRODUCED
    if low > tolerance or high < -tolerance:
        return EquivalenceVerdict.NOT_REPRODUCED
    # An interval of too few examples is no evidence of a difference.
    return EquivalenceVerdict.UNDECIDED
