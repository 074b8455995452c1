"""Withholds answers by their no-answer values, and finds the official best thresholds.

The rules are those of SQuAD's official evaluate-v2.0.py, its weak spots included.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from qareport.data.percent import Score
from qareport.data.types import ExampleScore
from qareport.errors import MissingPredictionsError, PredictionsError, UsageError, name_ids
from qareport.metrics.squad import abstain

OFFICIAL_NULL_THRESHOLD = 1.0
"""Default of the official script; it withholds no answer whose value is a probability."""


@dataclass(frozen=True, slots=True)
class NullOdds:
    """How likely each question has no answer, and above which value an answer is withheld.

    Raises:
        PredictionsError: a value is NaN.
        UsageError: the threshold is NaN.
    """

    values: Mapping[str, float]
    """By example id, higher for "no answer", on any scale; their order decides between ties."""
    threshold: float

    def __post_init__(self) -> None:
        if math.isnan(self.threshold):
            raise UsageError("the null threshold is nan, which is above no value; give a number")
        strange = tuple(key for key, value in self.values.items() if math.isnan(value))
        if strange:
            raise PredictionsError(
                f"the no-answer value of {name_ids(strange)} is nan; give a number"
            )

    def withholds(self, example_id: str) -> bool:
        """Whether an answer is withheld; one whose value is the threshold itself stays."""
        return self.values[example_id] > self.threshold


@dataclass(frozen=True, slots=True)
class BestMean:
    """The highest mean score in the sweep of one measure, and the first threshold of that score."""

    score: Score
    """Mean, 0 to 1."""
    threshold: float


@dataclass(frozen=True, slots=True)
class BestThreshold:
    """The highest score in the sweep of one measure, and the first threshold that reaches it."""

    points: float
    """Sum of the scores of the examples."""
    threshold: float

    def mean(self, n: int) -> BestMean:
        """The same of the mean over the `n` examples."""
        return BestMean(self.points / n, self.threshold)


@dataclass(frozen=True, slots=True)
class OfficialSweep:
    """The best thresholds for exact match and for F1."""

    exact: BestThreshold
    f1: BestThreshold
    order_dependent: bool
    """Whether all values are equal, so that these results depend on their order alone."""


def choose_threshold(values: Mapping[str, float], requested: float | None) -> NullOdds:
    """The values with the requested threshold, or with the official one for probabilities.

    Raises:
        PredictionsError: a value is NaN.
        UsageError: no threshold was requested and the values are not probabilities.
    """
    if requested is not None:
        return NullOdds(values, requested)
    null_odds = NullOdds(values, OFFICIAL_NULL_THRESHOLD)
    strange = count_outside_probabilities(values.values())
    if strange:
        raise UsageError(
            f"{strange} of {len(values)} no-answer values lie outside 0 to 1, "
            f"from {min(values.values())!r} to {max(values.values())!r}: they look like logit "
            f"differences, which the default threshold {OFFICIAL_NULL_THRESHOLD} does not fit; "
            "give a null threshold on their scale, such as 0.0"
        )
    return null_odds


def count_outside_probabilities(values: Iterable[float]) -> int:
    """How many values are not between 0 and 1."""
    return sum(not 0 <= value <= 1 for value in values)


def are_degenerate(values: Sequence[float]) -> bool:
    """Whether several values are all the same, so that no threshold separates them."""
    return len(values) > 1 and len(set(values)) == 1


def apply_threshold(
    scores: Sequence[ExampleScore], null_odds: NullOdds
) -> tuple[ExampleScore, ...]:
    """The scores, with "no answer" in place of each text whose value is above the threshold.

    Raises:
        MissingPredictionsError: an example has no no-answer value.
    """
    values = null_odds.values
    missing = tuple(score.example_id for score in scores if score.example_id not in values)
    if missing:
        raise MissingPredictionsError(
            f"{len(missing)} of {len(scores)} predictions lack a no-answer value "
            f"({name_ids(missing)}); give a value for each, or leave them all out",
            missing,
        )
    return tuple(
        abstain(score) if null_odds.withholds(score.example_id) else score for score in scores
    )


def official_sweep(
    scores: Sequence[ExampleScore], null_odds: NullOdds, texts: Mapping[str, str]
) -> OfficialSweep:
    """The official best thresholds of raw scores, bit for bit.

    The script starts at threshold 0.0 with every answer withheld and admits one answer after the
    other in rising value, so ties are split and a negative scale gets a wrong start.
    """
    by_id = {score.example_id: score for score in scores}
    known_ids = [example_id for example_id in null_odds.values if example_id in by_id]
    # The sort is stable: equal values keep the order of their file, as in the script.
    visited = sorted(known_ids, key=null_odds.values.__getitem__)
    values = [null_odds.values[example_id] for example_id in visited]
    exact_gains = [_gain(by_id[each], by_id[each].exact, texts[each]) for each in visited]
    f1_gains = [_gain(by_id[each], by_id[each].f1, texts[each]) for each in visited]
    # With every answer withheld, exactly the unanswerable questions are right.
    start = float(sum(not score.has_answer for score in scores))
    return OfficialSweep(
        exact=_best(values, exact_gains, start=start),
        f1=_best(values, f1_gains, start=start),
        order_dependent=are_degenerate(values),
    )


def _gain(score: ExampleScore, points: float, text: str) -> float:
    """What the sum of scores gains when this answer is admitted."""
    if score.has_answer:
        return points
    # The script looks at the raw text here: "the" loses a point, although its score counts it as
    # "no answer".
    return -1.0 if text else 0.0


def _best(values: Sequence[float], gains: Sequence[float], *, start: float) -> BestThreshold:
    best = BestThreshold(points=start, threshold=0.0)
    points = start
    for value, gain in zip(values, gains, strict=True):
        points += gain
        if points > best.points:
            best = BestThreshold(points=points, threshold=value)
    return best
