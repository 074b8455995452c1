"""Aliases are leaves, and cannot make a small text stand for a huge one."""

import pytest
import yaml

from qareport.cards.text.yaml_text.nodes import AliasNode, compose_nodes

BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]\n" for level in range(1, 9)
)


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
