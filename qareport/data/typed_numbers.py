"""Reads numbers that people type, and states once from where to where each kind goes."""

import math
import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from qareport.errors import UsageError

SHOWN_CHARACTERS = 40
"""Of what was typed, in a sentence about it."""
_WHOLE = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


@dataclass(frozen=True, slots=True)
class WholeNumbers:
    """Whole numbers in digits 0 to 9, both ends included."""

    least: int
    most: int

    def __call__(self, typed: str | int) -> int:
        """The number that was typed; a default is a number already.

        Raises:
            UsageError: it is none of them.
        """
        if isinstance(typed, int):
            return typed
        digits = typed.lstrip("+-").lstrip("0") or "0"
        # Python refuses to read numbers of thousands of digits.
        is_read = bool(_WHOLE.fullmatch(typed)) and len(digits) <= len(str(self.most))
        if not is_read or not self.least <= (number := int(typed)) <= self.most:
            raise UsageError(
                f"{shown(typed)} is not a whole number from {self.least} to {self.most}"
            )
        return number


@dataclass(frozen=True, slots=True)
class FiniteNumbers:
    """Decimal numbers in digits 0 to 9 with a point, that are neither infinite nor NaN."""

    def __call__(self, typed: str | float) -> float:
        """The number that was typed; a default is a number already.

        Raises:
            UsageError: it is none of them.
        """
        if isinstance(typed, float):
            return typed
        if not _DECIMAL.fullmatch(typed) or not math.isfinite(number := float(typed)):
            raise UsageError(f"{shown(typed)} is not a finite number such as 0.5, -2 or 1e3")
        return number


COUNTS = WholeNumbers(1, 2**31 - 1)
POSITIONS = WholeNumbers(0, 2**31 - 1)
ENTRIES = WholeNumbers(1, 10_000)
"""Of n-best lists, for which every window has room in memory."""
SEEDS = WholeNumbers(0, 2**32 - 1)
"""What all generators of random numbers take."""
LOGITS = FiniteNumbers()

# The same in TOML, whose own rules for numbers hold. Strict: neither true nor "2" is a number.
AtLeastOne = Annotated[int, Field(ge=COUNTS.least, le=COUNTS.most, strict=True)]
Position = Annotated[int, Field(ge=POSITIONS.least, le=POSITIONS.most, strict=True)]
Entries = Annotated[int, Field(ge=ENTRIES.least, le=ENTRIES.most, strict=True)]
Seed = Annotated[int, Field(ge=SEEDS.least, le=SEEDS.most, strict=True)]
Logits = Annotated[float, Field(allow_inf_nan=False, strict=True)]


def shown(typed: object) -> str:
    """What was typed, in quotes where it is text, and shortened where it is long."""
    text = repr(typed)
    if len(text) <= SHOWN_CHARACTERS:
        return text
    return f"{text[:SHOWN_CHARACTERS]}... ({len(text)} characters)"
