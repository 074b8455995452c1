"""Tests that TOML that Python itself fails on is refused in one sentence."""

import pytest

from qareport.data.toml_tables import parse_toml
from qareport.errors import SectionError


@pytest.mark.parametrize("text", ["a = " + "[" * 100_000, "a = " + "9" * 5000, "a =", "\x07"])
def test_what_is_no_toml_is_refused(text: str) -> None:
    with pytest.raises(SectionError, match=r"^is not valid TOML \([^\n]+\)$"):
        parse_toml(text)


def test_tables_are_given_as_they_stand() -> None:
    assert parse_toml("[a]\nb = 1\n") == {"a": {"b": 1}}
