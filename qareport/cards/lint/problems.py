"""Describes what is wrong with a card: where, why, and how to mend it."""

from dataclasses import dataclass

from qareport.cards.text.card_text import Edit
from qareport.data.findings import Severity


@dataclass(frozen=True, slots=True)
class Problem:
    """What a rule finds."""

    line: int
    """Of the card, from 1."""
    message: str
    remedy: str
    hub_message: str | None = None
    """What the Hub answers to a card with it; None where it says nothing."""
    mend: Edit | None = None
    """What mends it and changes nothing that was measured; None where it takes a person."""
    rule: str = ""
    """Name of the rule; `lint_card` sets it, as the severity."""
    severity: Severity = Severity.ERROR
    """An error where the Hub refuses the card or the card contradicts itself."""
