"""Writes Markdown: escaped text, code, links, tables, and the Markdown of authors."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from urllib.parse import quote

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdformat.plugins import PARSER_EXTENSIONS
from mdformat.renderer import MDRenderer

from qareport.cards.text.blocks import defuse_markers
from qareport.report.tables.plain_table import PlainTable

DEEPEST_HEADING = 6
UNPRINTABLE = frozenset({"Cc", "Zl", "Zp"})
"""Unicode categories of control characters and line breaks, which become blanks."""
DIRECTIONS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that turn the direction of writing; the turn would go on after the text."""
_SPECIAL = re.compile(r"[\\`*\[\]{}|~$#!]|(?<![^\W_])_|_(?![^\W_])")
"""Characters with a meaning within a line; an underscore inside a word has none."""
_LINE_START = re.compile(r"^([-+=](?=\s|$)|[-=]+$|\d+(?=[.)](\s|$)))")
_ENTITIES: Mapping[str, str] = MappingProxyType({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_URL_CHARACTERS = "/:?#[]@!$&'*+,;=%~-._"


class MarkdownText(str):
    """Text that is Markdown already, and goes onto the page as it is."""

    __slots__ = ()


def escape(text: str) -> MarkdownText:
    """The text in one line, with every mark of Markdown escaped."""
    shown = "".join(_ENTITIES.get(char, char) for char in one_line(text))
    shown = _SPECIAL.sub(lambda found: f"\\{found.group()}", shown)
    shown = _LINE_START.sub(_with_backslash, shown)
    return MarkdownText(shown)


def code(text: str) -> MarkdownText:
    """The text as a span of code in one line; empty for an empty text."""
    shown = one_line(text)
    if not shown:
        return MarkdownText("")
    ticks = "`" * (1 + _longest_run(shown))
    padding = " " if shown.startswith("`") or shown.endswith("`") else ""
    return MarkdownText(f"{ticks}{padding}{shown}{padding}{ticks}")


def fenced(text: str, language: str = "") -> MarkdownText:
    """The text as a block of code."""
    fence = "`" * max(3, 1 + _longest_run(text))
    lines = "\n".join(_without_controls(line) for line in text.splitlines())
    return MarkdownText(f"{fence}{language}\n{lines}\n{fence}")


def link(text: str, url: str) -> MarkdownText:
    """A link; the text alone if the address is neither on the web nor relative."""
    address = quote(one_line(url), safe=_URL_CHARACTERS)
    scheme, colon, _ = address.partition(":")
    if colon and scheme not in {"http", "https"}:
        return escape(text)
    return MarkdownText(f"[{escape(text)}](<{address}>)")


def picture(text: str, url: str) -> MarkdownText:
    """A picture with its alternative text."""
    shown = link(text, url)
    return MarkdownText(f"!{shown}") if shown.startswith("[") else shown


def table(shown: PlainTable) -> MarkdownText:
    """A table, its columns of figures to the right; empty without rows."""
    if not shown.rows:
        return MarkdownText("")
    marks = ("---:" if is_figure else "---" for is_figure in shown.figure_columns)
    lines = [_row(shown.headings), f"| {' | '.join(marks)} |", *(_row(row) for row in shown.rows)]
    return MarkdownText("\n".join(lines))


def prose(text: str, *, below: int) -> MarkdownText:
    """An author's Markdown with headings below a level, HTML as text and all marks closed.

    mdformat writes it anew, so that an open mark does not reach beyond it.
    """
    parser = MarkdownIt()
    parser.options.update(mdformat={}, codeformatters={}, store_labels=True, parser_extension=[])
    PARSER_EXTENSIONS["gfm"].update_mdit(parser)
    parser.disable(["html_block", "html_inline", "linkify"])
    environment: dict[str, object] = {}
    # mdformat closes a fence at the end of the text only where that ends its line.
    tokens = parser.parse(f"{defuse_markers(_without_controls(text))}\n", environment)
    for token in tokens:
        _lower(token, below)
    written = MDRenderer().render(tokens, parser.options, environment)
    return MarkdownText(written.strip())


def one_line(text: str) -> str:
    """The text without control characters and outer blanks, its lines joined by blanks."""
    return " ".join(_without_controls(text).split())


def _without_controls(text: str) -> str:
    return "".join(
        " " if unicodedata.category(char) in UNPRINTABLE and char != "\n" else char
        for char in text
        if char not in DIRECTIONS and unicodedata.category(char) != "Cs"
    )


def _with_backslash(found: re.Match[str]) -> str:
    start = found.group()
    return f"{start}\\" if start[0].isdigit() else f"\\{start}"


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(_cell(cell) for cell in cells)} |"


def _cell(cell: str) -> str:
    """A cell's Markdown; a bar in code would end the cell."""
    return re.sub(r"(?<!\\)\|", r"\\|", cell) if isinstance(cell, MarkdownText) else escape(cell)


def _lower(token: Token, below: int) -> None:
    if token.type in {"heading_open", "heading_close"}:
        level = min(DEEPEST_HEADING, below + int(token.tag[1:]))
        token.tag = f"h{level}"
        token.markup = "#" * level
