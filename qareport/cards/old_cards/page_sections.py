"""The page of a card to its sections, with their Markdown as people wrote it."""

from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

from qareport.cards.text.card_text import CardText

HEADING = "heading"


@dataclass(frozen=True, slots=True)
class Block:
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
    blocks: tuple[Block, ...]


def read_sections(card: CardText) -> tuple[PageSection, ...]:
    """The sections of a card in their order; each heading begins one."""
    opening = Block(card.body_line, HEADING, "")
    sections: list[PageSection] = []
    heading, blocks = opening, list[Block]()
    for block in _blocks(card):
        if block.kind == HEADING:
            sections.append(_section(heading, blocks))
            heading, blocks = block, []
        else:
            blocks.append(block)
    sections.append(_section(heading, blocks))
    return tuple(section for section in sections if section.title or section.blocks)


def joined(blocks: tuple[Block, ...]) -> str:
    """The Markdown of blocks, a blank line between them."""
    return "\n\n".join(block.text for block in blocks)


def _section(heading: Block, blocks: list[Block]) -> PageSection:
    return PageSection(heading.line, heading.text, heading.level, tuple(blocks))


def _blocks(card: CardText) -> Iterator[Block]:
    lines = card.body.splitlines()
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(card.body)
    for place, token in enumerate(tokens):
        if token.level == 0 and token.nesting >= 0 and token.map is not None:
            yield _block(token, tokens[place + 1 :][:1], lines, card.body_line)


def _block(token: Token, inside: list[Token], lines: list[str], first_line: int) -> Block:
    start, end = token.map or (0, 0)
    kind = token.type.removesuffix("_open")
    if kind == HEADING:
        return Block(first_line + start, kind, inside[0].content, int(token.tag[1:]))
    text = "\n".join(lines[start:end]).rstrip()
    return Block(first_line + start, kind, text)
