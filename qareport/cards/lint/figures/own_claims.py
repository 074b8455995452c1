"""Selects what a card claims of its own model, and finds counts that no data set has."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from qareport.cards.claims.claims import COUNT, Claim, ClaimedData, Subset
from qareport.cards.lint.card import ReadCard
from qareport.cards.lint.problems import Problem

HIGHEST = 100
FRACTION = 1.0001
"""A score up to here is on the scale from 0 to 1, where a higher one stands beside it."""

KNOWN_COUNTS: Mapping[str, Mapping[Subset, int]] = {
    "rajpurkar/squad_v2": {Subset.ALL: 11873, Subset.HAS_ANSWER: 5928, Subset.NO_ANSWER: 5945},
    "rajpurkar/squad": {Subset.ALL: 10570, Subset.HAS_ANSWER: 10570, Subset.NO_ANSWER: 0},
    "google/xquad": {Subset.ALL: 1190, Subset.HAS_ANSWER: 1190, Subset.NO_ANSWER: 0},
}
"""Questions of the validation splits, of XQuAD for each language, counted in the files."""
_VALIDATION = frozenset({None, "validation", "dev"})


def own_claims(card: ReadCard) -> tuple[Claim, ...]:
    """Claims that no word beside them gives to another model or protocol."""
    return tuple(claim for claim in card.claims if claim.subject is None)


def sound_scores(card: ReadCard) -> tuple[Claim, ...]:
    """Own scores on the scale from 0 to 100."""
    return tuple(
        claim
        for claim in own_claims(card)
        if claim.measure != COUNT and claim.value <= HIGHEST and not is_on_other_scale(claim, card)
    )


def is_on_other_scale(claim: Claim, card: ReadCard) -> bool:
    """Whether a score is a fraction beside scores in percent."""
    is_small = 0 < claim.value < FRACTION and "." in claim.text and not claim.is_fraction
    return is_small and any(
        other.value > FRACTION and other.measure != COUNT
        for other in own_claims(card)
        if data_key(other.data) == data_key(claim.data)
    )


def data_key(data: ClaimedData) -> str | None:
    """What two claims of one data set share; None where it has no name."""
    name = data.id or data.name
    return name.lower() if name else None


def by_data(claims: Iterable[Claim]) -> Mapping[str, Sequence[Claim]]:
    """Claims of each named data set that are of one configuration and split, as far as said."""
    groups: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        key = data_key(claim.data)
        if key is not None:
            groups[key].append(claim)
    whole: dict[str, Sequence[Claim]] = {}
    for key, group in groups.items():
        for index, part in enumerate(_alike(group)):
            whole[f"{key} {index}" if index else key] = part
    return whole


def first(claims: Iterable[Claim], measure: str, subset: Subset) -> Claim | None:
    """The first claim of a measure and subset."""
    found = (each for each in claims if (each.measure, each.subset) == (measure, subset))
    return next(found, None)


def rounding(*claims: Claim) -> float:
    """How far a sum of claims may lie off, since each is rounded to its decimals."""
    return sum(0.5 * 10.0**-claim.decimals for claim in claims) + 1e-6


def are_equal(claim: Claim, other: Claim) -> bool:
    """Whether two figures are one, rounded differently."""
    coarser = min(claim.decimals, other.decimals)
    return abs(claim.value - other.value) <= 10.0**-coarser * 0.5 + 1e-6


def find_other_totals(card: ReadCard) -> Iterator[Problem]:
    """Counts that are not those of the data set."""
    for claim in own_claims(card):
        known = known_count(claim.data, claim.subset)
        if claim.measure == COUNT and known is not None and claim.value != known:
            yield Problem(
                claim.line,
                f"{claim.data.name or claim.data.id} has {known} questions ({claim.subset}), "
                f"not {claim.text}",
                "score all questions, or say that and which are left out",
            )


def find_unlike_counts(card: ReadCard) -> Iterator[Problem]:
    """Counts of questions with and without answer that do not make the count of all."""
    for group in by_data(own_claims(card)).values():
        whole, has, none = (first(group, COUNT, subset) for subset in Subset)
        if whole and has and none and not _is_known(whole):
            total = has.value + none.value
            if total != whole.value:
                yield Problem(
                    whole.line,
                    f"{has.text} questions with answer and {none.text} without make {total:.0f}, "
                    f"not {whole.text}",
                    "count again, or say which questions are left out",
                )


def known_count(data: ClaimedData, subset: Subset) -> int | None:
    """How many questions of a subset a data set has; None where that is not known."""
    if data.split not in _VALIDATION:
        return None
    return KNOWN_COUNTS.get(data.id or "", {}).get(subset)


def _alike(group: Sequence[Claim]) -> list[list[Claim]]:
    """Claims that say different configurations, splits or revisions, apart.

    A claim that says less than others goes with them where there is only one such kind.
    """
    kinds = {_kind(claim.data) for claim in group}
    fullest = sorted(kinds, key=lambda kind: -sum(part is not None for part in kind))
    if all(_agree(kind, other) for kind, other in pairwise(fullest)):
        return [list(group)]
    return [[claim for claim in group if _kind(claim.data) == kind] for kind in fullest]


def _kind(data: ClaimedData) -> tuple[str | None, ...]:
    return data.config, data.split, data.revision


def _agree(kind: tuple[str | None, ...], other: tuple[str | None, ...]) -> bool:
    pairs = zip(kind, other, strict=True)
    return all(part == same or part is None or same is None for part, same in pairs)


def _is_known(claim: Claim) -> bool:
    return known_count(claim.data, claim.subset) is not None
