"""Writes plain values and lists as YAML that every reader of cards reads as the same values."""

import math
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence

import yaml
from typing_extensions import override

from qareport.cards.text.card_text import Edit
from qareport.cards.text.yaml_places import AliasNode, Places
from qareport.errors import DataError

KINDS = frozenset({str, int, float, bool, type(None)})
"""Of plain values; what only inherits from them, as numbers of numpy do, has another meaning."""
BREAKS = re.compile("[\n\r\x85\u2028\u2029]")
NUMBERS_OF_YAML_1_2: Mapping[str, re.Pattern[str]] = {
    "tag:yaml.org,2002:int": re.compile(r"^[-+]?0o?[0-7_]+$"),
    "tag:yaml.org,2002:float": re.compile(
        r"^[-+]?(?:\.[0-9][0-9_]*|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:[eE][-+]?[0-9]+)?$"
    ),
}
"""Such as 1e3, which the Hub reads as a number though PyYAML does not."""


class _Dumper(yaml.SafeDumper):
    @override
    def ignore_aliases(self, data: object) -> bool:  # the parent's signature
        """Tables that stand twice are written twice."""
        return True


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    # Text with line ends keeps to one line, so that it can take the place of any other.
    style = '"' if BREAKS.search(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)
for tag, pattern in NUMBERS_OF_YAML_1_2.items():
    _Dumper.add_implicit_resolver(tag, pattern, list("-+.0123456789"))


def yaml_lines(value: object) -> str:
    """The value in lines; no text is wrapped, and text that looks like something else is quoted."""
    return _dump(value, is_flow=False)


def yaml_inline(value: object) -> str:
    """The value on one line, to stand in another's place, also between brackets."""
    return _dump([value], is_flow=True).strip()[1:-1]


def dashed_lines(values: Sequence[object], column: int) -> str:
    """Entries of a list in lines, dashes at a column; none for no values."""
    return textwrap.indent(yaml_lines(list(values)), " " * column) if values else ""


def check_json(value: object, place: str = "") -> None:
    """Nothing, where a value is plain JSON.

    Raises:
        DataError: it is not; the message says where and what it is.
    """
    if type(value) is dict:
        for key, below in value.items():
            if type(key) is not str:
                raise DataError(f"{place or 'the metadata'}: key {key!r} is no text")
            check_json(below, f"{place}.{key}" if place else key)
    elif type(value) is list:
        for position, below in enumerate(value):
            check_json(below, f"{place}[{position}]")
    elif type(value) is float and not math.isfinite(value):
        raise DataError(f"{place}: {value!r} is no number that a card can hold; leave the key out")
    elif type(value) not in KINDS:
        kind = f"{type(value).__module__}.{type(value).__qualname__}".removeprefix("builtins.")
        raise DataError(
            f"{place or 'the metadata'}: {value!r} is of type {kind}, which a card cannot hold;"
            " use text, a number, true, false, a list or a table"
        )


def same_value(left: object, right: object) -> bool:
    """Whether two values read from YAML or JSON are alike in kind, too: 1, 1.0 and True differ."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(
            same_value(value, right[key]) for key, value in left.items()
        )
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same_value, left, right))
    # As text, since what is no number equals nothing, not even itself.
    return type(left) is type(right) and repr(left) == repr(right)


def unite(page: object, ours: object, node: yaml.Node | None) -> object:
    """What the page says and then what only we say; a single value counts as a list of it.

    An entry such as an unquoted `no`, which is not text to every reader, becomes ours where its
    letters are the same.
    """
    before, added = _listed(page), _listed(ours)
    letters = _letters(node, len(before))
    mended = [
        value if isinstance(value, str) or text not in added else text
        for value, text in zip(before, letters, strict=True)
    ]
    new = [value for value in added if not any(same_value(value, old) for old in mended)]
    united = [*mended, *new]
    return united if isinstance(page, list) or len(united) != 1 else united[0]


def list_edits(
    places: Places, node: yaml.SequenceNode, before: Sequence[object], united: Sequence[object]
) -> Iterator[Edit]:
    """What turns the text of a list into that of the united one."""
    for item, old, value in zip(node.value, before, united, strict=False):
        if not same_value(old, value):
            yield Edit(item.start_mark.index, places.value_end(item), yaml_inline(value))
    new = list(united[len(before) :])
    if not new:
        return
    if not node.flow_style:
        last = places.entries(node)[-1]
        yield Edit(last.end, last.end, dashed_lines(new, last.column))
        return
    words = yaml_inline(new)[1:-1]
    if node.value:
        end = places.value_end(node.value[-1])
        yield Edit(end, end, f", {words}")
    else:
        start = places.text.index("[", node.start_mark.index) + 1
        yield Edit(start, start, words)


def _dump(value: object, *, is_flow: bool) -> str:
    text: str = yaml.dump(
        value,
        Dumper=_Dumper,
        allow_unicode=True,
        default_flow_style=is_flow,
        sort_keys=False,
        width=math.inf,
    )
    return text


def _listed(value: object) -> list[object]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _letters(node: yaml.Node | None, count: int) -> list[object]:
    """How each entry is written; None for what is no single word."""
    items = node.value if isinstance(node, yaml.SequenceNode) else [node] * count
    return [
        item.value
        if isinstance(item, yaml.ScalarNode) and not isinstance(item, AliasNode)
        else None
        for item in items
    ]
