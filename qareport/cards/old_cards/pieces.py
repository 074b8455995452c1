"""What is found in an old card: pieces for card.toml, and notes of what became of the rest."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class NoteKind(StrEnum):
    """What became of a line of an old card."""

    KEPT = "kept"
    MENDED = "mended"
    LEFT_OUT = "left out"


@dataclass(frozen=True, slots=True)
class Note:
    """What became of something in an old card."""

    line: int
    kind: NoteKind
    text: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A value for a key of card.toml."""

    line: int
    field: str
    value: object
    """As TOML would hold it; of a key with several values, one of them."""


Found = Piece | Note


def left_out(line: int, what: str, reason: str) -> Note:
    """A note that names what is not kept, and why."""
    return Note(line, NoteKind.LEFT_OUT, f"{what}: {reason}")


def table_piece(line: int, field: str, table: Mapping[str, object]) -> Piece:
    """A piece that is a table of its own, such as an author."""
    return Piece(line, field, dict(table))
