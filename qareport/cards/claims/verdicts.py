"""Compares claims with measurements and gives each a verdict, with an explanation."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import product

from qareport.cards.claims.claims import COUNT, Claim, ClaimedData, Form, Subset
from qareport.cards.claims.measurements import SLACK, Measurement, half_unit, value_of
from qareport.metrics.measures import MEASURES

REMEDY = "make the missing records with `qareport verify CARD --run --data FILE --output DIR`"

SHOWN_DIGITS = 2

_CountKey = tuple[Form, ClaimedData, str | None]


class Outcome(StrEnum):
    """Whether a claim is true."""

    CONFIRMED = "confirmed"
    CONTRADICTED = "contradicted"
    NOT_CHECKABLE = "not checkable"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a claim is true, and the figure that was measured."""

    claim: Claim
    outcome: Outcome
    measured: float | None
    """In percent, or a count; None where it is not known."""
    record: str | None
    """Folder of the record that was compared; None where there is none of this data."""
    explanation: str
    """Why it cannot be checked, or by how much it differs and what else it equals."""
    remedy: str = ""
    """What would make it checkable; empty where it is, or cannot be."""


def check_claims(
    claims: Iterable[Claim], measurements: Sequence[Measurement], *, tolerance: float = 0.0
) -> tuple[Verdict, ...]:
    """A verdict on each claim, in their order.

    A claim holds within half a unit of its last digit, or `tolerance` points if these are more.
    Of several records of its data, those of the model of the first one count.
    """
    all_claims = tuple(claims)
    counts = [
        claim for claim in all_claims if claim.measure == COUNT and claim.subset is Subset.ALL
    ]
    by_key = {_count_key(claim): claim.value for claim in counts}
    by_data = frozenset((claim.data.id or claim.data.name, claim.value) for claim in counts)
    comparer = _Comparer(measurements, by_key, by_data, tolerance)
    return tuple(comparer.verdict(claim) for claim in all_claims)


def explain(claim: Claim, measurement: Measurement, others: Sequence[Measurement]) -> str:
    """The first other figure that a claim equals, in words; empty where none is known.

    The cheapest come first: other figures of the record, other records, other rules.
    """
    for source in (_own_figures(claim, measurement), _of_others(claim, others)):
        for name, value in source:
            if _equals(claim, value):
                return f"equals {name}"
    for alternative in measurement.alternatives:
        totals = alternative.measure_totals()
        scored = value_of(totals, claim.measure, claim.subset) if totals else None
        if scored is not None and _equals(claim, scored):
            return f"equals {alternative.name}'s {written_like(claim, scored)}"
    return ""


def written_like(claim: Claim, value: float) -> str:
    """A measured figure with as many digits as the claim has, but at most 4."""
    digits = 0 if claim.measure == COUNT else max(SHOWN_DIGITS, min(claim.decimals, 4))
    return f"{value:.{digits}f}"


def _count_key(claim: Claim) -> _CountKey:
    """Claims with the same key share their count of questions."""
    return claim.form, claim.data, claim.subject


@dataclass(frozen=True, slots=True)
class _Comparer:
    measurements: Sequence[Measurement]
    counts: Mapping[_CountKey, float]
    """Numbers of questions on the card, by the key of their claim."""
    counts_of_data: frozenset[tuple[str | None, float]]
    """The same with the id or name of the data, from the whole card."""
    tolerance: float

    def verdict(self, claim: Claim) -> Verdict:
        found = self._records_of(claim)
        if claim.subject is not None and not any(each.total_of(claim) for each in found):
            reason = f"it is labelled {claim.subject!r}, which does not name the card's model"
            return _uncheckable(claim, reason)
        if not found:
            return replace(_uncheckable(claim, self._why_none(claim)), remedy=REMEDY)
        values = [each.value_for(claim) for each in found]
        for measurement, value in zip(found, values, strict=True):
            if value is not None and self._holds(claim, value) and not measurement.is_partial:
                return Verdict(claim, Outcome.CONFIRMED, value, measurement.record, "")
        return self._failed(claim, found[0], values[0])

    def _records_of(self, claim: Claim) -> list[Measurement]:
        """The records of the claim's data and of one model; complete ones first."""
        if claim.data.id is None and claim.data.name is None:
            found = list(self.measurements) if len(self.measurements) == 1 else []
        else:
            found = [each for each in self.measurements if each.is_of(claim.data)]
        if not found:
            name, counts = claim.data.id or claim.data.name, self.counts_of_data
            found = [each for each in self.measurements if (name, each.totals.overall.n) in counts]
        model = found[0].model if found else None
        return sorted(
            (each for each in found if each.model == model), key=lambda each: each.is_partial
        )

    def _holds(self, claim: Claim, value: float) -> bool:
        allowed = half_unit(claim)
        if claim.measure != COUNT:
            allowed = max(allowed, self.tolerance)
        return abs(value - claim.value) <= allowed + SLACK

    def _why_none(self, claim: Claim) -> str:
        name = claim.data.name or claim.data.id
        if name is not None:
            return f"there is no record of {name}"
        if self.measurements:
            return f"it names no data set, and there are {len(self.measurements)} records"
        return "there is no record"

    def _failed(self, claim: Claim, measurement: Measurement, value: float | None) -> Verdict:
        """The verdict on a claim that no record confirms."""
        reason = self._why_uncheckable(claim, measurement, value)
        if value is None or reason is not None:
            remedy = REMEDY if measurement.is_partial else ""
            return Verdict(
                claim, Outcome.NOT_CHECKABLE, value, measurement.record, reason or "", remedy
            )
        others = [each for each in self.measurements if each is not measurement]
        # Other figures are known for all questions and both kinds, not for groups.
        also = "" if claim.subject is not None else explain(claim, measurement, others)
        explanation = "; ".join(each for each in (_difference(claim, value), also) if each)
        return Verdict(claim, Outcome.CONTRADICTED, value, measurement.record, explanation)

    def _why_uncheckable(
        self, claim: Claim, measurement: Measurement, value: float | None
    ) -> str | None:
        if value is None:
            has_any = measurement.value(COUNT, claim.subset) is not None
            missing = claim.measure if has_any else f"{claim.subset.value} questions"
            return f"its record has no {missing}"
        if measurement.is_partial:
            return "its record is partial"
        counted, n = self.counts.get(_count_key(claim)), _questions(claim, measurement)
        if claim.measure != COUNT and counted is not None and counted != n:
            return f"the card counts {counted:g} questions, the record {n}"
        return None


def _questions(claim: Claim, measurement: Measurement) -> int:
    """Number of all questions of the record, or of the group that a claim is about."""
    group = None if claim.subject is None else measurement.total_of(claim)
    return (group or measurement.totals.overall).n


def _uncheckable(claim: Claim, reason: str) -> Verdict:
    return Verdict(claim, Outcome.NOT_CHECKABLE, None, None, reason)


def _difference(claim: Claim, value: float) -> str:
    if claim.measure == COUNT:
        return f"{abs(claim.value - value):g} questions too {_side(claim, value)}"
    return f"{abs(claim.value - value):.2f} points too {_side(claim, value)}"


def _side(claim: Claim, value: float) -> str:
    quantity = ("many", "few") if claim.measure == COUNT else ("high", "low")
    return quantity[claim.value < value]


def _own_figures(claim: Claim, measurement: Measurement) -> Iterator[tuple[str, float]]:
    for measure, subset in product((*MEASURES, COUNT), Subset):
        value = measurement.value(measure, subset)
        is_alike = (measure == COUNT) == (claim.measure == COUNT)
        if value is not None and is_alike and (measure, subset) != (claim.measure, claim.subset):
            yield f"{_called(measure, subset)}, {written_like(claim, value)}", value


def _of_others(claim: Claim, others: Sequence[Measurement]) -> Iterator[tuple[str, float]]:
    for other in others:
        value = other.value(claim.measure, claim.subset)
        if value is not None:
            partial = "the partial record" if other.is_partial else "the record"
            yield f"{partial} {other.record}'s {written_like(claim, value)}", value


def _equals(claim: Claim, value: float) -> bool:
    return abs(value - claim.value) <= half_unit(claim) + SLACK


def _called(measure: str, subset: Subset) -> str:
    of = "all questions" if subset is Subset.ALL else subset.value
    return f"the {measure} of {of}"
