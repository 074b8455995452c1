"""Provides pieces of JSON that parsers fail at, and builds files with them for each reader."""

import json
from collections.abc import Mapping

from hypothesis import strategies as st

from tests.squad_json import QUESTION, ROW, raw_squad_json

DEEP = "[" * 20_000 + "]" * 20_000
DIGITS = "9" * 5000
NASTY: Mapping[str, str] = {
    "depth": DEEP,
    "depth never closed": '{"a":[' * 10_000,
    "digits": DIGITS,
    "digits of a fraction": f"-0.{DIGITS}",
    "exponent": "1e99999999999999999999",
    "surrogate": '"\\udfff"',
    "surrogates in the wrong order": '"\\udc00\\ud800"',
    "surrogate in a key": '{"\\ud800": 1}',
    "repeated key": '{"a": 1, "a": 2}',
    "cut off": '{"a": [1, "',
    "nothing": "",
    "backslash": '"\\',
    "control character": '"\x01"',
}
STRANGE = st.sampled_from(sorted(NASTY.values())) | st.sampled_from(
    [
        "NaN",
        "-Infinity",
        "1e999",
        "null",
        '"\\ud83d\\ude00"',
        "12345678901234567890123",
        "01",
        "\ufeff",
    ]
)
"""Values of which some readers refuse some and take others."""
ORDINARY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
).map(json.dumps)
VALUES = STRANGE | ORDINARY | st.text('{}[]",:\\u019e-.dDfF \n', max_size=40)
"""What stands where a file has a value: JSON or nearly so."""


def squad_with(value: str) -> str:
    """A data set whose question has this value too."""
    return raw_squad_json(QUESTION).replace('{"id"', f'{{"more": {value}, "id"')


def squad_with_start(value: str) -> str:
    """A data set whose answer starts at this value."""
    return raw_squad_json(QUESTION).replace('"answer_start": 0', f'"answer_start": {value}')


def squad_with_id(value: str) -> str:
    """A data set whose question has this id."""
    return raw_squad_json(QUESTION).replace('"id": "q"', f'"id": {value}')


def json_lines_with(value: str) -> str:
    """A row whose second line has this value too."""
    row = json.dumps(ROW)
    return f'{row}\n{row[:-1]}, "more": {value}}}\n'.replace('"id": "q"', '"id": "r"', 1)


def entry_with(value: str) -> str:
    """A file of predictions, or of no-answer values, with this entry."""
    return f'{{"q": {value}}}'
