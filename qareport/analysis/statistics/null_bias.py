"""Measures how much more one model leans to "no answer" than another."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float64

from qareport.data.percent import Score

QUANTILE_LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, slots=True)
class NullChoices:
    """The null margin of each example, and whether the model abstained."""

    margins: Float64[np.ndarray, " example"]
    abstained: Bool[np.ndarray, " example"]


@dataclass(frozen=True, slots=True)
class Quantile:
    """The shift that a share of the examples does not exceed."""

    level: Score
    """Share of the examples, 0 to 1."""
    shift: float


@dataclass(frozen=True, slots=True)
class MarginShift:
    """How far the null margins of a model lie above those of the reference."""

    n: int
    """Examples where both margins are finite."""
    mean: float
    quantiles: tuple[Quantile, ...]
    """At `QUANTILE_LEVELS`."""


@dataclass(frozen=True, slots=True)
class NullBias:
    """How much more than the reference a model leans to "no answer"."""

    n: int
    shift: MarginShift | None
    """None when no example has two finite margins."""
    abstention_difference: Score
    """Share of examples the model abstains on, minus that of the reference."""


@dataclass(frozen=True, slots=True)
class NullBiases:
    """The null bias of both kinds; a kind without examples is None."""

    has_answer: NullBias | None
    no_answer: NullBias | None


def null_biases(
    model: NullChoices, reference: NullChoices, *, has_answer: Bool[np.ndarray, " example"]
) -> NullBiases:
    """How much more the model leans to "no answer" than the reference, in both kinds."""
    return NullBiases(
        has_answer=_null_bias(model, reference, has_answer),
        no_answer=_null_bias(model, reference, ~has_answer),
    )


def _null_bias(
    model: NullChoices, reference: NullChoices, members: Bool[np.ndarray, " example"]
) -> NullBias | None:
    n = int(np.count_nonzero(members))
    if not n:
        return None
    more_abstentions = model.abstained[members].sum() - reference.abstained[members].sum()
    # A margin is infinite where no window offers a span: a fact about windows, not a leaning.
    finite = members & np.isfinite(model.margins) & np.isfinite(reference.margins)
    return NullBias(
        n=n,
        shift=_margin_shift(model.margins[finite] - reference.margins[finite]),
        abstention_difference=int(more_abstentions) / n,
    )


def _margin_shift(differences: Float64[np.ndarray, " member"]) -> MarginShift | None:
    if not differences.size:
        return None
    return MarginShift(
        n=differences.size,
        mean=float(differences.mean()),
        quantiles=tuple(
            Quantile(level, float(np.quantile(differences, level))) for level in QUANTILE_LEVELS
        ),
    )
