"""Metadata is read as PyYAML reads it, with the line of each value; faults name theirs."""

import datetime as dt
from pathlib import Path

import pytest
import yaml

from qareport.cards.text.card_text import join_card, split_card
from qareport.cards.text.front_matter import AliasNode, compose_nodes, naming, read_front_matter
from qareport.data.limits import (
    DEEPEST,
    LONE_SURROGATE,
    LONG_NUMBER,
    LONG_STRING,
    LONGEST_NUMBER,
    LONGEST_STRING,
    TOO_DEEP,
)
from qareport.errors import DataError

ALIASES = "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 200))
BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]\n" for level in range(1, 9)
)


@pytest.mark.parametrize("card", ["", "# T\n", "---\n---\n", "---\n# only a remark\n---\n"])
def test_a_card_without_metadata_has_no_values(card: str) -> None:
    front_matter = read_front_matter(split_card(card))

    assert (front_matter.values, front_matter.lines, front_matter.duplicates) == ({}, {}, ())


def test_values_are_those_of_yaml_1_1() -> None:
    front_matter = read_front_matter(join_card("a: no\nb: 2026-11-22\nc: '1'\non: 1e3\n", ""))

    assert front_matter.values == {
        "a": False,
        "b": dt.date(2026, 11, 22),
        "c": "1",
        "True": "1e3",
    }


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_each_value_has_its_line(ending: str) -> None:
    card = "---\n# x\nname: a\n\nmodel-index:\n- name: b\n  results:\n  -\n    f1: 1\n---\n"

    front_matter = read_front_matter(split_card(card.replace("\n", ending)))

    assert front_matter.lines == {
        ("name",): 3,
        ("model-index",): 5,
        ("model-index", 0): 6,
        ("model-index", 0, "name"): 6,
        ("model-index", 0, "results"): 7,
        ("model-index", 0, "results", 0): 9,
        ("model-index", 0, "results", 0, "f1"): 9,
    }


@pytest.mark.parametrize(
    ("path", "line"), [(("a", 1), 4), (("a", 7, "x"), 2), (("b",), 1), ((), 1)]
)
def test_what_is_missing_has_the_line_of_what_should_hold_it(
    path: tuple[str | int, ...], line: int
) -> None:
    assert read_front_matter(join_card("a:\n- 1\n- 2\n", "")).line(path) == line


def test_keys_that_stand_twice_are_found_at_every_depth_and_the_last_counts() -> None:
    text = "a: {x: 1}\nb:\n- c: 1\n  d: 2\n  c: 3\na: {x: 1}\na:\n  y: 2\n"

    front_matter = read_front_matter(join_card(text, ""))

    assert front_matter.duplicates == ((("b", 0, "c"), 6), (("a",), 7), (("a",), 8))
    assert front_matter.values["a"] == {"y": 2}
    assert front_matter.line(("a", "y")) == 9
    assert front_matter.line(("a", "x")) == 8


def test_what_an_alias_stands_for_has_the_line_of_the_alias() -> None:
    front_matter = read_front_matter(join_card("a: &a\n  x: [1]\nb:\n- *a\n", ""))

    assert front_matter.values["b"] == [{"x": [1]}]
    assert front_matter.line(("b", 0, "x", 0)) == 5


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\nb: [1\n", "line 4: is not YAML (expected ',' or ']', but got '<stream end>')"),
        ("a: 1\nb: c: d\n", "line 3: is not YAML (mapping values are not allowed here)"),
        ("a: 'x\n", "line 3: is not YAML (found unexpected end of stream)"),
        (
            "a: 1\n\tb: 1\n",
            "line 3: is not YAML (found character '\\t' that cannot start any token)",
        ),
        ("a: 1\nb: \x07\n", "line 3: is not YAML (character '\\x07' is not allowed)"),
        ("a: !!python/object:os.system x\n", "line 2: is not YAML (could not determine a constr"),
        ("a: 1\nb: !x y\n", "line 3: is not YAML (could not determine a constructor for the tag"),
        ("a: 2026-13-45\n", "line 2: is not YAML (month must be in 1..12"),
        ("? [a]\n: 1\n", "line 2: is not YAML (found unhashable key)"),
        ("a: 1\n...\nb: 2\n", "line 4: is not YAML (expected '<document start>', but found"),
        (
            "a: 1\n--- b\n",
            "line 3: is not YAML (expected a single document in the stream, but found another",
        ),
        ("a: &a 1\nb: &a 2\n", "line 3: is not YAML (found duplicate anchor 'a'; first"),
        ("- a\n", "line 2: the metadata is not a table of keys"),
        ("text\n", "line 2: the metadata is not a table of keys"),
        ("a: &a [*a]\n", "line 2: is not YAML (its aliases stand for too much"),
        ("a:\n- " + "[" * 600 + "]" * 600 + "\n", f"line 3: {TOO_DEEP}"),
        ("a: &a0 [1]\n" + ALIASES, f"line 102: {TOO_DEEP}"),
        (f"a: 1\nb: {'9' * 251}\n", f"line 3: {LONG_NUMBER}"),
        (f"a: 0x{'f' * 5000}\n", f"line 2: {LONG_NUMBER}"),
        (f"a: 1{':1' * 5000}\n", f"line 2: {LONG_NUMBER}"),
        ('a: "\\ud83d\\ude00"\n', f"line 2: {LONE_SURROGATE}"),
        pytest.param(
            f"a: !!str |\n  {'x' * LONGEST_STRING}\n",
            f"line 2: {LONG_STRING}",
            marks=pytest.mark.slow,
            id="long",
        ),
    ],
)
def test_what_is_no_metadata_is_refused_with_its_line(text: str, message: str) -> None:
    with pytest.raises(DataError) as refusal:
        read_front_matter(join_card(text, ""))

    assert str(refusal.value).startswith(message)


def test_metadata_within_the_limits_is_read() -> None:
    deepest = "[" * (DEEPEST - 1) + "1" + "]" * (DEEPEST - 1)
    text = f"a: {deepest}\nb: '{'9' * 5000}'\nc: {'9' * LONGEST_NUMBER}\nd: 😀\n"

    values = read_front_matter(join_card(text, "")).values

    assert values["b"] == "9" * 5000
    assert values["c"] == int("9" * LONGEST_NUMBER)
    assert values["d"] == "😀"


def test_a_fault_is_named_with_the_file_of_the_card() -> None:
    with (
        pytest.raises(DataError, match=r"^README.md: line 3: is not YAML"),
        naming(Path("README.md")),
    ):
        read_front_matter(join_card("a: [\n", ""))


def test_an_alias_stands_where_it_is_written() -> None:
    node = compose_nodes("a: &x [1]\nb: *x\n")

    assert isinstance(node, yaml.MappingNode)
    alias = node.value[1][1]
    assert isinstance(alias, AliasNode)
    assert isinstance(alias.target, yaml.SequenceNode)
    assert (alias.start_mark.line, alias.start_mark.column) == (1, 3)


def test_text_without_values_has_no_node() -> None:
    assert compose_nodes("# only a remark\n") is None


@pytest.mark.parametrize("text", [BOMB, "a: &a [*a]\n", "a: &a {b: {c: *a}}\n"])
def test_aliases_in_circles_or_for_too_much_are_refused(text: str) -> None:
    with pytest.raises(yaml.YAMLError, match="aliases"):
        compose_nodes(text)


def test_an_alias_of_nothing_is_refused() -> None:
    with pytest.raises(yaml.YAMLError, match="undefined alias"):
        compose_nodes("a: *b\n")
