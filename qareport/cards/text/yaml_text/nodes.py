"""YAML to nodes that know where they stand in the text."""

import yaml
from typing_extensions import override

MAX_VALUES = 100_000
"""Values that aliases may make of a text: a few lines of them can stand for billions."""


class AliasNode(yaml.ScalarNode):
    """Stands where an alias stands; `target` is what it repeats."""

    def __init__(self, target: yaml.Node, event: yaml.AliasEvent) -> None:
        super().__init__("alias", event.anchor)
        self.start_mark = event.start_mark
        self.end_mark = event.end_mark
        self.target = target


def compose_nodes(text: str) -> yaml.Node | None:
    """The table or list of a YAML text, aliases as leaves; None where it has only comments.

    Raises:
        yaml.YAMLError: it is no YAML, or its aliases go in circles or stand for too much.
    """
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
    finally:
        loader.dispose()
    if node is not None and _count(node, {}) > MAX_VALUES:
        raise yaml.YAMLError("its aliases stand for too much")
    return node


class _Loader(yaml.SafeLoader):
    @override
    def compose_node(self, parent: yaml.Node | None, index: object) -> yaml.Node | None:
        event: object = self.peek_event()  # type: ignore[no-untyped-call]  # the stubs leave it bare
        node = super().compose_node(parent, index)  # type: ignore[arg-type]  # no place at the root
        if isinstance(event, yaml.AliasEvent) and node is not None:
            return AliasNode(node, event)
        return node


def _count(node: yaml.Node, counts: dict[yaml.Node, int]) -> int:
    """Values that a node stands for, each alias written out."""
    if node in counts:
        return counts[node]
    counts[node] = MAX_VALUES  # as long as it is being counted, for aliases in circles
    if isinstance(node, AliasNode):
        total = 1 + _count(node.target, counts)
    elif isinstance(node, yaml.MappingNode):
        total = 1 + sum(_count(key, counts) + _count(value, counts) for key, value in node.value)
    elif isinstance(node, yaml.SequenceNode):
        total = 1 + sum(_count(value, counts) for value in node.value)
    else:
        total = 1
    counts[node] = total
    return total
