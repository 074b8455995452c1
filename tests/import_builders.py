"""Imports texts of old cards."""

from qareport.cards.author_words import AuthorWords
from qareport.cards.old_cards.card import import_card
from qareport.cards.old_cards.pieces import NoteKind


def words_of(text: str) -> AuthorWords:
    """The author's words in a card."""
    return import_card(text).words


def left_out_of(text: str) -> list[str]:
    """What the import of a card leaves out, as line and reason."""
    notes = import_card(text).notes
    return [f"{note.line}: {note.text}" for note in notes if note.kind is NoteKind.LEFT_OUT]
