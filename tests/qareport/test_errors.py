"""Exit codes stand in one table, and any error becomes one sentence."""

import re

import pytest

from qareport.errors import (
    EXIT_CODES,
    CheckError,
    DataError,
    ExitCode,
    UncheckedError,
    UsageError,
    explain,
)
from tests.repository import ROOT

PAGES = ("README.md", "docs/commands.md")


@pytest.mark.parametrize("page", PAGES)
def test_the_pages_have_the_table_of_exit_codes(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")

    rows = re.findall(r"^\| (\d+) \| ([^|]+) \|$", text, flags=re.MULTILINE)

    assert rows == [(str(code.value), meaning) for code, meaning in EXIT_CODES.items()]


def test_every_exit_code_has_its_meaning() -> None:
    assert list(EXIT_CODES) == list(ExitCode)


def test_errors_end_with_codes_of_the_table() -> None:
    kinds = (DataError, UsageError, CheckError, UncheckedError)

    assert [kind.exit_code for kind in kinds] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (DataError("a.json: is empty"), "a.json: is empty"),
        (DataError("caf\udce9: is empty"), "caf\\udce9: is empty"),
        (FileNotFoundError(2, "No such file", "a"), "FileNotFoundError: a: No such file"),
        (OSError("no answer"), "OSError: no answer"),
        (ValueError("one\n  two"), "ValueError: one two"),
        (ValueError("x" * 400), f"ValueError: {'x' * 300}..."),
        (ValueError(), "ValueError: no reason is given"),
        (
            MemoryError(),
            "MemoryError: no reason is given; take less at once, or a machine with more memory",
        ),
        (
            RecursionError("too deep"),
            "RecursionError: too deep; what is read is nested too deep",
        ),
        (
            UnicodeEncodeError("ascii", "é", 0, 1, "ordinal not in range"),
            (
                "UnicodeEncodeError: 'ascii' codec can't encode character '\\xe9' in position 0: "
                "ordinal not in range; write names and texts in UTF-8"
            ),
        ),
    ],
)
def test_any_error_becomes_one_sentence(error: Exception, sentence: str) -> None:
    assert explain(error) == sentence


def test_the_sentence_says_what_went_on() -> None:
    error = KeyError("title")
    error.add_note("while reading a.json")

    assert explain(error) == "KeyError, while reading a.json: 'title'"
