"""The metadata of a card to YAML, also to YAML that is there, of which all else stays as it is.

A page is edited, not written anew: only the characters of values that change are replaced.
A YAML library that reads and writes it whole would move remarks and change blanks and indents.
"""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import yaml

from qareport.cards.text.card_text import (
    CardText,
    Edit,
    apply_edits,
    join_card,
    line_end,
    with_line_ends,
)
from qareport.cards.text.front_matter import FrontMatter, read_front_matter
from qareport.cards.text.model_index import MODEL_INDEX, index_edits, merge_index, our_model
from qareport.cards.text.yaml_places import Entry, Places, read_places
from qareport.cards.text.yaml_writing import (
    check_json,
    list_edits,
    same_value,
    unite,
    yaml_inline,
    yaml_lines,
)
from qareport.errors import DataError

Metadata = Mapping[str, object]
"""Keys with plain JSON, as `check_metadata` makes sure."""
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
TEXT_IN_LINES = ("|", ">")
"""How YAML marks text that begins on the next line."""


def check_metadata(ours: Metadata) -> None:
    """Nothing, where all values are plain JSON.

    Raises:
        DataError: a value is not, such as NaN or a date; the message names its key.
    """
    check_json(dict(ours))


def dump_metadata(ours: Metadata) -> str:
    """YAML of a new card, which YAML 1.1 and 1.2 both read as these values.

    Raises:
        DataError: a value is no plain JSON.
    """
    check_metadata(ours)
    return yaml_lines({key: ours[key] for key in sorted(ours, key=_rank)})


def merge_metadata(page_yaml: str, ours: Metadata, *, first_line: int = 2) -> str:
    """The YAML of a page with our values in it; all that need not change stays, to the byte.

    Scalars and tables of ours replace the page's; to `UNITED_LISTS` ours are added.
    In the model-index, results whose source name begins with "qareport" are replaced by ours, and
    no other one is touched.
    Keys that we no longer have stay, since we cannot know that they were ours.

    Args:
        page_yaml: Front matter that is there, without the lines `---`.
        ours: Our keys with their values.
        first_line: Line of the card on which the YAML begins.

    Raises:
        DataError: ours is no plain JSON, or the page is malformed or has a key twice; the message
            begins with the line.
    """
    check_metadata(ours)
    whole = page_yaml if page_yaml.endswith("\n") or not page_yaml else f"{page_yaml}\n"
    page = _read(whole, first_line)
    editor = _Editor(page, read_places(whole, first_line))
    entries = editor.entries()
    merged = dict(page.values) | {
        key: _merge_value(page, key, ours[key], entries.get(key)) for key in ours
    }
    if same_value(merged, page.values):
        return page_yaml
    ending = line_end(page_yaml)
    edits = [
        Edit(edit.start, edit.end, with_line_ends(edit.text, ending))
        for edit in editor.edits(ours, merged)
    ]
    edited = apply_edits(whole, edits)
    _check_reads_as(edited, merged, first_line)
    return edited


def _rank(key: str) -> int:
    if key == MODEL_INDEX:
        return len(KEY_ORDER) + 1
    return KEY_ORDER.index(key) if key in KEY_ORDER else len(KEY_ORDER)


def _read(text: str, first_line: int) -> FrontMatter:
    """The page's values, each key once."""
    above = "\n" * (first_line - 2)
    page = read_front_matter(CardText(f"{above}{join_card(text, '').text}", text, ""))
    for path, line in page.duplicates:
        raise DataError(f"line {line}: {path[-1]!r} stands twice; delete one of them")
    return page


def _check_reads_as(edited: str, merged: Mapping[str, object], first_line: int) -> None:
    """Refuse a page whose anchors or marks of types make our edits mean something else."""
    try:
        values = _read(edited, first_line).values
    except DataError:
        values = {}
    for key, value in merged.items():
        if key not in values or not same_value(values[key], value):
            raise DataError(
                f"line {first_line}: the metadata cannot be edited at {key!r};"
                " write it without anchors, aliases and marks of types"
            )


def _merge_value(page: FrontMatter, key: str, ours: object, entry: Entry | None) -> object:
    there = page.values.get(key)
    if there is None or same_value(there, ours):
        return ours
    if key == MODEL_INDEX:
        return merge_index(page, our_model(ours))
    if key not in UNITED_LISTS:
        return ours
    if isinstance(there, dict):
        raise DataError(f"line {page.line((key,))}: {key!r} is no list; mend it first")
    return unite(there, ours, entry.node if entry else None)


@dataclass(frozen=True, slots=True)
class _Editor:
    """The page as values and as text."""

    page: FrontMatter
    places: Places

    def entries(self) -> Mapping[str, Entry]:
        """The page's keys, in order."""
        root = self.places.root
        return {entry.key: entry for entry in self.places.keys(root)} if root else {}

    def edits(self, ours: Metadata, merged: Mapping[str, object]) -> Iterator[Edit]:
        """What makes the page's text say the merged values."""
        root = self.places.root
        if root is None:
            end = len(self.places.text)
            yield Edit(end, end, dump_metadata(ours))
            return
        if isinstance(root, yaml.MappingNode) and root.flow_style:
            raise self.places.refusal(root, "the metadata stands in braces")
        entries = self.entries()
        said = self.page.values
        changed = [
            key
            for key in sorted(ours, key=_rank)
            if key not in said or not same_value(said[key], merged[key])
        ]
        # What lengthens a key comes before what is put behind it.
        for key in changed:
            if key in entries:
                yield from self._replacements(entries[key], ours[key], merged[key])
        for key in changed:
            if key not in entries:
                yield _insertion(key, merged[key], tuple(entries.values()))

    def _replacements(self, there: Entry, ours: object, merged: object) -> Iterator[Edit]:
        """What makes a key that is there say its merged value."""
        before = self.page.values[there.key]
        node = there.node
        if there.key == MODEL_INDEX and not same_value(merged, ours):
            yield from index_edits(self.places, there, self.page, our_model(ours))
        elif (
            there.key in UNITED_LISTS
            and isinstance(node, yaml.SequenceNode)
            and isinstance(before, list)
            and isinstance(merged, list)
        ):
            yield from list_edits(self.places, node, before, merged)
        elif (
            isinstance(node, yaml.ScalarNode)
            and node.style not in TEXT_IN_LINES
            and (there.key in UNITED_LISTS or not isinstance(merged, dict | list))
        ):
            start, end = node.start_mark.index, self.places.value_end(node)
            blank = " " if self.places.text[:start].endswith(":") else ""
            yield Edit(start, end, blank + yaml_inline(merged))
        else:
            yield Edit(there.start, there.end, _lines(there.key, merged, there.column))


def _insertion(key: str, value: object, entries: Sequence[Entry]) -> Edit:
    """The key behind the nearest that a new card would have before it, or at the end."""
    before = [entry for entry in entries if _rank(entry.key) <= _rank(key) < _rank(MODEL_INDEX)]
    nearest = max(before, key=lambda entry: (_rank(entry.key), entry.start), default=entries[-1])
    return Edit(nearest.end, nearest.end, _lines(key, value, nearest.column))


def _lines(key: str, value: object, column: int) -> str:
    return textwrap.indent(yaml_lines({key: value}), " " * column)
