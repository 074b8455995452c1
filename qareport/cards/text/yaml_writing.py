"""Writes plain values as YAML that every reader of cards reads as the same values."""

import math
import re

import yaml
from typing_extensions import override

from qareport.errors import DataError

KINDS = frozenset({str, int, float, bool, type(None)})
"""Of plain values; what only inherits from them, as numbers of numpy do, has another meaning."""
BREAKS = re.compile("[\n\r\x85\u2028\u2029]")
END_OF_DOCUMENT = re.compile(r"\n\.\.\.\n\Z")
"""PyYAML's last line after a text that ends in blank lines; more keys could not follow it."""
NUMBER_OF_YAML_1_2 = re.compile(
    r"[-+]?(?:0o?[0-7_]+|(?:\.[0-9][0-9_]*|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:[eE][-+]?[0-9]+)?)"
)
"""Such as 1e3, which the Hub reads as a number though PyYAML does not."""


class _Dumper(yaml.SafeDumper):
    @override
    def serialize_node(self, node: yaml.Node, parent: object, index: object) -> None:
        """Writes what stands twice twice, without anchors."""
        self.anchors[node] = None
        self.serialized_nodes.clear()
        super().serialize_node(node, parent, index)


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = '"' if BREAKS.search(text) else "'" if NUMBER_OF_YAML_1_2.fullmatch(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)
_Dumper.add_multi_representer(yaml.Node, lambda _, node: node)


def yaml_lines(value: object) -> str:
    """The value in lines; no text is wrapped, and text that looks like something else is quoted.

    A node of YAML in it is written as its author wrote it: 1e3 and 'a' stay so.
    """
    text: str = yaml.dump(
        value,
        Dumper=_Dumper,
        allow_unicode=True,
        default_flow_style=False,
        sort_keys=False,
        width=math.inf,
    )
    return END_OF_DOCUMENT.sub("\n", text)


def check_json(value: object, path: str = "") -> None:
    """Refuse a value that is not plain JSON.

    Raises:
        DataError: it is something else; the message says where and what it is.
    """
    if type(value) is dict:
        for key, below in value.items():
            if type(key) is not str:
                raise DataError(f"{path or 'the metadata'}: key {key!r} is not text")
            check_json(below, f"{path}.{key}" if path else key)
    elif type(value) is list:
        for index, below in enumerate(value):
            check_json(below, f"{path}[{index}]")
    elif type(value) is float and not math.isfinite(value):
        raise DataError(
            f"{path}: {value!r} is not a number that a card can hold; leave the key out"
        )
    elif type(value) not in KINDS:
        kind = f"{type(value).__module__}.{type(value).__qualname__}".removeprefix("builtins.")
        raise DataError(
            f"{path or 'the metadata'}: {value!r} is of type {kind}, which a card cannot hold;"
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
    # As text, since NaN equals nothing, not even itself.
    return type(left) is type(right) and repr(left) == repr(right)


def unite(page: object, node: yaml.Node, ours: object) -> object:
    """What the page says, as its `node` has it, and then what only we say.

    A single value counts as a list of it.
    An entry such as an unquoted `no`, which is not text to every reader, becomes ours where its
    letters are the same.
    """
    values, added = _listed(page), _listed(ours)
    nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
    letters = [each.value for each in nodes if isinstance(each, yaml.ScalarNode)]
    kept = [each.value if each.value in added else each for each in nodes]
    new = [
        value
        for value in added
        if value not in letters and not any(same_value(value, old) for old in values)
    ]
    united = [*kept, *new]
    return united if isinstance(page, list) or len(united) != 1 else united[0]


def _listed(value: object) -> list[object]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
