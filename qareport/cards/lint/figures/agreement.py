"""Finds figures of a card that cannot all be true."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from qareport.cards.claims.claims import COUNT, Claim, Form, Subset
from qareport.cards.lint.card import ReadCard
from qareport.cards.lint.figures.own_claims import (
    HIGHEST,
    are_equal,
    by_data,
    first,
    is_on_other_scale,
    known_count,
    own_claims,
    rounding,
    sound_scores,
)
from qareport.cards.lint.problems import Problem
from qareport.data.types import EXACT, F1

ABSENT_PARTS = "write the figures of one run, as its file of results has them"


def find_contradictions(card: ReadCard) -> Iterator[Problem]:
    """Two figures for one data set, measure and subset."""
    for reference, *others in _same_figures(card):
        for claim in others:
            if not are_equal(claim, reference):
                yield Problem(
                    claim.line,
                    f"{_name(claim.measure, claim.subset)} on {_data(claim)} is {claim.text} "
                    f"here, but {reference.text} in line {reference.line}",
                    "keep the figure that was measured, or name the protocol of each",
                )


def find_unlike_parts(card: ReadCard) -> Iterator[Problem]:
    """HasAns and NoAns that do not make the whole."""
    for group in _forms(card):
        for measure in (EXACT, F1):
            whole, has, none = (first(group, measure, subset) for subset in Subset)
            if whole is None or has is None or none is None:
                continue
            low, high = _expected(card, has, none)
            slack = rounding(whole, has, none)
            if not low - slack <= whole.value <= high + slack:
                expected = f"{low:.4f}" if low == high else f"between {low:.4f} and {high:.4f}"
                yield Problem(
                    whole.line,
                    f"{measure} on {_data(whole)} is {whole.text}, but HasAns {has.text} (line "
                    f"{has.line}) and NoAns {none.text} (line {none.line}) make {expected}",
                    ABSENT_PARTS,
                )


def find_exact_above_f1(card: ReadCard) -> Iterator[Problem]:
    """Exact match above F1, which it can never be."""
    for group in _forms(card):
        for subset in Subset:
            exact, f1 = (first(group, each, subset) for each in (EXACT, F1))
            if exact and f1 and exact.value > f1.value + rounding(exact, f1):
                yield Problem(
                    exact.line,
                    f"exact match {exact.text} is above F1 {f1.text} (line {f1.line}) on "
                    f"{_data(exact)}",
                    "look up which is which: every exact match has F1 1",
                )


def find_unlike_null_scores(card: ReadCard) -> Iterator[Problem]:
    """Exact match and F1 that differ on questions without answer."""
    for group in _forms(card):
        kinds = (EXACT, F1)
        exact, f1 = (first(group, each, Subset.NO_ANSWER) for each in kinds)
        if exact and f1 and exact.value < f1.value and not are_equal(exact, f1):
            yield Problem(
                f1.line,
                f"NoAns F1 {f1.text} is not NoAns exact match {exact.text} (line {exact.line})",
                "look them up: without an answer both are 1 or both are 0",
            )


def find_values_out_of_range(card: ReadCard) -> Iterator[Problem]:
    """Scores above 100."""
    for claim in own_claims(card):
        if claim.measure != COUNT and not 0 <= claim.value <= HIGHEST:
            yield Problem(
                claim.line,
                f"{_name(claim.measure, claim.subset)} is {claim.text}, outside of 0 to 100",
                "write the score in percent",
            )


def find_mixed_scales(card: ReadCard) -> Iterator[Problem]:
    """Scores from 0 to 1 beside scores in percent."""
    for claim in own_claims(card):
        if claim.measure != COUNT and is_on_other_scale(claim, card):
            yield Problem(
                claim.line,
                f"{_name(claim.measure, claim.subset)} is {claim.text}, on the scale from 0 to 1, "
                "but others are in percent",
                "write all scores in percent",
            )


def _same_figures(card: ReadCard) -> Iterator[Sequence[Claim]]:
    """Claims of one data set, measure and subset, by line."""
    counts = (claim for claim in own_claims(card) if claim.measure == COUNT)
    for group in by_data((*sound_scores(card), *counts)).values():
        kinds: dict[tuple[str, Subset], list[Claim]] = defaultdict(list)
        for claim in sorted(group, key=lambda claim: claim.line):
            kinds[claim.measure, claim.subset].append(claim)
        yield from kinds.values()


def _forms(card: ReadCard) -> Iterator[Sequence[Claim]]:
    """The sound scores of each data set, and of each form in which the card gives them."""
    for group in by_data(sound_scores(card)).values():
        for form in Form:
            yield [claim for claim in group if claim.form is form]


def _expected(card: ReadCard, has: Claim, none: Claim) -> tuple[float, float]:
    """The lowest and highest whole that two parts can make: one value where counts are known."""
    counts = {subset: _count(card, has, subset) for subset in (Subset.HAS_ANSWER, Subset.NO_ANSWER)}
    with_answer, without = counts[Subset.HAS_ANSWER], counts[Subset.NO_ANSWER]
    if not with_answer or not without:
        return min(has.value, none.value), max(has.value, none.value)
    whole = (with_answer * has.value + without * none.value) / (with_answer + without)
    return whole, whole


def _count(card: ReadCard, claim: Claim, subset: Subset) -> float:
    """How many questions of a subset the data set of a claim has; 0 where that is not known."""
    groups: Mapping[str, Sequence[Claim]] = by_data(own_claims(card))
    group = next((each for each in groups.values() if claim in each), ())
    claimed = first(group, COUNT, subset)
    known = known_count(claim.data, subset)
    return claimed.value if claimed else float(known or 0)


def _name(measure: str, subset: Subset) -> str:
    return str(measure) if subset is Subset.ALL else f"{subset} {measure}"


def _data(claim: Claim) -> str:
    return claim.data.name or claim.data.id or "the data set"
