"""Parses a card's YAML front matter into values, each with its line."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml
from typing_extensions import override

from qareport.cards.text.card_text import CardText
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

KeyPath = tuple[str | int, ...]
"""Keys and indices in lists on the way to a value, such as ("model-index", 0, "name")."""
MAX_VALUES = 100_000
"""Values that aliases may make of a text: a few lines of them can stand for billions."""

CONTINUATIONS = ("but ", "second ")
"""How PyYAML's messages begin where they point at a second line."""
_NUMBER_TAGS = frozenset({"tag:yaml.org,2002:int", "tag:yaml.org,2002:float"})
_ODD_VALUES = (ValueError, ArithmeticError, LookupError, AttributeError, TypeError)
"""What PyYAML lets through for values that their tags do not fit, such as `!!timestamp x`."""


class AliasNode(yaml.ScalarNode):
    """An alias; `target` is the value that it repeats."""

    def __init__(self, target: yaml.Node, event: yaml.AliasEvent) -> None:
        super().__init__("alias", event.anchor)
        self.start_mark = event.start_mark
        self.end_mark = event.end_mark
        self.target = target


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What YAML 1.1 makes of a card's front matter, as huggingface_hub reads it."""

    values: Mapping[str, object]
    """Plain Python: an unquoted `no` is False here, and a date is a date."""
    lines: Mapping[KeyPath, int]
    """Line of the card, from 1, on which each value stands; of a key in a table, the key's."""
    duplicates: tuple[tuple[KeyPath, int], ...]
    """Keys that stand in one table again, with the line of the later; the last one counts."""

    def line(self, path: KeyPath) -> int:
        """The line of a value, or of the nearest table or list that should contain it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_front_matter(card: CardText) -> FrontMatter:
    """The front matter of a card; an empty one where it has none.

    Raises:
        DataError: it is not YAML, beyond a limit, or not a table; the message begins with the line.
    """
    if card.front_matter is None:
        return FrontMatter({}, {}, ())
    node, values = _parse(card, card.front_matter)
    if node is None:
        return FrontMatter({}, {}, ())
    if not isinstance(values, dict):
        raise DataError(f"line {card.front_matter_line}: the metadata is not a table of keys")
    lines: dict[KeyPath, int] = {}
    duplicates: list[tuple[KeyPath, int]] = []
    for path, line in _lines(node, (), card.front_matter_line):
        if path in lines:
            duplicates.append((path, line))
        lines[path] = line
    # A key such as an unquoted `on` is not text in YAML 1.1.
    named = {str(key): value for key, value in values.items()}
    return FrontMatter(named, lines, tuple(duplicates))


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Puts the name of the card's file before messages that begin with a line of it."""
    try:
        yield
    except DataError as error:
        raise DataError(f"{path}: {error}") from error


def compose_nodes(text: str) -> yaml.Node | None:
    """The table or list of a YAML text, aliases as leaves; None where it has only comments.

    Raises:
        yaml.YAMLError: it is not YAML or beyond a limit, or its aliases go in circles or stand for
            too much.
    """
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
    finally:
        loader.dispose()
    if node is not None and _extent(node, {}).values > MAX_VALUES:
        raise yaml.YAMLError("its aliases stand for too much")
    return node


def _parse(card: CardText, text: str) -> tuple[yaml.Node | None, object]:
    try:
        return compose_nodes(text), yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise DataError(_fault(card, error)) from error
    except _ODD_VALUES as error:
        raise DataError(f"line {card.front_matter_line}: is not YAML ({error})") from error


def _lines(node: yaml.Node, path: KeyPath, first_line: int) -> Iterator[tuple[KeyPath, int]]:
    """Every value below a node, with its line; what an alias stands for is not below it."""
    if isinstance(node, yaml.MappingNode):
        last = {str(key.value): value for key, value in node.value}
        for key, value in node.value:
            name = str(key.value)
            yield (*path, name), first_line + key.start_mark.line
            # Below values that do not count, every key would be taken for one that stands twice.
            if value is last[name]:
                yield from _lines(value, (*path, name), first_line)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield (*path, index), first_line + value.start_mark.line
            yield from _lines(value, (*path, index), first_line)


def _fault(card: CardText, error: yaml.YAMLError) -> str:
    line = card.front_matter_line
    problem: str | None = str(error)
    if isinstance(error, yaml.MarkedYAMLError):
        line += error.problem_mark.line if error.problem_mark else 0
        problem = error.problem or error.context
        if isinstance(error, _ExcessError):
            return f"line {line}: {problem}"
        if problem and problem.startswith(CONTINUATIONS):
            problem = f"{error.context}, {problem}"
    elif isinstance(error, yaml.reader.ReaderError):
        line += (card.front_matter or "")[: error.position].count("\n")
        problem = f"character {chr(error.character)!r} is not allowed"
    return f"line {line}: is not YAML ({problem or 'it cannot be read'})"


class _ExcessError(yaml.MarkedYAMLError):
    """A value is beyond a limit."""


class _Loader(yaml.SafeLoader):
    depth = 0

    @override
    def compose_node(self, parent: yaml.Node | None, index: object) -> yaml.Node | None:
        event: yaml.Event = self.peek_event()  # type: ignore[no-untyped-call]  # the stubs leave it bare
        # Collections of the deepest level may hold single values.
        self.depth += 1
        if self.depth > DEEPEST + 1:
            raise _ExcessError(problem=TOO_DEEP, problem_mark=event.start_mark)  # type: ignore[arg-type]  # marks of either parser will do
        node = super().compose_node(parent, index)  # type: ignore[arg-type]  # no index at the root
        self.depth -= 1
        if isinstance(event, yaml.AliasEvent) and node is not None:
            return AliasNode(node, event)
        if isinstance(node, yaml.ScalarNode):
            _refuse_excess(node)
        return node


def _refuse_excess(node: yaml.ScalarNode) -> None:
    """Refuses a number or string that is too long, and one that UTF-8 cannot write."""
    text: str = node.value
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        raise _ExcessError(problem=LONE_SURROGATE, problem_mark=node.start_mark) from error
    if size > LONGEST_NUMBER and node.tag in _NUMBER_TAGS:
        raise _ExcessError(problem=LONG_NUMBER, problem_mark=node.start_mark)
    if size > LONGEST_STRING:
        raise _ExcessError(problem=LONG_STRING, problem_mark=node.start_mark)


@dataclass(frozen=True, slots=True)
class _Extent:
    """What a node stands for, each alias written out."""

    values: int
    levels: int
    """Of lists and tables within one another."""


def _extent(node: yaml.Node, known: dict[yaml.Node, _Extent]) -> _Extent:
    """The extent of a node.

    Raises:
        yaml.YAMLError: aliases nest too deep.
    """
    if node in known:
        return known[node]
    known[node] = _Extent(MAX_VALUES, 0)  # until it is known, for aliases in circles
    inner = [_extent(each, known) for each in _below(node)]
    levels = max((each.levels for each in inner), default=0) + isinstance(node, yaml.CollectionNode)
    if levels > DEEPEST:
        raise _ExcessError(problem=TOO_DEEP, problem_mark=node.start_mark)
    known[node] = _Extent(1 + sum(each.values for each in inner), levels)
    return known[node]


def _below(node: yaml.Node) -> list[yaml.Node]:
    """The entries of a list, the keys and values of a table, or what an alias repeats."""
    if isinstance(node, AliasNode):
        return [node.target]
    if isinstance(node, yaml.MappingNode):
        return [each for pair in node.value for each in pair]
    return node.value if isinstance(node, yaml.SequenceNode) else []
