"""Writes a card's metadata as YAML, and merges it into the front matter of a card.

Only those of our keys that change are written, each of them whole; every other byte stays.
"""

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import yaml

from qareport.cards.text.card_text import (
    CardText,
    Edit,
    apply_edits,
    line_end,
    replace_parts,
    with_line_ends,
)
from qareport.cards.text.front_matter import FrontMatter, compose_nodes, read_front_matter
from qareport.cards.text.model_index import MODEL_INDEX, merge_index, our_model
from qareport.cards.text.yaml_writing import check_json, same_value, unite, yaml_lines
from qareport.errors import DataError

Metadata = Mapping[str, object]
"""Keys with plain JSON, as `check_json` makes sure."""
KEY_ORDER = (
    "language",
    "license",
    "license_name",
    "license_link",
    "library_name",
    "pipeline_tag",
    "base_model",
    "base_model_relation",
    "datasets",
    "metrics",
    "tags",
    "co2_eq_emissions",
    "thumbnail",
)
"""Of a new card; other keys follow, and the model-index stands last."""
UNITED_LISTS = frozenset({"datasets", "language", "metrics", "tags"})
"""Lists to which we only add; one entry may stand without a list."""


def dump_metadata(ours: Metadata) -> str:
    """YAML of a new card, which YAML 1.1 and 1.2 both read as these values.

    Raises:
        DataError: a value is not plain JSON; the message names its key.
    """
    check_json(dict(ours))
    return yaml_lines({key: ours[key] for key in sorted(ours, key=_rank)})


def merge_metadata(page: CardText, ours: Metadata) -> str:
    """The YAML of a page with our values in it.

    A key of ours whose value changes is written anew, from its line to the end of its value, and
    loses the remarks inside; all else stays, to the byte.
    Scalars and tables of ours replace the page's; to `UNITED_LISTS` ours are added.
    In the model-index, results whose source name begins with "qareport" are replaced by ours; the
    other ones keep their values and the way in which each is written.
    Keys that we no longer have stay, since we cannot know that they were ours.

    Raises:
        DataError: a value of ours is not plain JSON, or the page is malformed, has a key twice, or
            refers to a key that changes; the message begins with the line.
    """
    check_json(dict(ours))
    there = read_front_matter(page)
    for path, line in there.duplicates:
        raise DataError(f"line {line}: {path[-1]!r} stands twice; delete one of them")
    text = page.front_matter or ""
    nodes = _value_nodes(text)
    written = {
        key: yaml_lines({key: _merge_value(there, nodes, key, ours[key])})
        for key in sorted(ours, key=_rank)
    }
    merged = {**there.values, **{key: yaml.safe_load(written[key])[key] for key in ours}}
    changed = {
        key: lines
        for key, lines in written.items()
        if key not in there.values or not same_value(there.values[key], merged[key])
    }
    if not changed:
        return text
    edited = apply_edits(text, _edits(page, changed))
    if not _reads_as(replace_parts(page, edited, ""), merged):
        raise DataError(
            f"line {page.front_matter_line}: {', '.join(map(repr, changed))} cannot be replaced"
            " without changing other keys; write them without anchors and marks of types"
        )
    return edited


def _rank(key: str) -> int:
    if key == MODEL_INDEX:
        return len(KEY_ORDER) + 1
    return KEY_ORDER.index(key) if key in KEY_ORDER else len(KEY_ORDER)


def _value_nodes(text: str) -> Mapping[str, yaml.Node]:
    """How each key's value is written; for an alias or `<<`, what that stands for."""
    loader = yaml.SafeLoader(text)
    root = loader.get_single_node()
    if root is None:
        return {}
    loader.construct_document(root)  # puts what `<<` names into the tables
    return {str(key.value): value for key, value in root.value}


def _merge_value(
    page: FrontMatter, nodes: Mapping[str, yaml.Node], key: str, ours: object
) -> object:
    there = page.values.get(key)
    if there is None or same_value(there, ours):
        return ours
    if key == MODEL_INDEX:
        return merge_index(page, nodes[key], our_model(ours))
    if key not in UNITED_LISTS:
        return ours
    if isinstance(there, dict):
        raise DataError(f"line {page.line((key,))}: {key!r} is not a list; mend it first")
    return unite(there, nodes[key], ours)


@dataclass(frozen=True, slots=True)
class _KeyLines:
    """The lines of a key with its value."""

    start: int
    end: int
    """Behind the last line end."""
    indent: int
    remark: str
    """With the blanks before it, where key and value stand on one line."""


def _edits(page: CardText, changed: Mapping[str, str]) -> Iterator[Edit]:
    """What replaces the lines of each key that the page has, and adds those of each other one."""
    ending = line_end(page.front_matter or page.text)
    there = _key_lines(page)
    for key, lines in changed.items():
        old = there[key] if key in there else _behind(key, there)
        new = lines.replace("\n", f"{old.remark}\n", 1)
        new = textwrap.indent(new, " " * old.indent)
        yield Edit(old.start, old.end, with_line_ends(new, ending))


def _key_lines(page: CardText) -> Mapping[str, _KeyLines]:
    """The lines of each key at the top, in order."""
    text = page.front_matter or ""
    root = compose_nodes(text)
    if not isinstance(root, yaml.MappingNode):
        return {"": _KeyLines(0, len(text), 0, "")}
    if root.flow_style:
        line = page.front_matter_line + root.start_mark.line
        raise DataError(f"line {line}: the metadata stands in braces; write one key a line")
    return {str(key.value): _lines_of(text, key, value) for key, value in root.value}


def _lines_of(text: str, key: yaml.Node, value: yaml.Node) -> _KeyLines:
    start = key.start_mark.index - key.start_mark.column
    while isinstance(value, yaml.CollectionNode) and not value.flow_style:
        # A table or list in lines ends where the next key begins, behind the remarks between them.
        last = value.value[-1]
        value = last[1] if isinstance(last, tuple) else last
    end = value.end_mark.index
    if not text[:end].endswith("\n"):  # as a text in lines does
        end = text.find("\n", end) + 1
    lines = text[start:end]
    is_one_line = lines.count("\n") == 1
    remark = lines[value.end_mark.index - start :].rstrip("\r\n") if is_one_line else ""
    return _KeyLines(start, end, len(lines) - len(lines.lstrip(" ")), remark)


def _behind(key: str, there: Mapping[str, _KeyLines]) -> _KeyLines:
    """No lines yet, behind the key that stands before this one in a new card, or the last."""
    above = [name for name in there if _rank(name) <= _rank(key) < _rank(MODEL_INDEX)]
    nearest = there[max(reversed(above), key=_rank, default=[*there][-1])]
    return _KeyLines(nearest.end, nearest.end, nearest.indent, "")


def _reads_as(card: CardText, values: Mapping[str, object]) -> bool:
    """Whether a card's metadata has these values; not where an alias has lost its anchor."""
    try:
        return same_value(read_front_matter(card).values, values)
    except DataError:
        return False
