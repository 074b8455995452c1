"""Values that we write are read as the same values, by YAML 1.1 and 1.2 alike."""

import math

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as some
from ruamel.yaml import YAML

from qareport.cards.text.card_text import apply_edits
from qareport.cards.text.yaml_places import read_places
from qareport.cards.text.yaml_writing import (
    check_json,
    dashed_lines,
    list_edits,
    same_value,
    unite,
    yaml_inline,
    yaml_lines,
)
from qareport.errors import DataError

MISREAD = (
    *("no", "yes", "on", "Off", "true", "null", "~", "", "2026-11-22", "1.10", "1e3", "1E-3"),
    *("0x1f", "0o17", "017", "0b1", "12:30:00", "1_000", ".5", "5.", "-1", "+1", ".inf", ".nan"),
    *(" a", "a ", "#a", "a #b", "a: b", "- a", "[a", "{a", "*a", "&a", "!a", "%a", "@a", "`a"),
    *(
        "|",
        ">",
        "?",
        "'",
        '"',
        "=",
        "<<",
        "---",
        "...",
        "a\nb",
        "\n",
        "a\r\nb",
        "\t",
        "\u2028",
        "\x85",
    ),
    *("\ufeffa", "\U0001f600", "\u202eabc", "\x00", "\x7f", "\U0010ffff", "a" * 300, "a b " * 100),
)
VALUES: some.SearchStrategy[object] = some.recursive(
    some.none()
    | some.booleans()
    | some.integers()
    | some.floats(allow_nan=False, allow_infinity=False)
    | some.text()
    | some.sampled_from(MISREAD),
    lambda values: (
        some.lists(values, max_size=4) | some.dictionaries(some.text(), values, max_size=4)
    ),
    max_leaves=10,
)


@given(VALUES)
def test_every_plain_value_is_read_as_it_was_written(value: object) -> None:
    assert same_value(yaml.safe_load(yaml_lines(value)), value)


@given(VALUES)
def test_every_plain_value_fits_on_one_line_between_brackets(value: object) -> None:
    inline = yaml_inline(value)

    assert "\n" not in inline
    assert same_value(yaml.safe_load(f"[{inline}, after]"), [value, "after"])


@pytest.mark.parametrize("text", MISREAD)
def test_text_that_looks_like_something_else_is_text_in_both_versions_of_yaml(text: str) -> None:
    written = yaml_lines({"key": text})

    assert yaml.safe_load(written) == {"key": text}
    assert YAML(typ="safe", pure=True).load(written) == {"key": text}


@pytest.mark.parametrize("number", [0, -7, 10**20, 0.5, -0.0, 1e-7, 1e20, 82.9125, 5e-324])
def test_numbers_stay_numbers_in_both_versions_of_yaml(number: float) -> None:
    written = yaml_lines({"key": number})

    assert same_value(yaml.safe_load(written), {"key": number})
    assert YAML(typ="safe", pure=True).load(written) == {"key": number}


def test_plain_text_is_written_without_quotes_and_never_wrapped() -> None:
    words = "plain words " * 30 + "end"

    assert yaml_lines({"key": words, "ümlaut": "größer"}) == f"key: {words}\nümlaut: größer\n"


def test_a_table_that_stands_twice_is_written_twice() -> None:
    table: object = {"a": 1}

    assert yaml_lines([table, table]) == "- a: 1\n- a: 1\n"


def test_entries_of_a_list_are_indented_with_their_dashes() -> None:
    assert dashed_lines([{"a": 1, "b": [2]}], 2) == "  - a: 1\n    b:\n    - 2\n"
    assert dashed_lines([], 2) == ""


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"a": [1, {"b": math.nan}]}, "a[1].b: nan is no number that a card can hold; leave"),
        ({"a": math.inf}, "a: inf is no number"),
        ({"a": {1: 2}}, "a: key 1 is no text"),
        ({1: 2}, "the metadata: key 1 is no text"),
        ({"a": np.float64(0.5)}, "a: np.float64(0.5) is of type numpy.float64, which a card"),
        ({"a": (1, 2)}, "a: (1, 2) is of type tuple, which"),
        ({1, 2}, "the metadata: {1, 2} is of type set, which"),
    ],
)
def test_what_is_no_plain_json_is_refused_by_its_place(value: object, message: str) -> None:
    with pytest.raises(DataError) as refusal:
        check_json(value)

    assert str(refusal.value).startswith(message)


@given(VALUES)
def test_plain_json_is_accepted(value: object) -> None:
    check_json(value)


@pytest.mark.parametrize(
    ("left", "right"),
    [(1, True), (1, 1.0), ("1", 1), ([1], [1, 1]), ({"a": 1}, {"b": 1}), ([], {})],
)
def test_values_of_another_kind_are_not_the_same(left: object, right: object) -> None:
    assert not same_value(left, right)
    assert not same_value([left], [right])


def test_what_is_no_number_is_the_same_as_itself() -> None:
    assert same_value({"a": math.nan}, {"a": float("nan")})


@pytest.mark.parametrize(
    ("page", "ours", "united"),
    [
        ("[b, a]", ["a", "c"], ["b", "a", "c"]),
        ("a", "a", "a"),
        ("a", "b", ["a", "b"]),
        ("[a]", "a", ["a"]),
        ("[a]", None, ["a"]),
        ("[no]", ["no"], ["no"]),
        ("no", "no", "no"),
        ("[no]", ["yes"], [False, "yes"]),
        ("[1, 1.0, true]", [1, "true"], [1, 1.0, "true"]),
        ("[[a], {b: 1}]", [["a"], {"b": 2}], [["a"], {"b": 1}, {"b": 2}]),
        ("[1]", ["1"], ["1"]),
    ],
)
def test_what_both_say_stands_once(page: str, ours: object, united: object) -> None:
    result = unite(yaml.safe_load(page), ours, read_places(page, 2).root)

    assert repr(result) == repr(united)


def test_a_list_that_is_not_written_where_it_counts_is_united_by_its_values() -> None:
    assert unite(["a", False], ["no"], None) == ["a", False, "no"]


@pytest.mark.parametrize(
    ("text", "united", "edited"),
    [
        ("- a # x\n- no\n# end\n", ["a", "no", "c"], "- a # x\n- 'no'\n- c\n# end\n"),
        ("[a, no]\n", ["a", "no", "c, d"], "[a, 'no', 'c, d']\n"),
        ("[ ]\n", ["c", "d"], "[c, d ]\n"),
        ("[a]\n", ["a"], "[a]\n"),
    ],
)
def test_only_what_differs_is_edited(text: str, united: list[object], edited: str) -> None:
    places = read_places(text, 2)
    root = places.root
    assert isinstance(root, yaml.SequenceNode)

    edits = list_edits(places, root, yaml.safe_load(text), united)

    assert apply_edits(text, edits) == edited
