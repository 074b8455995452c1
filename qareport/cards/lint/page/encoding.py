"""Letters that were written in one encoding and read in another, to the right ones."""

import re
from collections.abc import Iterator

import ftfy

from qareport.cards.lint.card import ReadCard
from qareport.cards.lint.problems import Fault

_DIGITS = re.compile(r"\d+")


def find_damaged_letters(card: ReadCard) -> Iterator[Fault]:
    """Lines such as those that show "Ã¶" for "ö"."""
    for line in card.lines:
        if line.text.isascii():
            continue
        mended = ftfy.fix_encoding(line.text)
        if mended != line.text:
            keeps_figures = _DIGITS.findall(mended) == _DIGITS.findall(line.text)
            yield Fault(
                line.number,
                f"letters are damaged: {_first_difference(line.text, mended)}",
                "save the file as UTF-8 with the right letters",
                mend=line.replaced(mended)
                if keeps_figures and mended.splitlines() == [mended]
                else None,
            )


def _first_difference(damaged: str, mended: str) -> str:
    """The first words in which two lines differ."""
    pairs = zip(damaged.split(), mended.split(), strict=False)
    word, right = next(((a, b) for a, b in pairs if a != b), (damaged, mended))
    return f"{word!r} should be {right!r}"
