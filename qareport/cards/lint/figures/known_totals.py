"""Data sets to how many questions they have, and to counts of a card that are others."""

from collections.abc import Iterator, Mapping

from qareport.cards.claims.claims import Claim, ClaimedData, Measure, Subset
from qareport.cards.lint.card import ReadCard
from qareport.cards.lint.figures.own_claims import by_data, first, own_claims
from qareport.cards.lint.problems import Fault

KNOWN_COUNTS: Mapping[str, Mapping[Subset, int]] = {
    "rajpurkar/squad_v2": {Subset.ALL: 11873, Subset.HAS_ANSWER: 5928, Subset.NO_ANSWER: 5945},
    "rajpurkar/squad": {Subset.ALL: 10570, Subset.HAS_ANSWER: 10570, Subset.NO_ANSWER: 0},
    "google/xquad": {Subset.ALL: 1190, Subset.HAS_ANSWER: 1190, Subset.NO_ANSWER: 0},
}
"""Questions of the validation splits, of XQuAD for each language, counted in the files."""
_VALIDATION = frozenset({None, "validation", "dev"})


def find_other_totals(card: ReadCard) -> Iterator[Fault]:
    """Counts that are not those of the data set."""
    for claim in own_claims(card):
        known = known_count(claim.data, claim.subset)
        if claim.measure is Measure.COUNT and known is not None and claim.value != known:
            yield Fault(
                claim.line,
                f"{claim.data.name or claim.data.id} has {known} questions ({claim.subset}), "
                f"not {claim.text}",
                "score all questions, or say that and which are left out",
            )


def find_unlike_counts(card: ReadCard) -> Iterator[Fault]:
    """Counts of questions with and without answer that do not make the count of all."""
    for group in by_data(own_claims(card)).values():
        whole, has, none = (first(group, Measure.COUNT, subset) for subset in Subset)
        if whole and has and none and not _is_known(whole):
            total = has.value + none.value
            if total != whole.value:
                yield Fault(
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


def _is_known(claim: Claim) -> bool:
    return known_count(claim.data, claim.subset) is not None
