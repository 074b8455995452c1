"""Reads lines of the form "Key: value" in a section into values for card.toml."""

import re
from collections.abc import Callable, Iterator, Mapping

from qareport.cards.old_cards.front import read_languages
from qareport.cards.old_cards.page_sections import PageBlock
from qareport.cards.old_cards.pieces import (
    Imported,
    TomlValue,
    left_out,
    license_id,
    number_or_text,
)

_PAIR = re.compile(r"\s*(?:[-*+]\s+)?(?P<key>[^:=|`]{1,60}?)\s*(?P<mark>[:=])\s*(?P<value>\S.*)")
_HUB_ID = re.compile(r"(?<![\w./-])[A-Za-z0-9][\w.-]{0,95}/[\w.-]{0,95}\w")
_WORD_TEACHER = re.compile(r"\bteacher\b", re.IGNORECASE)
MARKS = "*_` \t\\"
"""Marks of Markdown around keys and values."""
QUOTES = "\"'"


def read_pair(line: str) -> tuple[str, str] | None:
    """Key and value of a line, without marks; None where it has none."""
    found = _PAIR.fullmatch(line.replace("**", "").rstrip(" \t\\"))
    key, value = (found["key"].strip(MARKS), found["value"].strip(MARKS)) if found else ("", "")
    return (key, value) if key and value else None


def read_key_lines(block: PageBlock) -> tuple[tuple[Imported, ...], PageBlock | None]:
    """What the known keys of a block say, and the block without these lines; None if empty."""
    found: list[Imported] = []
    kept: list[str] = []
    for offset, line in enumerate(block.text.splitlines()):
        pair = read_pair(line)
        reader = KEYS.get(pair[0].lower()) if pair else None
        if pair is None or reader is None:
            kept.append(line)
        else:
            found += reader(block.line + offset, pair[1])
    rest = "\n".join(kept).strip("\n")
    return tuple(found), PageBlock(block.line, block.kind, rest) if rest.strip() else None


def find_teacher(block: PageBlock) -> Iterator[TomlValue]:
    """The model that a sentence calls the teacher."""
    for offset, line in enumerate(block.text.splitlines()):
        for sentence in re.split(r"(?<=[.!?])\s", line):
            named = _HUB_ID.findall(sentence) if _WORD_TEACHER.search(sentence) else []
            if len(named) == 1:
                yield TomlValue(block.line + offset, "teacher", named[0])


def read_hyperparameters(blocks: tuple[PageBlock, ...]) -> Iterator[Imported]:
    """A value for each "key = value", or row of a table with two columns; the rest is named."""
    for block in blocks:
        for offset, line in enumerate(block.text.splitlines()):
            pair = _table_pair(line) if block.kind == "table" else read_pair(line)
            number = block.line + offset
            is_mark = line.strip().startswith(("```", "~~~")) or (
                block.kind == "table" and offset in {0, 1}
            )
            if pair is not None and not is_mark:
                name, value = pair[0].strip(QUOTES), pair[1].rstrip(",")
                yield TomlValue(number, "hyperparameters", {name: number_or_text(value)})
            elif line.strip() and not is_mark:
                yield left_out(number, repr(line.strip()), "is not a hyperparameter with its value")


def _table_pair(line: str) -> tuple[str, str] | None:
    cells = [cell.strip(MARKS) for cell in line.strip().strip("|").split("|")]
    return (cells[0], cells[1]) if len(cells) == 2 and all(cells) else None  # noqa: PLR2004 - pair


def _text(field: str) -> Callable[[int, str], Iterator[Imported]]:
    def read(line: int, value: str) -> Iterator[Imported]:
        yield TomlValue(line, field, value)

    return read


def _model(line: int, value: str) -> Iterator[Imported]:
    """The card's model, or the one that it began with, which such cards name without an owner."""
    yield TomlValue(line, "model_id" if "/" in value else "base_model", value)


def _license(line: int, value: str) -> Iterator[Imported]:
    yield TomlValue(line, "license", license_id(value))


def _languages(line: int, value: str) -> Iterator[Imported]:
    return read_languages(line, [each.strip() for each in re.split(r",|\band\b", value)])


def _date(line: int, value: str) -> Iterator[Imported]:
    yield left_out(line, f"date {value!r}", "dates of cards go stale; records have their own")


KEYS: Mapping[str, Callable[[int, str], Iterator[Imported]]] = {
    "language model": _model,
    "model id": _text("model_id"),
    "language": _languages,
    "languages": _languages,
    "training data": _text("training_data"),
    "infrastructure": _text("infrastructure"),
    "hardware": _text("infrastructure"),
    "license": _license,
    "licence": _license,
    "teacher": _text("teacher"),
    "teacher model": _text("teacher"),
    "base model": _text("base_model"),
    "published": _date,
    "date": _date,
    "created": _date,
    "updated": _date,
    "last updated": _date,
}
"""Keys that cards write as lines, in small letters."""
