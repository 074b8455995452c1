"""A card of an earlier version is right if it differs in its words or intervals alone."""

import pytest

from qareport.cards.claims.earlier_versions import sort_lines
from qareport.cards.compose.stale_lines import StaleLine

RESAMPLED = "Intervals are by resampling 35 articles 10,000 times."
NOW = "Intervals are by leaving out each of 35 articles."
LEAD = "It reaches F1 **56.58** (95 % interval {}), exactly."
NOTE = StaleLine(9, RESAMPLED, NOW)
ROW = "| teacher | 56.30 | {} | 59.80 | {} | +3.22 | {} |"


def is_wrong(text: str, rendered: str, *, note: str = RESAMPLED, now: str = NOW) -> bool:
    """Whether a line of a card is wrong on which `note` stands where `now` would be rendered."""
    notes = [StaleLine(9, note, now)] if note != now else []
    return 3 in [each.line for each in sort_lines([*notes, StaleLine(3, text, rendered)]).wrong]


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


def test_lines_with_intervals_that_cannot_be_computed_are_named() -> None:
    found = sort_lines(
        [StaleLine(3, LEAD.format("1.00 to 2.00"), LEAD.format("3.00 to 4.00")), NOTE]
    )

    assert [each.line for each in found.unchecked] == [3]
    assert found.wrong == ()


def test_a_card_that_has_no_intervals_any_more_is_of_an_earlier_version_too() -> None:
    now = "The total has no interval: its questions are of 2 articles"

    assert not is_wrong(LEAD.format("1.00 to 2.00"), LEAD.format("3.00 to 4.00"), now=now)


@pytest.mark.parametrize(
    ("note", "now"),
    [
        (NOW, NOW),
        ("Intervals are by resampling 35 articles often.", NOW),
        ("Intervals are by resampling 34 articles 10,000 times.", NOW),
        (RESAMPLED, ""),
        (f"<!-- {RESAMPLED} -->", NOW),
    ],
)
def test_another_interval_of_a_card_of_this_version_is_wrong(note: str, now: str) -> None:
    text, rendered = LEAD.format("50.79 to 55.40"), LEAD.format("50.58 to 55.49")

    assert is_wrong(text, rendered, note=note, now=now)


def test_another_score_of_an_earlier_card_is_wrong() -> None:
    assert is_wrong(
        LEAD.format("50.79 to 55.40"), LEAD.format("50.79 to 55.40").replace("56.58", "57.58")
    )


def test_earlier_words_are_not_wrong() -> None:
    assert not is_wrong("no answer kept", "none kept", note=NOW)
