"""Finds what is broken on a page: links, tables and damaged letters."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from urllib.parse import unquote

import ftfy

from qareport.cards.lint.card import ReadCard, SourceLine
from qareport.cards.lint.problems import Problem
from qareport.cards.text.card_text import Edit

_DIGITS = re.compile(r"\d+")

_NOT_IN_SLUGS = re.compile(r"[^\w\- ]")
_HTML_ANCHOR = re.compile(r"""<[^<>]{0,200}?\b(?:id|name)\s*=\s*["']?([^"'\s<>]{1,200})""")
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//|/", re.IGNORECASE)

_SEPARATOR = re.compile(r"\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?")
_PIPE = re.compile(r"(?<!\\)\|")


def find_damaged_letters(card: ReadCard) -> Iterator[Problem]:
    """Lines such as those that show "Ã¶" for "ö"."""
    for line in card.lines:
        if line.text.isascii():
            continue
        mended = ftfy.fix_encoding(line.text)
        if mended != line.text:
            keeps_figures = _DIGITS.findall(mended) == _DIGITS.findall(line.text)
            yield Problem(
                line.number,
                f"letters are damaged: {_first_difference(line.text, mended)}",
                "save the file as UTF-8 with the right letters",
                mend=line.replaced(mended)
                if keeps_figures and mended.splitlines() == [mended]
                else None,
            )


def find_dead_anchors(card: ReadCard) -> Iterator[Problem]:
    """Links to a section of the page that no heading gives."""
    anchors = {*_heading_slugs(card), *_HTML_ANCHOR.findall(card.text.body)}
    for link in card.markdown.links:
        target = unquote(link.url).removeprefix("#")
        if link.url.startswith("#") and target and target.lower() not in anchors | {"top"}:
            yield Problem(
                link.line,
                f"no heading gives the section {link.url!r}",
                "link to a heading in small letters with hyphens for blanks",
            )


def find_missing_files(card: ReadCard) -> Iterator[Problem]:
    """Links to files that do not lie beside the card."""
    if card.folder is None:
        return
    for link in card.markdown.links:
        path = unquote(re.split(r"[?#]", link.url, maxsplit=1)[0])
        if path and not _ELSEWHERE.match(path) and not _lies_beside(card.folder, path):
            yield Problem(
                link.line,
                f"there is no file {path!r} beside the card",
                "put the file there, or link to where it is",
            )


def find_tables_without_separator(card: ReadCard) -> Iterator[Problem]:
    """Tables whose header no line of hyphens follows, so that they show as text."""
    for rows in _tables(card):
        if not _is_separator(rows[1]):
            has_other = any(map(_is_separator, rows))
            yield Problem(
                rows[0].number,
                "the table has no line of hyphens below its header and shows as text",
                "put a line such as | --- | --- | below the header",
                mend=None if has_other else _separator(rows[0], card.line_end),
            )


def find_uneven_rows(card: ReadCard) -> Iterator[Problem]:
    """Rows with more or fewer cells than their header."""
    for rows in _tables(card):
        expected = _cells(rows[0])
        if not _is_separator(rows[1]):
            continue
        for row in rows[1:]:
            if _cells(row) != expected:
                yield Problem(
                    row.number,
                    f"the row has {_cells(row)} cells where the header has {expected}",
                    "give every row as many cells as the header; write \\| for a bar in a cell",
                )


def _first_difference(damaged: str, mended: str) -> str:
    """The first words in which two lines differ."""
    pairs = zip(damaged.split(), mended.split(), strict=False)
    word, right = next(((a, b) for a, b in pairs if a != b), (damaged, mended))
    return f"{word!r} should be {right!r}"


def _heading_slugs(card: ReadCard) -> Iterator[str]:
    """The names of sections as GitHub and the Hub make them."""
    seen: Counter[str] = Counter()
    for heading in card.markdown.headings:
        slug = _NOT_IN_SLUGS.sub("", heading.text.strip().lower()).replace(" ", "-")
        yield f"{slug}-{seen[slug]}" if seen[slug] else slug
        seen[slug] += 1


def _lies_beside(folder: Path, path: str) -> bool:
    """Whether a file lies in the folder or below it."""
    try:
        target = (folder / path).resolve()
        return target.exists() and target.is_relative_to(folder.resolve())
    except (OSError, ValueError):
        return False


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
