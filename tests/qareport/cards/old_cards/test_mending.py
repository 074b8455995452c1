"""Damaged letters are mended and named; a text that is whole stays as it is."""

import pytest

from qareport.cards.old_cards.mending import mend
from qareport.cards.old_cards.pieces import Note, NoteKind


def test_damaged_letters_are_mended_and_named_with_their_line() -> None:
    mended, notes = mend("- a\n- Zoë MÃ¼ller: `x`\n")

    assert mended == "- a\n- Zoë Müller: `x`\n"
    assert notes == (Note(2, NoteKind.MENDED, "'MÃ¼ller:' -> 'Müller:'"),)


@pytest.mark.parametrize("text", ["", "Zoë Müller\r\n", "مرحبا 🎉\n", "a\u2028b", "plain"])
def test_a_whole_text_stays_as_it_is(text: str) -> None:
    assert mend(text) == (text, ())


def test_a_change_of_the_number_of_words_is_told_whole() -> None:
    mended, (note,) = mend("voilÃ\xa0la")

    assert mended == "voilàla"
    assert note.text == "'voilÃ\\xa0la' -> 'voilàla'"
