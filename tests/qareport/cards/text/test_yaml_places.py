"""Keys and entries of YAML are found where they stand, remarks on their lines with them."""

import pytest
import yaml

from qareport.cards.text.yaml_places import AliasNode, Places, compose_nodes, read_places
from qareport.errors import DataError

BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]\n" for level in range(1, 9)
)


def root_of(places: Places) -> yaml.Node:
    assert places.root is not None
    return places.root


def spans(text: str, key: str | None = None) -> list[str]:
    """The lines of each key at the top, or of each entry of a list."""
    places = read_places(text, 2)
    root = root_of(places)
    found = places.keys(root) if key is None else places.entries(places.key(root, key).node)
    return [text[entry.start : entry.end] for entry in found]


@pytest.mark.parametrize(
    "lines",
    [
        ["a: 1   # x\n", "b:\n- 1\n- c: 2 # y\n"],
        ["a: |\n  x\n\n", "b: >-\n  y\n"],
        ["a:\n", "b: {c:\n  1} # z\n"],
        ["a: x\n  y\n", "b: 'p\n\n  q'\n"],
        ["a: &a [1]\r\n", "b: *a\r\n"],
        ["? a\n: 1\n", '"b": 2'],
        ["a:\n  b:\n    c:\n", "d:\n-\n"],
    ],
)
def test_a_key_has_all_its_lines(lines: list[str]) -> None:
    assert spans("".join(lines)) == lines


def test_remarks_and_blank_lines_below_a_key_are_not_of_it() -> None:
    assert spans("# top\na:\n- 1\n# of b\n\nb: 2\n\n# end\n") == ["a:\n- 1\n", "b: 2\n"]


@pytest.mark.parametrize(
    "text",
    [
        "a:\n- 1 # x\n- b:\n  - 2\n  - 3\n",
        "a:\n    - 1\n    - - 2\n      - 3\nb: 1\n",
        "a: &a\n-\n  x: 1\n- |\n  y\n",
    ],
)
def test_entries_of_a_list_are_found_by_their_own_dashes(text: str) -> None:
    assert len(spans(text, "a")) == 2
    assert all(lines.lstrip().startswith("-") for lines in spans(text, "a"))


@pytest.mark.parametrize("text", ["a: [1]\n", "b: &b [1]\na: *b\n", "a: 1\n"])
def test_entries_of_what_is_no_list_with_dashes_are_refused(text: str) -> None:
    with pytest.raises(DataError, match=r"^line [23]: the list stands in brackets or as an alias"):
        spans(text, "a")


def test_entries_on_the_line_of_another_list_are_refused() -> None:
    places = read_places("- - 1\n  - 2\n", 2)
    inner = root_of(places).value[0]

    with pytest.raises(DataError, match=r"^line 2: the list shares a line with another"):
        places.entries(inner)


def test_a_value_that_is_no_table_has_no_keys() -> None:
    places = read_places("- 1\n", 2)

    assert places.keys(root_of(places)) == ()


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
