"""Knows what cards of earlier versions say in other words, or of other intervals."""

import re
from collections.abc import Mapping, Sequence

from qareport.cards.compose.stale_lines import StaleLine
from qareport.cards.text.card_text import CardText

EARLIER_WORDS: Mapping[str, str] = {
    r"in float16, at most (\S+) from what the teacher computed in [^|]*? \|": (
        r"in half precision, off by \1 at most |"
    ),
    r"\S+ by \S+ and float32 by torch, with the same weights, give equal answers to (\S+ %) of "
    r"(\S+ questions); the first less the second: ": r"\1 equal answers to \2; ",
    r"\bnone kept\b": "no answer kept",
}
"""What lines of a card say now, as regular expressions, and how earlier versions worded it."""

RESAMPLED = re.compile(r"^Intervals are by resampling [\d,]+ (article|paragraph)s 10,000 times\.$")
"""What cards said below scores whose intervals were percentile bootstraps."""

UNCERTAINTIES = (
    r" \((95 % interval )?[\d.]+ to [\d.]+\)",
    r", 95 % -?\d+ to -?\d+ %",
    r"[+-]?\d+\.\d\d to [+-]?\d+\.\d\d",
    r" \(McNemar's exact test, p = [\d.e-]+\)",
)
"""Intervals and p-values, as cards have them."""


def wrong_lines(card: CardText, stale: Sequence[StaleLine]) -> tuple[StaleLine, ...]:
    """The lines that differ from a new rendering by more than the version of qareport.

    Intervals of an earlier version cannot be computed any more: on a card that has them a line is
    right if it differs in these alone.
    """
    is_resampled = any(RESAMPLED.match(line) for line in card.text.splitlines())
    return tuple(
        each
        for each in stale
        if not (_is_earlier_wording(each) or (is_resampled and _has_other_intervals(each)))
    )


def _is_earlier_wording(stale: StaleLine) -> bool:
    """Whether the card says what would be rendered now in the words of an earlier version."""
    return any(
        re.sub(now, earlier, stale.rendered) == stale.text for now, earlier in EARLIER_WORDS.items()
    )


def _has_other_intervals(stale: StaleLine) -> bool:
    """Whether a line differs in intervals and p-values alone, or says how they were made."""
    is_note = RESAMPLED.match(stale.text) is not None
    return is_note or _certain(stale.text) == _certain(stale.rendered)


def _certain(line: str) -> str:
    """The line without intervals and p-values."""
    without = re.sub("|".join(UNCERTAINTIES), "", line)
    return " ".join(without.split())
