"""A card of an earlier version is right if it differs in its words or intervals alone."""

import pytest

from qareport.cards.claims.earlier_versions import wrong_lines
from qareport.cards.compose.stale_lines import StaleLine
from qareport.cards.text.card_text import split_card

RESAMPLED = "Intervals are by resampling 35 articles 10,000 times."
NOW = "Intervals are by leaving out each of 35 articles."
LEAD = "It reaches F1 **56.58** (95 % interval {}), exactly."
ROW = "| teacher | 56.30 | {} | 59.80 | {} | +3.22 | {} |"


def is_wrong(text: str, rendered: str, *, note: str = RESAMPLED) -> bool:
    """Whether a line of a card with this note is wrong."""
    return bool(wrong_lines(split_card(f"# A card\n\n{note}\n"), [StaleLine(3, text, rendered)]))


def test_another_interval_of_an_earlier_card_is_not_wrong() -> None:
    assert not is_wrong(LEAD.format("50.79 to 55.40"), LEAD.format("50.58 to 55.49"))
    assert not is_wrong(
        ROW.format("1.00 to 2.00", "3.00 to 4.00", "-1.07 to +3.07"),
        ROW.format("1.01 to 2.02", "", "-1.03 to +3.14"),
    )


def test_an_interval_that_is_not_given_any_more_is_not_wrong() -> None:
    assert not is_wrong(
        "It reaches F1 **56.58** (50.00 to 60.00), exactly.", "It reaches F1 **56.58**, exactly."
    )
    assert not is_wrong("Right: 2 (McNemar's exact test, p = 1e-07), 95 % -7 to 23 %.", "Right: 2.")


def test_the_note_that_says_how_intervals_were_made_is_not_wrong() -> None:
    assert not is_wrong(RESAMPLED, NOW)


@pytest.mark.parametrize("note", [NOW, "Intervals are by resampling 35 articles often."])
def test_another_interval_of_a_card_of_this_version_is_wrong(note: str) -> None:
    assert is_wrong(LEAD.format("50.79 to 55.40"), LEAD.format("50.58 to 55.49"), note=note)


def test_another_score_of_an_earlier_card_is_wrong() -> None:
    assert is_wrong(
        LEAD.format("50.79 to 55.40"), LEAD.format("50.79 to 55.40").replace("56.58", "57.58")
    )


def test_earlier_words_are_not_wrong() -> None:
    assert not is_wrong("no answer kept", "none kept", note=NOW)
