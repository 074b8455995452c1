"""Languages, licences and numbers are taken as people write them."""

import pytest

from qareport.cards.old_cards.pieces import (
    Note,
    NoteKind,
    language_code,
    license_id,
    mend,
    number_or_text,
)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Multilingual", "multilingual"),
        ("German", "de"),
        ("en-US", "en"),
        ("deu", "de"),
        ("Cebuano", "ceb"),
        (False, "no"),
        ("code", "code"),
    ],
)
def test_a_language_is_known_by_code_or_name(written: object, code: str) -> None:
    assert language_code(written) == code


@pytest.mark.parametrize("written", ["noinfo", "", 3, None, True])
def test_what_is_no_language_has_no_code(written: object) -> None:
    assert language_code(written) is None


@pytest.mark.parametrize(
    ("written", "id_"),
    [("Apache 2.0", "apache-2.0"), ("Apache License, Version 2.0", "apache-2.0"), ("MIT", "mit")],
)
def test_a_licence_is_known_by_its_name(written: str, id_: str) -> None:
    assert license_id(written) == id_


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("56", 56),
        ("-3", -3),
        ("3e-5", 3e-5),
        ("0.1", 0.1),
        (".5", 0.5),
        ("True", True),
        ("'linear'", "linear"),
        ("4x V100", "4x V100"),
        ("1.2.3", "1.2.3"),
        ("9" * 30, "9" * 30),
    ],
)
def test_numbers_are_numbers_and_other_values_text(written: str, value: object) -> None:
    read = number_or_text(written)

    assert (read, type(read)) == (value, type(value))


def test_damaged_letters_are_mended_and_named_with_their_line() -> None:
    mended, notes = mend("- a\n- Zoë MÃ¼ller: `x`\n")

    assert mended == "- a\n- Zoë Müller: `x`\n"
    assert notes == (Note(2, NoteKind.MENDED, "'MÃ¼ller:' -> 'Müller:'"),)


@pytest.mark.parametrize("text", ["", "Zoë Müller\r\n", "مرحبا 🎉\n", "a\u2028b", "plain"])
def test_a_whole_text_stays_as_it_is(text: str) -> None:
    assert mend(text) == (text, ())


def test_a_change_of_the_number_of_words_is_reported_whole() -> None:
    mended, (note,) = mend("voilÃ\xa0la")

    assert mended == "voilàla"
    assert note.text == "'voilÃ\\xa0la' -> 'voilàla'"
