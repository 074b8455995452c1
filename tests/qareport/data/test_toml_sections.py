"""Tests that TOML beyond the limits is refused in one sentence, and all other TOML is read."""

import tomllib

import pytest

from qareport.data.limits import (
    DEEPEST,
    LONG_NUMBER,
    LONG_STRING,
    LONGEST_NUMBER,
    LONGEST_STRING,
    TOO_DEEP,
)
from qareport.data.toml_tables import parse_toml
from qareport.errors import SectionError

QUOTES, TICKS = '"' * 3, "'" * 3


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a = 1\nb = " + "[" * 100_000, f"line 2 {TOO_DEEP}"),
        ("a = " + "{a = " * 1000, f"line 1 {TOO_DEEP}"),
        ("a." * 100_000 + "b = 1", f"line 1 {TOO_DEEP}"),
        ("a = 1\n[" + "a . \"b.\" . 'c'." * 40 + "d]", f"line 2 {TOO_DEEP}"),
        ("a = " + "9" * 5000, f"line 1 {LONG_NUMBER}"),
        ("a = -0x" + "f" * 300, f"line 1 {LONG_NUMBER}"),
        ("a = [1.5,\n 0." + "1" * 300 + "]", f"line 2 {LONG_NUMBER}"),
        (f'a = """{"x" * LONGEST_STRING}"""', f"line 1 {LONG_STRING}"),
        ("a =", "is not valid TOML (Invalid value (at end of document))"),
        ("\x07", "is not valid TOML ("),
        ('a = "\\udfff"', "is not valid TOML (Escaped character is not a Unicode scalar value"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(SectionError) as caught:
        parse_toml(text)

    assert str(caught.value).startswith(sentence)


@pytest.mark.parametrize(
    "text",
    [
        f"a = {QUOTES}x{QUOTES}\"\"\nb = {TICKS}y{TICKS}'\nc = '{'[' * 200}'",
        "[a]\nb = 1\n",
        "a = " + "[" * DEEPEST + "]" * DEEPEST,
        "a." * (DEEPEST - 1) + "b = 1",
        "[[a]]\n" * 500,
        "a = [" + "1.5, " * 500 + "{b.c = 1}, " * 200 + "]",
        f"a = {'9' * LONGEST_NUMBER}",
        f"# {'[' * 200} {'9' * 300}\na = '{'[' * 200}\"'\nb = \"it's {'{' * 200}\"",
        f'a = \'\'\'{"[" * 200} \'\' "\n\'\'\'\nb = """{"[" * 200} \\""" \'"""',
        f"{'a' * 300} = '{'9' * 300}'\n'{'9' * 300}' = 2026-11-30T10:00:00.5+01:00",
    ],
)
def test_what_is_within_the_limits_is_read_as_python_reads_it(text: str) -> None:
    assert parse_toml(text) == tomllib.loads(text)


def test_a_byte_order_mark_is_skipped() -> None:
    assert parse_toml("\ufeffa = 1") == {"a": 1}
