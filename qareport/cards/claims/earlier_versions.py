"""Knows what cards of earlier versions say in other words, or of other intervals."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qareport.cards.compose.stale_lines import StaleLine
from qareport.report.tables.scores import NO_INTERVAL

EARLIER_WORDS: Mapping[str, str] = {
    r"in float16, at most (\S+) from what the teacher computed in [^|]*? \|": (
        r"in half precision, off by \1 at most |"
    ),
    r"\S+ by \S+ and float32 by torch, with the same weights, give equal answers to (\S+ %) of "
    r"(\S+ questions); the first less the second: ": r"\1 equal answers to \2; ",
    r"\bnone kept\b": "no answer kept",
}
"""What lines of a card say now, as regular expressions, and how earlier versions worded it."""

RESAMPLED = re.compile(r"Intervals are by resampling ([\d,]+) (article|paragraph)s 10,000 times\.")
"""What cards said below scores whose intervals were percentile bootstraps."""
LEFT_OUT = re.compile(r"Intervals are by leaving out each of ([\d,]+) (article|paragraph)s\.")
"""What they say there now, where there are intervals."""

UNCERTAINTIES = (
    r" \((95 % interval )?[\d.]+ to [\d.]+\)",
    r", 95 % -?\d+ to -?\d+ %",
    r"[+-]?\d+\.\d\d to [+-]?\d+\.\d\d",
    r" \(McNemar's exact test, p = [\d.e-]+\)",
)
"""Intervals and p-values, as cards have them."""


@dataclass(frozen=True, slots=True)
class SortedLines:
    """Lines of a card that differ from a new rendering."""

    wrong: tuple[StaleLine, ...]
    """That differ by more than the version of qareport."""
    unchecked: tuple[StaleLine, ...]
    """That differ in intervals or p-values alone, which an earlier version computed."""


def sort_lines(stale: Sequence[StaleLine]) -> SortedLines:
    """The lines that are wrong, and those whose intervals cannot be computed any more.

    A card is of an earlier version if it says so where a new rendering says how intervals are made.
    """
    changed = [each for each in stale if not _is_earlier_wording(each)]
    notes = [each for each in changed if _is_earlier_note(each)]
    others = [each for each in changed if each not in notes]
    unchecked = [each for each in others if notes and _has_other_intervals(each)]
    wrong = [each for each in others if each not in unchecked]
    return SortedLines(tuple(wrong), tuple(unchecked))


def _is_earlier_wording(stale: StaleLine) -> bool:
    """Whether the card says what would be rendered now in the words of an earlier version."""
    return any(
        re.sub(now, earlier, stale.rendered) == stale.text for now, earlier in EARLIER_WORDS.items()
    )


def _is_earlier_note(stale: StaleLine) -> bool:
    """Whether the card says of the same clusters that intervals are by resampling them."""
    said, now = RESAMPLED.fullmatch(stale.text), LEFT_OUT.fullmatch(stale.rendered)
    if said is None:
        return False
    return now.groups() == said.groups() if now else stale.rendered.startswith(NO_INTERVAL)


def _has_other_intervals(stale: StaleLine) -> bool:
    """Whether a line differs in intervals and p-values alone."""
    return _certain(stale.text) == _certain(stale.rendered)


def _certain(line: str) -> str:
    """The line without intervals and p-values."""
    without = re.sub("|".join(UNCERTAINTIES), "", line)
    return " ".join(without.split())
