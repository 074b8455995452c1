"""Finds metadata that is missing, not YAML, or has a key twice."""

from collections.abc import Iterator
from itertools import takewhile

from qareport.cards.lint.card import ReadCard
from qareport.cards.lint.metadata.schema import spell
from qareport.cards.lint.problems import Problem
from qareport.cards.text.card_text import Edit

_OBJECT_TAG = "python/"


def find_missing_block(card: ReadCard) -> Iterator[Problem]:
    """A card without metadata, or with an empty block."""
    if card.yaml_fault is None and not card.front_matter.values:
        yield Problem(
            1,
            "the card has no metadata",
            "begin the file with a line ---, the metadata, and another line ---",
            hub_message="empty or missing yaml metadata in repo card",
        )


def find_broken_yaml(card: ReadCard) -> Iterator[Problem]:
    """Metadata that no reader understands."""
    fault = card.yaml_fault
    if fault is not None and _OBJECT_TAG not in fault.message:
        yield Problem(
            fault.line,
            f"the metadata {fault.message}",
            "write keys and values as YAML, such as `license: mit`",
            hub_message=f"YAML Metadata Error: {fault.message}",
        )


def find_python_objects(card: ReadCard) -> Iterator[Problem]:
    """Values that Python wrote as its own objects, which safe readers refuse."""
    fault = card.yaml_fault
    if fault is not None and _OBJECT_TAG in fault.message:
        yield Problem(
            fault.line,
            "the metadata contains a Python object",
            "write the number or string itself, as float(value) or str(value) gives it",
            hub_message=f"YAML Metadata Error: {fault.message}",
        )


def find_duplicate_keys(card: ReadCard) -> Iterator[Problem]:
    """Keys that stand twice in one table."""
    for path, line in card.front_matter.duplicates:
        yield Problem(
            line,
            f"{spell(path)!r} stands here a second time",
            "keep one of the two",
            hub_message=f"duplicated mapping key ({line}:1)",
            mend=_drop_equal_block(card, line) if len(path) == 1 else None,
        )


def _drop_equal_block(card: ReadCard, line: int) -> Edit | None:
    """The lines of a key, gone; None where the block before it with its key has other lines."""
    block = _block(card, line)
    key = block[0].partition(":")[0]
    earlier = [
        _block(card, number)
        for number in range(card.text.front_matter_line, line)
        if card.lines[number - 1].text.partition(":")[0] == key
    ]
    return card.whole_lines(line, line + len(block) - 1) if earlier[:1] == [block] else None


def _block(card: ReadCard, line: int) -> list[str]:
    """A line at the left margin of the metadata, and all down to the next key there."""
    below = [each.text.rstrip() for each in card.lines[line:]]
    belonging = takewhile(
        lambda text: not text or (text[0] in " -#" and not text.startswith("---")), below
    )
    return [card.lines[line - 1].text.rstrip(), *belonging]
