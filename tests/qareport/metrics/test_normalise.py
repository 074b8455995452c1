"""Golden cases of the official normalisation, each seen by running evaluate-v2.0.py."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qareport.metrics.normalisers import normalise, tokenise

NORMALISED = {
    "N1": {
        "the-Beatles": "thebeatles",
        "The Beatles": "beatles",
        "U.S.A.": "usa",
        "A.N. Other": "other",
        "a": "",
        "An!": "",
        "'a'": "",
        "A-a": "aa",
        "an-the": "anthe",
        "theatre": "theatre",
    },
    "N2": {
        "$5.00": "500",
        "1,000": "1000",
        "1.5": "15",
        "-5": "5",
        "5%": "5",
        "x_y": "xy",
        "the_a": "thea",
    },
    "N3": {
        "mid-1990s": "mid1990s",
        "mid 1990s": "mid 1990s",
        "1990\u20131995": "1990\u20131995",
        "1990-1995": "19901995",
    },
    "N4": {
        "l\u2019an 2000": "l\u2019 2000",
        "l'an 2000": "lan 2000",
        "the\u2019s a": "\u2019s",
        "don't": "dont",
        "don\u2019t": "don\u2019t",
    },
    "N5": {
        "\u0130stanbul": "i\u0307stanbul",
        "\u00a0nbsp\u00a0x": "nbsp x",
        "zero\u200bwidth": "zero\u200bwidth",
        "\u03a3\u038a\u03a3": "\u03c3\u03af\u03c2",
        "\uff21\uff22": "\uff41\uff42",
    },
    "N6": {
        "\u201cquoted\u201d": "\u201cquoted\u201d",
        "\u5317\u4eac\u3002": "\u5317\u4eac\u3002",
        "\u00bd": "\u00bd",
        "10\u00b0": "10\u00b0",
    },
    "N8": {"a b\tc\nd": "b c d"},
}


@pytest.mark.parametrize(
    ("text", "normalised"),
    [
        pytest.param(text, normalised, id=f"{case}-{text!a}")
        for case, pairs in NORMALISED.items()
        for text, normalised in pairs.items()
    ],
)
def test_a_text_is_normalised_as_by_the_official_script(text: str, normalised: str) -> None:
    assert normalise(text) == normalised


def test_an_empty_text_has_no_words() -> None:
    assert tokenise("") == []


def test_words_are_those_of_the_normalised_text() -> None:
    assert tokenise("The Duke of  York!") == ["duke", "of", "york"]


@given(st.text())
def test_words_joined_by_spaces_are_the_normalised_text(text: str) -> None:
    assert " ".join(tokenise(text)) == normalise(text)
