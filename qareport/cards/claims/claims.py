"""Defines a claim: a figure that a card states, with its line."""

from dataclasses import dataclass
from enum import StrEnum

from pydantic import TypeAdapter

FRACTION_DIGITS = 2
"""Digits by which a figure on the scale from 0 to 1 is longer than the same in percent."""


COUNT = "n"
"""The measure of a claim that gives a number of questions."""


class Subset(StrEnum):
    """The questions that a figure covers."""

    ALL = "all"
    HAS_ANSWER = "HasAns"
    NO_ANSWER = "NoAns"


class Form(StrEnum):
    """The part of a card that states a figure."""

    METADATA = "metadata"
    """In the model-index."""
    TABLE = "table"
    BLOCK = "block"
    """In a block of code, as JSON or lines of "key": value."""
    PROSE = "prose"


@dataclass(frozen=True, slots=True)
class ClaimedData:
    """The data set of a claim; None where the card does not say."""

    name: str | None
    """As people write it, such as "SQuAD 2.0"."""
    id: str | None
    """On the Hub."""
    config: str | None = None
    split: str | None = None
    revision: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """One figure of a card."""

    line: int
    """Of the card, from 1."""
    form: Form
    measure: str
    """The name of a measure, or `COUNT`."""
    subset: Subset
    value: float
    """In percent; a count as it is."""
    text: str
    """The figure as it is written, such as "79.8366040596311"."""
    data: ClaimedData
    subject: str | None = None
    """What the figure is of, where its row, column or sentence names something else than the
    card's model on the data set, such as "teacher" or "haystack-token"."""
    is_fraction: bool = False
    """Whether the card writes it on the scale from 0 to 1."""

    @property
    def decimals(self) -> int:
        """Digits after the point that are written, of the value in percent; -1 for "0.8"."""
        digits = len(self.text.partition(".")[2])
        return digits - FRACTION_DIGITS if self.is_fraction else digits


_CLAIMS = TypeAdapter(tuple[Claim, ...])


def claims_json(claims: tuple[Claim, ...]) -> str:
    """Claims as JSON, ready for a file."""
    return _CLAIMS.dump_json(claims, indent=2).decode() + "\n"
