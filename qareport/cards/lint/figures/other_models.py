"""Finds figures that belong to another model or another protocol."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qareport.cards.claims.claims import Claim, Form, Subset
from qareport.cards.lint.card import ReadCard
from qareport.cards.lint.figures.own_claims import by_data, first, rounding, sound_scores
from qareport.cards.lint.model_names import is_same_model
from qareport.cards.lint.problems import Problem
from qareport.data.types import EXACT, F1

SQUAD_2 = "rajpurkar/squad_v2"
LARGEST_OFFICIAL_GAP = 3.7
"""F1 minus exact match on SQuAD 2.0: 3.0 to 3.5 by the official script, 4.1 to 4.5 token-level."""
LOWEST_TELLING_F1 = 70
"""Weaker models have wider gaps by the official script too."""
TELLING_DECIMALS = 3
"""With fewer, two models can agree by chance."""
_TOKEN_LEVEL = re.compile(r"token[- ]level|haystack-token", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class KnownFigures:
    """Scores on SQuAD 2.0 that a model's card is known for, in percent."""

    model: str
    exact: float
    f1: float


KNOWN_FIGURES: Sequence[KnownFigures] = (
    KnownFigures("deepset/roberta-base-squad2-distilled", 79.8366040596311, 83.916407079888),
    KnownFigures("deepset/roberta-base-squad2-distilled", 80.8593, 84.0104),
    KnownFigures("deepset/roberta-base-squad2", 79.87029394424324, 82.91251169582613),
    KnownFigures("deepset/roberta-base-squad2", 79.9309, 82.9501),
    KnownFigures("deepset/tinyroberta-squad2", 78.69114798281817, 81.9198998536977),
    KnownFigures("deepset/tinyroberta-squad2", 78.8627, 82.0355),
    KnownFigures("deepset/roberta-large-squad2", 85.168, 88.349),
    KnownFigures("deepset/electra-base-squad2", 77.30144024256717, 81.35438272008543),
    KnownFigures("deepset/electra-base-squad2", 77.6074, 81.7181),
    KnownFigures("deepset/xlm-roberta-base-squad2", 73.91560683904657, 77.14103746689592),
    KnownFigures("deepset/xlm-roberta-base-squad2", 74.0354, 77.1833),
    KnownFigures("deepset/xlm-roberta-base-squad2-distilled", 74.06721131980123, 76.39919553344667),
    KnownFigures("deepset/bert-base-uncased-squad2", 75.6529, 78.6191),
    KnownFigures("deepset/bert-large-uncased-whole-word-masking-squad2", 80.8846, 83.8765),
    KnownFigures("deepset/bert-medium-squad2-distilled", 68.6431398972458, 72.7637083790805),
    KnownFigures("deepset/bert-medium-squad2-distilled", 69.8231, 72.9232),
    KnownFigures("deepset/tinybert-6l-768d-squad2", 71.87736882001179, 76.36111895973675),
    KnownFigures("deepset/tinybert-6l-768d-squad2", 73.8248, 77.1684),
)
"""From the models' cards on the Hub, in prose and as the Hub verified them in 2022."""


def find_figures_of_others(card: ReadCard) -> Iterator[Problem]:
    """Scores that are another model's to the last digit."""
    for exact, f1 in _pairs_on_squad_2(card):
        for known in KNOWN_FIGURES:
            is_own = any(is_same_model(known.model, own) for own in card.own_ids)
            if card.own_ids and not is_own and _is(exact, known.exact) and _is(f1, known.f1):
                yield Problem(
                    exact.line,
                    f"exact match {exact.text} and F1 {f1.text} are the figures of {known.model}",
                    "measure this model and write its own figures",
                )


def find_other_protocols(card: ReadCard) -> Iterator[Problem]:
    """F1 so far above exact match that tokens of a model were compared, not words."""
    if _TOKEN_LEVEL.search(card.text.text):
        return
    for exact, f1 in _pairs_on_squad_2(card):
        gap = f1.value - exact.value
        if gap - rounding(exact, f1) > LARGEST_OFFICIAL_GAP and f1.value >= LOWEST_TELLING_F1:
            yield Problem(
                f1.line,
                f"F1 {f1.text} is {gap:.2f} above exact match {exact.text} on SQuAD 2.0, where the "
                "official script gives 3.0 to 3.5: it looks like the token-level score of FARM "
                "and Haystack 1",
                "score with the official script, or name the protocol",
            )


def _pairs_on_squad_2(card: ReadCard) -> Iterator[tuple[Claim, Claim]]:
    """Exact match and F1 of all questions of SQuAD 2.0, of each form of claim."""
    for group in by_data(sound_scores(card)).values():
        for form in Form:
            claims = [each for each in group if each.form is form and each.data.id == SQUAD_2]
            exact, f1 = (first(claims, each, Subset.ALL) for each in (EXACT, F1))
            if exact and f1:
                yield exact, f1


def _is(claim: Claim, value: float) -> bool:
    """Whether a figure is the known one, as far as both are written out."""
    decimals = min(claim.decimals, len(repr(value).partition(".")[2]))
    return decimals >= TELLING_DECIMALS and abs(claim.value - value) <= 0.51 * 10.0**-decimals
