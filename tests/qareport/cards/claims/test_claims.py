"""A claim knows its digits."""

import json
from dataclasses import replace

import pytest

from qareport.cards.claims.claims import claims_json
from tests.claim_builders import claim


@pytest.mark.parametrize(
    ("text", "is_fraction", "decimals"),
    [("79.50", False, 2), ("80", False, 0), ("0.795", True, 1), ("0.8", True, -1)],
)
def test_digits_are_those_of_the_percent(text: str, *, is_fraction: bool, decimals: int) -> None:
    assert replace(claim(text=text), is_fraction=is_fraction).decimals == decimals


def test_claims_are_told_as_json() -> None:
    (told,) = json.loads(claims_json((claim(text="79.5"),)))

    assert (told["line"], told["form"], told["measure"]) == (1, "table", "exact")
    assert (told["subset"], told["value"], told["text"]) == ("all", 79.5, "79.5")
