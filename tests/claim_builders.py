"""Texts of cards to the claims in them, and short forms of both for tests."""

from qareport.cards.claims.claims import Claim, ClaimedData, Form, Subset
from qareport.cards.claims.find_claims import read_claims
from qareport.cards.claims.measurements import Alternative, Measurement
from qareport.cards.text.card_text import split_card
from qareport.data.types import EXACT, Totals
from tests.builders import total_of

SQUAD_2 = ClaimedData("SQuAD 2.0", "rajpurkar/squad_v2")
NO_DATA = ClaimedData(None, None)


def claims_of(text: str) -> tuple[Claim, ...]:
    """What a card with this text claims."""
    return read_claims(split_card(text))


def short(claims: tuple[Claim, ...]) -> list[tuple[str, str, float]]:
    """Measure, subset and value of each claim."""
    return [(claim.measure, claim.subset.value, claim.value) for claim in claims]


def claim(
    measure: str = EXACT,
    text: str = "50.0",
    *,
    subset: Subset = Subset.ALL,
    data: ClaimedData = NO_DATA,
    form: Form = Form.TABLE,
    subject: str | None = None,
) -> Claim:
    """A claim on line 1 with the value that its text tells."""
    value = float(text.replace(",", ""))
    return Claim(1, form, measure, subset, value, text, data, subject)


def totals(exact: float = 0.5, f1: float = 0.625) -> Totals:
    """Scores of 10 questions, 6 of them with an answer and an eighth better in both measures."""
    return Totals(
        total_of(10, exact, f1),
        total_of(6, exact + 0.125, f1 + 0.125),
        total_of(4, exact / 4, f1 / 4),
    )


def measurement(
    data: ClaimedData = SQUAD_2,
    *,
    record: str = "record",
    scores: Totals | None = None,
    model: str = "aa",
    alternatives: tuple[Alternative, ...] = (),
) -> Measurement:
    """A complete record; without scores, those of `totals`."""
    return Measurement(
        record, model, (data,), scores or totals(), is_partial=False, alternatives=alternatives
    )
