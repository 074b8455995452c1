"""What a record measured, as far as claims can be held against it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from qareport.cards.claims.claims import COUNT, Claim, ClaimedData, Subset
from qareport.cards.claims.reading.data_names import hub_id
from qareport.data.types import Total, Totals

PERCENT = 100
SLACK = 1e-9
"""Points by which the same score differs when it is added up in another order."""
KNOWN_COUNTS: Mapping[tuple[str, int], str | None] = {
    ("rajpurkar/squad_v2", 11873): "validation",
    ("rajpurkar/squad", 10570): "validation",
    ("UCLNLP/adversarial_qa", 3000): "validation",
    ("stanfordnlp/squad_adversarial", 1787): "validation",
}
"""Questions of data sets that many people keep as files, and their split."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """What other rules make of the same answers; computed when it is asked for."""

    name: str
    """Ends the sentence "equals the score ...", such as "by the haystack-token protocol"."""
    measure_totals: Callable[[], Totals | None]
    """None where these rules score no example."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """One record by the official protocol, at its threshold."""

    record: str
    """The folder, as it was named."""
    model: str
    """Hash of the weights."""
    names: tuple[ClaimedData, ...]
    """What its data set is called."""
    totals: Totals
    is_partial: bool
    alternatives: tuple[Alternative, ...] = ()
    measure_groups: Callable[[], Mapping[str, Total]] = dict
    """Scores of its groups of questions by what cards call them, such as "question word: what";
    computed when they are asked for."""

    def total_of(self, claim: Claim) -> Total | None:
        """What a claim of this data can be held against; None where nothing is known of that."""
        if claim.subject is None:
            return _TOTALS[claim.subset](self.totals)
        return self.measure_groups().get(claim.subject) if claim.subset is Subset.ALL else None

    def value_for(self, claim: Claim) -> float | None:
        """The figure of a claim in percent, or a count; None where it is not known."""
        return _figure(self.total_of(claim), claim.measure)

    def value(self, measure: str, subset: Subset) -> float | None:
        """In percent, or a count; None where it is not known."""
        return value_of(self.totals, measure, subset)

    def is_of(self, data: ClaimedData) -> bool:
        """Whether a card that names this data may mean that of the record."""
        return any(_same(name, data) for name in self.names) or self._has_known_count(data)

    def _has_known_count(self, data: ClaimedData) -> bool:
        """Whether its data has no name, and as many questions as the named data is known to."""
        key = (_known_id(data) or "", self.totals.overall.n)
        is_named = any(_known_id(name) for name in self.names)
        same_split = data.split is None or KNOWN_COUNTS.get(key) == data.split
        return not is_named and key in KNOWN_COUNTS and same_split


def value_of(totals: Totals, measure: str, subset: Subset) -> float | None:
    """A figure of totals in percent, or a count; None where it is not known."""
    return _figure(_TOTALS[subset](totals), measure)


def half_unit(claim: Claim) -> float:
    """By how much a claim may differ from what it rounds."""
    return 0.0 if claim.measure == COUNT else 10.0**-claim.decimals / 2


_TOTALS: Mapping[Subset, Callable[[Totals], Total | None]] = {
    Subset.ALL: lambda totals: totals.overall,
    Subset.HAS_ANSWER: lambda totals: totals.has_answer,
    Subset.NO_ANSWER: lambda totals: totals.no_answer,
}


def _figure(total: Total | None, measure: str) -> float | None:
    """In percent, or a count; None where it is not known."""
    if total is None or measure == COUNT:
        return None if total is None else float(total.n)
    return PERCENT * total.measures[measure] if measure in total.measures else None


def _same(recorded: ClaimedData, claimed: ClaimedData) -> bool:
    """Whether nothing that both say differs, and at least one name is the same."""
    same_id = _known_id(recorded) is not None and _known_id(recorded) == _known_id(claimed)
    same_name = None not in {recorded.name, claimed.name} and _plain(recorded) == _plain(claimed)
    pairs = (
        (recorded.config, claimed.config),
        (recorded.split, claimed.split),
        (recorded.revision, claimed.revision),
    )
    return (same_id or same_name) and all(None in pair or pair[0] == pair[1] for pair in pairs)


def _known_id(data: ClaimedData) -> str | None:
    return hub_id(data.id or "") or data.id or hub_id(data.name or "")


def _plain(data: ClaimedData) -> str:
    return "".join(letter for letter in (data.name or "").lower() if letter.isalnum())
