"""Reads, writes and merges managed blocks: the parts of a page between our hidden marks.

<!-- qareport:begin results -->

...Markdown...

<!-- qareport:end results -->
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt

from qareport.cards.text.card_text import Edit, apply_edits, line_end, with_line_ends
from qareport.errors import DataError

NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
MARKER = re.compile(rf"<!-- qareport:(?P<kind>begin|end) (?P<name>{NAME.pattern}) -->[ \t]*")
NEAR_MARKER = re.compile(r"<!--\s*qareport\s*:\s*(?:begin|end)\b", re.IGNORECASE)
"""What may have been a marker before somebody changed it."""
FORGEABLE = re.compile(r"<!--(?=\s*qareport\s*:)", re.IGNORECASE)
"""The beginning of anything that could be taken for a marker."""
LINE = re.compile(r"(?P<text>[^\r\n]*)(?:\r\n|\r|\n|\Z)")
LINE_END = re.compile(r"\r\n|\r|\n")
BLANK_END = re.compile(r"(?:\A|\n)\r?\n\Z")


@dataclass(frozen=True, slots=True)
class ManagedBlock:
    """A managed block of a page."""

    name: str
    start: int
    """Offset of its first marker."""
    end: int
    """Offset behind its last marker, before the line end."""
    text: str
    """Between the markers, without blank lines around it."""


@dataclass(frozen=True, slots=True)
class _Marker:
    kind: str
    name: str
    line: int
    start: int
    end: int


def managed_block(name: str, text: str) -> str:
    """A block of Markdown with its markers, ending its last line; empty where the text is blank."""
    if not NAME.fullmatch(name):
        raise ValueError(f"a block is called by small letters, digits and hyphens, not {name!r}")
    inner = _inner(text)
    if not inner:
        return ""
    return f"<!-- qareport:begin {name} -->\n\n{inner}\n\n<!-- qareport:end {name} -->\n"


def defuse_markers(text: str) -> str:
    """Text of other people without any marker of ours; comments stay comments."""
    return FORGEABLE.sub("<!-- quoted", text)


def read_blocks(body: str, *, first_line: int = 1) -> tuple[ManagedBlock, ...]:
    """The blocks of a page, in order; markers in fenced code do not count.

    Args:
        body: Markdown.
        first_line: Line of the card on which it begins.

    Raises:
        DataError: a block is not closed or not opened, stands in another or twice, or a marker is
            misspelt; the message begins with the line.
    """
    blocks: dict[str, ManagedBlock] = {}
    opened: _Marker | None = None
    for marker in _markers(body, first_line):
        if marker.kind == "begin":
            _check_may_open(marker, opened, blocks)
            opened = marker
        elif opened is None or marker.name != opened.name:
            raise _fault(marker, "ends without having begun; restore its first marker")
        else:
            text = _inner(body[opened.end : marker.start])
            blocks[marker.name] = ManagedBlock(marker.name, opened.start, marker.end, text)
            opened = None
    if opened is not None:
        raise _fault(opened, "is not closed; restore its last marker")
    return tuple(blocks.values())


def merge_bodies(page: str, rendered: str, *, first_line: int = 1) -> str:
    """The page with the rendered blocks in it; text outside blocks stays, to the byte.

    A block takes the place of the one of its name, wherever the author has moved that.
    A block that is no longer rendered goes, with its markers.
    A new block comes behind the nearest one that is rendered before it and is in the page, or else
    before the nearest one rendered after it.
    A page that has no blocks, such as a card written by hand years ago, keeps its text as what
    readers see first, and all blocks follow at its end; from there the author may move them.
    A blank page becomes the rendered one, with the text between its blocks.

    Args:
        page: Markdown that is there.
        rendered: Markdown with all our blocks.
        first_line: Line of the card on which the page's Markdown begins.

    Raises:
        DataError: blocks of either are damaged, or cannot be put into the page, as when it ends in
            code that is never closed.
    """
    theirs = read_blocks(page, first_line=first_line)
    ours = read_blocks(rendered)
    if not page.strip():
        return rendered if rendered.strip() else page
    ending = line_end(page, line_end(rendered))
    wanted = {block.name: rendered[block.start : block.end] for block in ours}
    texts = {name: with_line_ends(text, ending) for name, text in wanted.items()}
    for block in theirs:
        # A page that is its own rendering stays, whatever its line ends.
        if page[block.start : block.end] == wanted.get(block.name):
            texts[block.name] = wanted[block.name]
    edits = [*_replacements(page, theirs, texts), *_insertions(page, theirs, texts, ending)]
    merged = apply_edits(page, edits)
    if not _holds(merged, texts):
        last_fence = first_line + max((fence.start for fence in _fences(page)), default=0)
        raise DataError(f"line {last_fence}: code begins here and is not closed; close it")
    return merged


def remove_blocks(page: str, names: Collection[str], *, first_line: int = 1) -> str:
    """The page without the blocks of these names; text outside of them stays, to the byte.

    Raises:
        DataError: a block is damaged.
    """
    blocks = read_blocks(page, first_line=first_line)
    return apply_edits(page, [_removal(page, each) for each in blocks if each.name in names])


def _inner(text: str) -> str:
    lines = with_line_ends(text, "\n").split("\n")
    filled = [number for number, line in enumerate(lines) if line.strip()]
    return "\n".join(lines[filled[0] : filled[-1] + 1]) if filled else ""


def _markers(body: str, first_line: int) -> Iterator[_Marker]:
    coded = _coded_lines(body) if NEAR_MARKER.search(body) else frozenset()
    for number, line in enumerate(LINE.finditer(body)):
        if number in coded or not NEAR_MARKER.match(line["text"]):
            continue
        found = MARKER.fullmatch(line["text"])
        if found is None:
            raise DataError(
                f"line {first_line + number}: {line['text']!r} is not a marker of a block; write"
                " it as '<!-- qareport:begin NAME -->' or '<!-- qareport:end NAME -->'"
            )
        yield _Marker(found["kind"], found["name"], first_line + number, *line.span("text"))


def _coded_lines(body: str) -> frozenset[int]:
    """Lines, from 0, of fenced code."""
    return frozenset(line for fence in _fences(body) for line in fence)


def _fences(body: str) -> tuple[range, ...]:
    tokens = MarkdownIt("commonmark").parse(body)
    return tuple(range(*token.map) for token in tokens if token.type == "fence" and token.map)


def _check_may_open(
    marker: _Marker, opened: _Marker | None, blocks: Mapping[str, ManagedBlock]
) -> None:
    if opened is not None:
        raise _fault(marker, f"begins inside block {opened.name!r}; close that one before it")
    if marker.name in blocks:
        raise _fault(marker, "stands twice; delete one of them")


def _fault(marker: _Marker, fault: str) -> DataError:
    return DataError(f"line {marker.line}: block {marker.name!r} {fault}")


def _replacements(
    page: str, theirs: Sequence[ManagedBlock], texts: Mapping[str, str]
) -> Iterator[Edit]:
    """Our text in the place of each block of the page, and nothing in that of others."""
    for block in theirs:
        if block.name in texts:
            yield Edit(block.start, block.end, texts[block.name])
        else:
            yield _removal(page, block)


def _removal(page: str, block: ManagedBlock) -> Edit:
    """A block goes with its line, and with one of the blank lines around it."""
    start, end = block.start, block.end
    has_blank_line = start == 0 or BLANK_END.search(page[:start]) is not None
    for _ in range(1 + has_blank_line):
        found = LINE_END.match(page, end)
        end = found.end() if found else end
    if start and has_blank_line and end == len(page):
        start -= len(line_end(page[start - 2 : start]))
    return Edit(start, end, "")


def _insertions(
    page: str, theirs: Sequence[ManagedBlock], texts: Mapping[str, str], ending: str
) -> Iterator[Edit]:
    """The blocks that the page does not have, each beside its nearest neighbour, or at the end."""
    there = {block.name: block for block in theirs}
    names = tuple(texts)
    gap = ending + ending
    for index, name in enumerate(names):
        if name in there:
            continue
        before = next((there[other] for other in reversed(names[:index]) if other in there), None)
        after = next((there[other] for other in names[index:] if other in there), None)
        if before is not None:
            yield Edit(before.end, before.end, gap + texts[name])
        elif after is not None:
            yield Edit(after.start, after.start, texts[name] + gap)
    if texts and not there.keys() & texts.keys():
        missing = "" if BLANK_END.search(page) else ending if page.endswith("\n") else gap
        yield Edit(len(page), len(page), missing + gap.join(texts.values()) + ending)


def _holds(merged: str, texts: Mapping[str, str]) -> bool:
    """Whether our blocks are blocks of the page, and not part of an unclosed code fence."""
    try:
        blocks = read_blocks(merged)
    except DataError:
        return False
    return {block.name: merged[block.start : block.end] for block in blocks} == texts
