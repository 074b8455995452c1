"""A list of a page and ours to one that has both, the page's entries first and as they are."""

from collections.abc import Iterator, Sequence

import yaml

from qareport.cards.text.card_text import Edit
from qareport.cards.text.yaml_text.nodes import AliasNode
from qareport.cards.text.yaml_text.places import Places
from qareport.cards.text.yaml_text.writing import dashed_lines, same_value, yaml_inline


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
