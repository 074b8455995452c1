"""A claim that its record contradicts to what else it equals."""

from collections.abc import Iterator, Sequence
from itertools import product

from qareport.cards.claims.claims import Claim, Measure, Subset
from qareport.cards.claims.measurements import SLACK, Measurement, half_unit, value_of

SHOWN_DIGITS = 2


def explain(claim: Claim, measurement: Measurement, others: Sequence[Measurement]) -> str:
    """The first other figure that a claim rounds, in words; empty where none is known.

    What costs least comes first: other figures of the record, other records, other rules.
    """
    for source in (_own_figures(claim, measurement), _of_others(claim, others)):
        for name, value in source:
            if _equals(claim, value):
                return f"equals {name}"
    for alternative in measurement.alternatives:
        totals = alternative.measure_totals()
        scored = value_of(totals, claim.measure, claim.subset) if totals else None
        if scored is not None and _equals(claim, scored):
            return f"equals {alternative.name}'s {_written(claim, scored)}"
    return ""


def _own_figures(claim: Claim, measurement: Measurement) -> Iterator[tuple[str, float]]:
    for measure, subset in product(Measure, Subset):
        value = measurement.value(measure, subset)
        is_alike = (measure is Measure.COUNT) == (claim.measure is Measure.COUNT)
        if value is not None and is_alike and (measure, subset) != (claim.measure, claim.subset):
            yield f"{_called(measure, subset)}, {_written(claim, value)}", value


def _of_others(claim: Claim, others: Sequence[Measurement]) -> Iterator[tuple[str, float]]:
    for other in others:
        value = other.value(claim.measure, claim.subset)
        if value is not None:
            partial = "the partial record" if other.is_partial else "the record"
            yield f"{partial} {other.record}'s {_written(claim, value)}", value


def _equals(claim: Claim, value: float) -> bool:
    return abs(value - claim.value) <= half_unit(claim) + SLACK


def _called(measure: Measure, subset: Subset) -> str:
    of = "all questions" if subset is Subset.ALL else subset.value
    return f"the {measure.value} of {of}"


def _written(claim: Claim, value: float) -> str:
    """A figure with as many digits as the claim, within what people read."""
    digits = 0 if claim.measure is Measure.COUNT else max(SHOWN_DIGITS, min(claim.decimals, 4))
    return f"{value:.{digits}f}"
