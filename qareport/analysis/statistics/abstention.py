"""Measures by null margins how well a model knows when not to answer."""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float64

from qareport.analysis.statistics.tie_safe import MarginScores
from qareport.errors import DataError

RELIABILITY_BINS = 10
"""Bins of equal width over the probabilities from 0 to 1: our choice."""
EDGE_DIGITS = 12
"""Digits of a probability that count at the edge of a bin: CPUs differ in the last bit of exp."""
LOWEST_TEMPERATURE, HIGHEST_TEMPERATURE = 1e-3, 1e3
"""A fit at the lowest means that margins separate both kinds, one at the highest that they do not
help at all: our choice."""
HALVINGS = 64
"""Bisections of the range of temperatures, after which a float64 has no digits left."""


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Examples of similar probability."""

    n: int
    probability: float
    """Mean of the predicted probabilities."""
    frequency: float
    """Share of the examples for which it came true."""


@dataclass(frozen=True, slots=True)
class NullProbabilityQuality:
    """How good probabilities of "no answer" are; lower is better."""

    n: int
    log_loss: float
    """In nats; infinite when a probability of 0 or 1 was wrong."""
    brier: float
    calibration_error: float


@dataclass(frozen=True, slots=True)
class TemperatureFit:
    """What a temperature fitted on some examples does for the null probabilities of others."""

    temperature: float
    tuned_on: int
    """Examples that the temperature was fitted on."""
    raw: NullProbabilityQuality
    """On the other examples, at temperature 1."""
    scaled: NullProbabilityQuality
    """On the same at the fitted temperature."""


def auroc(scores: MarginScores) -> float | None:
    """Chance that an example without answer has the higher margin than one with; a tie is half.

    None when there is only one kind of examples.
    """
    with_answer = np.sort(scores.margins[scores.has_answer])
    without_answer = scores.margins[~scores.has_answer]
    pairs = len(with_answer) * len(without_answer)
    if not pairs:
        return None
    lower = np.searchsorted(with_answer, without_answer, side="left").sum()
    lower_or_equal = np.searchsorted(with_answer, without_answer, side="right").sum()
    return float(lower + lower_or_equal) / (2 * pairs)


def risk_coverage(scores: MarginScores) -> Float64[np.ndarray, " example"]:
    """Mean loss of the k most confident answers, for each k from 1 on.

    Examples of equal margin share their mean loss, so their order does not matter.
    """
    _, tie, sizes = np.unique(scores.margins, return_inverse=True, return_counts=True)
    losses = np.bincount(tie, weights=1.0 - scores.kept) / sizes
    risks: Float64[np.ndarray, " example"] = np.cumsum(np.repeat(losses, sizes))
    return risks / np.arange(1, len(risks) + 1)


def aurc(scores: MarginScores) -> float:
    """Area under the risk-coverage curve: the mean of its risks, 0 to 1."""
    return float(risk_coverage(scores).mean())


def excess_aurc(scores: MarginScores) -> float:
    """How much of that area comes from the order of the margins; 0 is a perfect order."""
    return aurc(scores) - aurc(replace(scores, margins=1.0 - scores.kept))


def reliability(
    probabilities: Float64[np.ndarray, " example"],
    outcomes: Float64[np.ndarray, " example"],
    *,
    bins: int = RELIABILITY_BINS,
) -> tuple[ReliabilityBin, ...]:
    """The bins that hold examples, in rising order; each includes its upper end, the first 0 too.

    Raises:
        DataError: there are no examples.
    """
    _require_examples(probabilities)
    inner_edges = np.arange(1, bins) / bins
    numbers = np.searchsorted(inner_edges, probabilities.round(EDGE_DIGITS), side="left")
    return tuple(
        ReliabilityBin(
            n=int(members.sum()),
            probability=float(probabilities[members].mean()),
            frequency=float(outcomes[members].mean()),
        )
        for members in (numbers == number for number in np.unique(numbers))
    )


def calibration_error(reliability_bins: tuple[ReliabilityBin, ...]) -> float:
    """Mean distance of probability and frequency, each bin weighted by its n (ECE), 0 to 1."""
    n = sum(each.n for each in reliability_bins)
    return sum(each.n * abs(each.frequency - each.probability) for each in reliability_bins) / n


def brier_score(
    probabilities: Float64[np.ndarray, " example"], outcomes: Float64[np.ndarray, " example"]
) -> float:
    """Mean squared distance of probability and outcome, 0 to 1.

    Raises:
        DataError: there are no examples.
    """
    _require_examples(probabilities)
    return float(np.mean((probabilities - outcomes) ** 2))


def null_probabilities(
    margins: Float64[np.ndarray, " example"], temperature: float = 1.0
) -> Float64[np.ndarray, " example"]:
    """The logistic function of the margins over the temperature."""
    # By way of the log, since exp(-margin) overflows for low margins.
    probabilities: Float64[np.ndarray, " example"] = np.exp(-_softplus(-margins / temperature))
    return probabilities


def fit_temperature(scores: MarginScores) -> float:
    """The temperature with the lowest log loss of the null probabilities.

    Infinite margins fit every temperature alike and are ignored, as are those of 0; 1 if no other
    is left.
    """
    wrongness = _wrongness(scores)
    wrongness = wrongness[np.isfinite(wrongness)]
    if not wrongness.any():
        return 1.0
    # The log loss is convex in 1/temperature, so its slope has one sign on each side of the best.
    low, high = np.log(LOWEST_TEMPERATURE), np.log(HIGHEST_TEMPERATURE)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if wrongness @ null_probabilities(wrongness, float(np.exp(middle))) > 0:
            low = middle
        else:
            high = middle
    return float(np.exp(high))


def measure_temperature(
    scores: MarginScores, is_tuning: Bool[np.ndarray, " example"]
) -> TemperatureFit:
    """A temperature fitted on the tuning examples and measured on all others.

    Both should not share articles, whose examples are alike.

    Raises:
        DataError: all examples are for tuning, or none.
    """
    tuning, measured = _select(scores, is_tuning), _select(scores, ~is_tuning)
    temperature = fit_temperature(tuning)
    return TemperatureFit(
        temperature=temperature,
        tuned_on=len(tuning.margins),
        raw=_quality(measured, temperature=1.0),
        scaled=_quality(measured, temperature=temperature),
    )


def _quality(scores: MarginScores, *, temperature: float) -> NullProbabilityQuality:
    probabilities = null_probabilities(scores.margins, temperature)
    outcomes = (~scores.has_answer).astype(np.float64)
    return NullProbabilityQuality(
        n=len(outcomes),
        log_loss=float(_softplus(_wrongness(scores) / temperature).mean()),
        brier=brier_score(probabilities, outcomes),
        calibration_error=calibration_error(reliability(probabilities, outcomes)),
    )


def _wrongness(scores: MarginScores) -> Float64[np.ndarray, " example"]:
    """How far each margin points to the wrong kind, in logits."""
    return np.where(scores.has_answer, scores.margins, -scores.margins)


def _softplus(logits: Float64[np.ndarray, " example"]) -> Float64[np.ndarray, " example"]:
    """Log of 1 + exp(logit): the loss of a logit that points to the wrong kind."""
    losses: Float64[np.ndarray, " example"] = np.logaddexp(0.0, logits)
    return losses


def _select(scores: MarginScores, members: Bool[np.ndarray, " example"]) -> MarginScores:
    return MarginScores(scores.kept[members], scores.has_answer[members], scores.margins[members])


def _require_examples(values: Float64[np.ndarray, " example"]) -> None:
    if not values.size:
        raise DataError("there are no examples to calibrate on; check the data set")
