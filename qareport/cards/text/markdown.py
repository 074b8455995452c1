"""Parses a card's Markdown into headings, tables, code, links and prose, each with its line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

from qareport.cards.text.card_text import CardText


@dataclass(frozen=True, slots=True)
class Heading:
    """A title of a part of the page."""

    line: int
    """Of the card, from 1, as in all parts."""
    level: int
    """From 1 to 6."""
    text: str


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table, without its marks."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; all rows have as many cells as the header."""

    header: TableRow
    rows: tuple[TableRow, ...]
    heading: str
    """The nearest heading above; empty where there is none."""


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """Text in a fence, or indented."""

    line: int
    """Of its first line of text."""
    language: str
    """As the fence says; empty where it does not."""
    text: str
    heading: str


@dataclass(frozen=True, slots=True)
class Hyperlink:
    """A link or picture."""

    line: int
    """On which its paragraph begins."""
    text: str
    url: str
    is_picture: bool


@dataclass(frozen=True, slots=True)
class Prose:
    """A paragraph, list entry, quotation or heading as people read it."""

    line: int
    text: str
    """Without marks; its line ends are kept."""
    heading: str


@dataclass(frozen=True, slots=True)
class Markdown:
    """The parts of a page."""

    headings: tuple[Heading, ...]
    tables: tuple[Table, ...]
    code_blocks: tuple[CodeBlock, ...]
    links: tuple[Hyperlink, ...]
    prose: tuple[Prose, ...]


def read_markdown(card: CardText) -> Markdown:
    """The parts of a card's body, read as the Hub does: CommonMark with tables."""
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(card.body)
    reader = _Reader(card.body_line, tokens)
    return Markdown(
        headings=tuple(reader.headings()),
        tables=tuple(reader.tables()),
        code_blocks=tuple(reader.code_blocks()),
        links=tuple(reader.links()),
        prose=tuple(reader.prose()),
    )


def prose_lines(page: Markdown) -> Iterator[tuple[int, str]]:
    """Every line of prose as people read it, after its number in the card, from 1."""
    for prose in page.prose:
        for offset, text in enumerate(prose.text.split("\n")):
            yield prose.line + offset, text


@dataclass(frozen=True, slots=True)
class _Reader:
    first_line: int
    tokens: Sequence[Token]

    def headings(self) -> Iterator[Heading]:
        for index, token in enumerate(self.tokens):
            if token.type == "heading_open":
                text = _plain(self.tokens[index + 1])
                yield Heading(self._line(token), int(token.tag[1:]), text)

    def tables(self) -> Iterator[Table]:
        rows: list[TableRow] = []
        cells: list[str] = []
        line, heading = self.first_line, ""
        for index, token in enumerate(self.tokens):
            match token.type:
                case "heading_open":
                    heading = _plain(self.tokens[index + 1])
                case "table_open":
                    rows = []
                case "tr_open":
                    line, cells = self._line(token), []
                case "th_open" | "td_open":
                    cells.append(_plain(self.tokens[index + 1]))
                case "tr_close":
                    rows.append(TableRow(line, tuple(cells)))
                case "table_close":
                    yield Table(rows[0], tuple(rows[1:]), heading)
                case _:
                    pass

    def code_blocks(self) -> Iterator[CodeBlock]:
        heading = ""
        for index, token in enumerate(self.tokens):
            if token.type == "heading_open":
                heading = _plain(self.tokens[index + 1])
            elif token.type in {"fence", "code_block"}:
                line = self._line(token) + (token.type == "fence")
                language = token.info.strip().partition(" ")[0]
                yield CodeBlock(line, language, token.content, heading)

    def links(self) -> Iterator[Hyperlink]:
        for token in self.tokens:
            children = token.children or ()
            for index, child in enumerate(children):
                if child.type == "link_open":
                    text = "".join(_words(children[index + 1 : _closing(children, index)]))
                    yield Hyperlink(
                        self._line(token), text, str(child.attrGet("href") or ""), is_picture=False
                    )
                elif child.type == "image":
                    url = str(child.attrGet("src") or "")
                    yield Hyperlink(self._line(token), _plain(child), url, is_picture=True)

    def prose(self) -> Iterator[Prose]:
        heading, in_table = "", False
        for index, token in enumerate(self.tokens):
            if token.type == "heading_open":
                heading = _plain(self.tokens[index + 1])
            elif token.type in {"table_open", "table_close"}:
                in_table = token.type == "table_open"
            elif token.type == "inline" and not in_table:
                yield Prose(self._line(token), _plain(token), heading)

    def _line(self, token: Token) -> int:
        return self.first_line + (token.map[0] if token.map else 0)


def _plain(token: Token) -> str:
    """What people read of a run of text."""
    return "".join(_words(token.children or ()))


def _words(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type in {"text", "code_inline"}:
            yield token.content
        elif token.type == "image":
            yield _plain(token)
        elif token.type in {"softbreak", "hardbreak"}:
            yield "\n"


def _closing(tokens: Sequence[Token], opening: int) -> int:
    level = tokens[opening].level
    return next(
        index
        for index in range(opening + 1, len(tokens))
        if tokens[index].type == "link_close" and tokens[index].level == level
    )
