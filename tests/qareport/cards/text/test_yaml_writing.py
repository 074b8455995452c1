"""Values that we write are read as the same values, by YAML 1.1 and 1.2 alike."""

import math

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as some
from ruamel.yaml import YAML

from qareport.cards.text.yaml_writing import (
    check_json,
    same_value,
    unite,
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


@pytest.mark.parametrize(
    ("node", "written"),
    [
        ("'a'", "- 'a'\n- x\n"),
        ("1e3", "- 1e3\n- x\n"),
        ("no", "- no\n- x\n"),
        ("!!str 12", "- '12'\n- x\n"),
        ("{a: [1,  b]}", "- {a: [1, b]}\n- x\n"),
        ("|\n  a\n  b\n", "- |\n  a\n  b\n- x\n"),
        ("[&a {b: c}, *a]", "- [{b: c}, {b: c}]\n- x\n"),
    ],
)
def test_nodes_are_written_as_their_author_wrote_them(node: str, written: str) -> None:
    assert yaml_lines([yaml.compose(node), "x"]) == written


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (
            {"a": [1, {"b": math.nan}]},
            "a[1].b: nan is not a number that a card can hold; leave the",
        ),
        ({"a": math.inf}, "a: inf is not a number"),
        ({"a": {1: 2}}, "a: key 1 is not text"),
        ({1: 2}, "the metadata: key 1 is not text"),
        ({"a": np.float64(0.5)}, "a: np.float64(0.5) is of type numpy.float64, which a card"),
        ({"a": (1, 2)}, "a: (1, 2) is of type tuple, which"),
        ({1, 2}, "the metadata: {1, 2} is of type set, which"),
    ],
)
def test_what_is_not_plain_json_is_refused_with_its_path(value: object, message: str) -> None:
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
    node = yaml.compose(page)
    assert node is not None

    result = unite(yaml.safe_load(page), node, ours)

    assert repr(yaml.safe_load(yaml_lines(result))) == repr(united)
