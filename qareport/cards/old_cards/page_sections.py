"""Splits the page of a card into sections, and reads authors and links out of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

from qareport.cards.old_cards.pieces import Imported, left_out, table_value
from qareport.cards.text.card_text import CardText

HEADING = "heading"

MARKS = "*_` "
LISTS = frozenset({"bullet_list", "ordered_list"})
_ITEM = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+(?P<text>.*\S)\s*")
_CONTACT = re.compile(r"(?P<name>[^:(<`\[]+)[:(<`][\s:(<`]*(?P<contact>.*[^\s)>`])[\s)>`]*")
_LINK = re.compile(r"\[(?P<text>[^\]]+)\]\((?P<url>[^()\s]+)\)")


@dataclass(frozen=True, slots=True)
class PageBlock:
    """A paragraph, list, table, block of code or heading, as it is written."""

    line: int
    """Of the card, from 1."""
    kind: str
    """As markdown-it calls it, such as "paragraph", "fence" or "bullet_list"."""
    text: str
    """Without blank lines around it; of a heading, its words alone."""
    level: int = 0
    """Of a heading, from 1 to 6."""

    @property
    def end(self) -> int:
        """The line after its last."""
        return self.line + self.text.count("\n") + 1


@dataclass(frozen=True, slots=True)
class PageSection:
    """A heading with what stands below it, up to the next."""

    line: int
    title: str
    """Empty for what stands before the first heading."""
    level: int
    blocks: tuple[PageBlock, ...]


def read_sections(card: CardText) -> tuple[PageSection, ...]:
    """The sections of a card in their order; each heading begins one."""
    opening = PageBlock(card.body_line, HEADING, "")
    sections: list[PageSection] = []
    heading, blocks = opening, list[PageBlock]()
    for block in _blocks(card):
        if block.kind == HEADING:
            sections.append(_section(heading, blocks))
            heading, blocks = block, []
        else:
            blocks.append(block)
    sections.append(_section(heading, blocks))
    return tuple(section for section in sections if section.title or section.blocks)


def joined(blocks: tuple[PageBlock, ...]) -> str:
    """The Markdown of blocks, a blank line between them."""
    return "\n\n".join(block.text for block in blocks)


def read_authors(blocks: tuple[PageBlock, ...]) -> Iterator[Imported]:
    """An author for each entry of a list, such as "- Name: `contact`"; the rest is named."""
    for number, text in _entries(blocks):
        author = _author(text)
        if author.get("name"):
            yield table_value(number, "authors", author)
        else:
            yield left_out(number, repr(text), "names no author")


def read_links(blocks: tuple[PageBlock, ...]) -> Iterator[Imported]:
    """A link for each entry that has one; the rest is named."""
    for number, text in _entries(blocks):
        link = _LINK.search(text)
        if link is not None and link["url"].startswith(("https://", "http://")):
            yield table_value(number, "links", {"text": link["text"], "url": link["url"]})
        else:
            yield left_out(number, repr(text), "is not a link to a page")


def _section(heading: PageBlock, blocks: list[PageBlock]) -> PageSection:
    return PageSection(heading.line, heading.text, heading.level, tuple(blocks))


def _blocks(card: CardText) -> Iterator[PageBlock]:
    lines = card.body.splitlines()
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(card.body)
    for index, token in enumerate(tokens):
        if token.level == 0 and token.nesting >= 0 and token.map is not None:
            yield _block(token, tokens[index + 1 :][:1], lines, card.body_line)


def _block(token: Token, inside: list[Token], lines: list[str], first_line: int) -> PageBlock:
    start, end = token.map or (0, 0)
    kind = token.type.removesuffix("_open")
    if kind == HEADING:
        return PageBlock(first_line + start, kind, inside[0].content, int(token.tag[1:]))
    text = "\n".join(lines[start:end]).rstrip()
    return PageBlock(first_line + start, kind, text)


def _entries(blocks: tuple[PageBlock, ...]) -> Iterator[tuple[int, str]]:
    """The entries of lists and the lines of paragraphs, with their lines in the card."""
    for block in blocks:
        for offset, line in enumerate(block.text.splitlines()):
            item = _ITEM.fullmatch(line)
            text = item["text"] if item and block.kind in LISTS else line.strip()
            if text:
                yield block.line + offset, text


def _author(text: str) -> dict[str, object]:
    """Name and contact of an entry, as the keys of an author."""
    link, contact = _LINK.match(text), _CONTACT.fullmatch(text)
    if link is not None:
        return {"name": link["text"], "contact": link["url"]}
    if contact is not None:
        return {"name": contact["name"].strip(MARKS), "contact": contact["contact"]}
    return {"name": text.strip(MARKS)}
