"""Finds where the keys and list entries of YAML stand in the text."""

from dataclasses import dataclass

import yaml
from typing_extensions import override

from qareport.errors import DataError

MAX_VALUES = 100_000
"""Values that aliases may make of a text: a few lines of them can stand for billions."""


class AliasNode(yaml.ScalarNode):
    """Stands where an alias stands; `target` is what it repeats."""

    def __init__(self, target: yaml.Node, event: yaml.AliasEvent) -> None:
        super().__init__("alias", event.anchor)
        self.start_mark = event.start_mark
        self.end_mark = event.end_mark
        self.target = target


@dataclass(frozen=True, slots=True)
class Entry:
    """A key with its value, or an entry of a list; offsets are half-open."""

    key: str
    """Empty in a list."""
    node: yaml.Node
    start: int
    """Where its first line begins."""
    end: int
    """Behind the end of its last line, a remark on it included."""
    column: int
    """Of the key, or of the dash."""


@dataclass(frozen=True, slots=True)
class Places:
    """A YAML text, and the places in it."""

    text: str
    root: yaml.Node | None
    dashes: tuple[int, ...]
    """Offsets of the marks of list entries."""
    first_line: int
    """Line of the card on which the text begins."""

    def keys(self, table: yaml.Node) -> tuple[Entry, ...]:
        """The keys that stand in a table; none where it is another kind of value."""
        if not isinstance(table, yaml.MappingNode):
            return ()
        return tuple(
            self._entry(str(key.value), value, key.start_mark.index) for key, value in table.value
        )

    def key(self, table: yaml.Node, name: str) -> Entry:
        """A key of a table.

        Raises:
            DataError: it does not stand there, but for an alias.
        """
        for entry in self.keys(table):
            if entry.key == name:
                return entry
        raise self.refusal(table, f"{name!r} comes from an alias")

    def entries(self, sequence: yaml.Node) -> tuple[Entry, ...]:
        """The entries of a list with dashes.

        Raises:
            DataError: it stands in brackets or as an alias, or shares a line with another list.
        """
        if not isinstance(sequence, yaml.SequenceNode) or sequence.flow_style:
            raise self.refusal(sequence, "the list stands in brackets or as an alias")
        start, end = sequence.start_mark.index, self.value_end(sequence)
        within = [dash for dash in self.dashes if start <= dash < end]
        column = self._column(within[0])
        own = [dash for dash in within if self._column(dash) == column]
        if len(own) != len(sequence.value) or self.text[self._line_start(own[0]) : own[0]].strip():
            raise self.refusal(sequence, "the list shares a line with another")
        return tuple(
            self._entry("", node, dash) for node, dash in zip(sequence.value, own, strict=True)
        )

    def value_end(self, node: yaml.Node) -> int:
        """Offset behind the last character of a value; comments below it are not in it."""
        is_block = isinstance(node, yaml.CollectionNode) and not node.flow_style
        if isinstance(node, yaml.MappingNode) and is_block and node.value:
            return self.value_end(node.value[-1][1])
        if isinstance(node, yaml.SequenceNode) and is_block and node.value:
            return self.value_end(node.value[-1])
        return int(node.end_mark.index)

    def refusal(self, node: yaml.Node, fault: str) -> DataError:
        """The error of a value that cannot be changed where it stands."""
        line = self.first_line + node.start_mark.line
        return DataError(f"line {line}: {fault}; write it out, one entry a line, behind dashes")

    def _entry(self, key: str, node: yaml.Node, start: int) -> Entry:
        line_start = self._line_start(start)
        return Entry(
            key, node, line_start, self._line_end(self.value_end(node)), start - line_start
        )

    def _column(self, offset: int) -> int:
        return offset - self._line_start(offset)

    def _line_start(self, offset: int) -> int:
        return self.text.rfind("\n", 0, offset) + 1

    def _line_end(self, offset: int) -> int:
        """Behind the line end at or after an offset, unless a text in lines has just ended."""
        if self.text[:offset].endswith("\n"):
            return offset
        return self.text.find("\n", offset) + 1 or len(self.text)


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


def read_places(text: str, first_line: int) -> Places:
    """The places of a YAML text that can be read, as `read_front_matter` makes sure of."""
    dashes = (
        token.start_mark.index
        for token in yaml.scan(text, Loader=yaml.SafeLoader)
        if isinstance(token, yaml.BlockEntryToken)
    )
    return Places(text, compose_nodes(text), tuple(dashes), first_line)


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
