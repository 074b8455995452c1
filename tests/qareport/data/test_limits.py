"""Tests the limits on what parsers read: sentences, offsets and that nothing slips through."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qareport.data.limits import DEEPEST, LONGEST_NUMBER, LONGEST_STRING, checked_json
from qareport.errors import DataError
from tests.nasty_files import NASTY, VALUES

NESTED = "is nested more than 100 levels deep; make it flatter"
LONG = "has a number of more than 250 characters; round it or put it in quotes"
EXPONENT = "has a number with an exponent of more than 4 digits; round it or put it in quotes"
HALF = (
    "has half of a character (a lone surrogate), which nothing can print or write as UTF-8; "
    "write the whole character or delete it"
)
HUGE = "has a string of more than 16,777,216 bytes; shorten it"


def checked(*pieces: str | bytes, first_line: int = 1, offset: int = 0) -> str:
    encoded = [piece if isinstance(piece, bytes) else piece.encode() for piece in pieces]
    return "".join(
        checked_json(
            encoded, Path("f.json"), refusal=DataError, first_line=first_line, offset=offset
        )
    )


def refusal(*pieces: str | bytes, first_line: int = 1, offset: int = 0) -> str:
    with pytest.raises(DataError) as caught:
        checked(*pieces, first_line=first_line, offset=offset)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"é": 1,\n "a": ' + "[" * 100, f"line 2, column 106 {NESTED}"),
        ("[" * 60 + '{"a":' * 41, f"line 1, column 261 {NESTED}"),
        ('[1,\n"é", ' + "9" * 251 + "]", f"line 2, column 6 {LONG}"),
        ("-" + "9" * 251, f"line 1, column 2 {LONG}"),
        (f"[1.{'0' * 300}e1{'[' * 200}", f"line 1, column 2 {LONG}"),
        ("[" * 101 + "9" * 251, f"line 1, column 101 {NESTED}"),
        ("[1e-00001]", f"line 1, column 3 {EXPONENT}"),
        ('["a", "\\udfff"]', f"line 1, column 8 {HALF}"),
        ('{"\\ud800x": 1}', f"line 1, column 3 {HALF}"),
        ('["\\ud83d\\ud83d\\ude00"]', f"line 1, column 3 {HALF}"),
        ('["\\\\\\uDC00"]', f"line 1, column 5 {HALF}"),
    ],
)
def test_what_is_beyond_a_limit_is_refused_with_line_and_column(text: str, sentence: str) -> None:
    assert refusal(text) == f"f.json: {sentence}"


@pytest.mark.parametrize(
    "text",
    [
        "[" * DEEPEST + "1" + "]" * DEEPEST,
        "[" + "[{}]," * 500 + "1]",
        "-" + "9" * LONGEST_NUMBER,
        "[1e9999]",
        json.dumps(["9" * 1000, "[{" * 1000, "1e99999", '"[' * 500, "\\" * 999, "😀é\u2028"]),
        '["\\ud83d\\ude00", "\\\\ud800", "\\"[[[["]',
        "",
    ],
)
def test_what_is_within_the_limits_comes_through_unchanged(text: str) -> None:
    assert checked(text) == text


def test_a_part_of_a_file_is_located_in_the_whole() -> None:
    assert refusal("[" * 101, first_line=7).startswith("f.json: line 7, column 101 ")
    assert refusal(b'["\xff"]', offset=40) == "f.json: byte 42 is not UTF-8; save the file as UTF-8"


def test_a_string_that_is_too_long_is_refused_with_or_without_blanks_in_it() -> None:
    words = ['["', *["word and " * 8000] * 240]
    letters = ['["', *["x" * 70_000] * 241]

    assert refusal(*words).startswith("f.json: line 1, column 16")
    assert refusal(*words).endswith(HUGE)
    assert refusal(*letters) == f"f.json: line 1, column 3 {HUGE}"


def test_long_strings_count_one_by_one() -> None:
    half = "word " * (LONGEST_STRING // 10)

    assert len(checked("[", json.dumps(half), ",", json.dumps(half + half), "]")) > LONGEST_STRING


@given(text=st.sampled_from(sorted(NASTY.values())) | VALUES, data=st.data())
def test_how_a_file_is_cut_into_pieces_never_matters(text: str, data: st.DataObject) -> None:
    encoded = f'["é\\ud83d\\ude00\\\\", 12, {text}, "\\n"]\n'.encode()
    cuts = sorted(data.draw(st.lists(st.integers(0, min(len(encoded), 400)), max_size=5)))
    pieces = [encoded[a:b] for a, b in zip([0, *cuts], [*cuts, len(encoded)], strict=True)]

    assert outcome(*pieces) == outcome(encoded)


@given(VALUES)
def test_what_comes_through_is_never_refused_for_its_depth_or_digits(text: str) -> None:
    try:
        passed = checked(text)
        json.loads(passed)
    except (DataError, json.JSONDecodeError):
        return
    assert passed == text


def outcome(*pieces: bytes) -> str:
    """What becomes of a file: its text, or the sentence about it."""
    try:
        return checked(*pieces)
    except DataError as error:
        return str(error)
