"""The lines of a card to tables that show as something else."""

import re
from collections.abc import Iterator
from itertools import groupby

from qareport.cards.lint.card import ReadCard, SourceLine
from qareport.cards.lint.problems import Fault
from qareport.cards.text.card_text import Edit

_SEPARATOR = re.compile(r"\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?")
_PIPE = re.compile(r"(?<!\\)\|")


def find_tables_without_separator(card: ReadCard) -> Iterator[Fault]:
    """Tables whose header no line of hyphens follows, so that they show as text."""
    for rows in _tables(card):
        if not _is_separator(rows[1]):
            has_other = any(map(_is_separator, rows))
            yield Fault(
                rows[0].number,
                "the table has no line of hyphens below its header and shows as text",
                "put a line such as | --- | --- | below the header",
                mend=None if has_other else _separator(rows[0], card.line_end),
            )


def find_uneven_rows(card: ReadCard) -> Iterator[Fault]:
    """Rows with more or fewer cells than their header."""
    for rows in _tables(card):
        expected = _cells(rows[0])
        if not _is_separator(rows[1]):
            continue
        for row in rows[1:]:
            if _cells(row) != expected:
                yield Fault(
                    row.number,
                    f"the row has {_cells(row)} cells where the header has {expected}",
                    "give every row as many cells as the header; write \\| for a bar in a cell",
                )


def _tables(card: ReadCard) -> Iterator[list[SourceLine]]:
    """Two or more lines that begin with a bar, outside of code."""
    code = card.code_lines()
    body = (line for line in card.lines if line.number >= card.text.body_line)
    groups = groupby(
        body, key=lambda line: line.text.lstrip().startswith("|") and line.number not in code
    )
    for is_table, lines in groups:
        rows = list(lines)
        if is_table and len(rows) > 1:
            yield rows


def _is_separator(row: SourceLine) -> bool:
    return _SEPARATOR.fullmatch(row.text.strip()) is not None


def _cells(row: SourceLine) -> int:
    text = row.text.strip().removeprefix("|")
    ends_with_bar = text.endswith("|") and not text.endswith("\\|")
    return len(_PIPE.findall(text)) + (not ends_with_bar)


def _separator(header: SourceLine, line_end: str) -> Edit:
    """The line of hyphens that a header lacks."""
    end = header.start + len(header.text)
    indent = header.text[: len(header.text) - len(header.text.lstrip())]
    return Edit(end, end, line_end + indent + "|" + " --- |" * _cells(header))
