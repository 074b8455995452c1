"""Lists of authors and of links in an old card to pieces."""

import re
from collections.abc import Iterator

from qareport.cards.old_cards.page_sections import Block
from qareport.cards.old_cards.pieces import Found, left_out, table_piece

MARKS = "*_` "
LISTS = frozenset({"bullet_list", "ordered_list"})
_ITEM = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+(?P<text>.*\S)\s*")
_CONTACT = re.compile(r"(?P<name>[^:(<`\[]+)[:(<`][\s:(<`]*(?P<contact>.*[^\s)>`])[\s)>`]*")
_LINK = re.compile(r"\[(?P<text>[^\]]+)\]\((?P<url>[^()\s]+)\)")


def read_authors(blocks: tuple[Block, ...]) -> Iterator[Found]:
    """An author for each entry of a list, such as "- Name: `contact`"; the rest is named."""
    for number, text in _entries(blocks):
        author = _author(text)
        if author.get("name"):
            yield table_piece(number, "authors", author)
        else:
            yield left_out(number, repr(text), "names no author")


def read_links(blocks: tuple[Block, ...]) -> Iterator[Found]:
    """A link for each entry that has one; the rest is named."""
    for number, text in _entries(blocks):
        link = _LINK.search(text)
        if link is not None and link["url"].startswith(("https://", "http://")):
            yield table_piece(number, "links", {"text": link["text"], "url": link["url"]})
        else:
            yield left_out(number, repr(text), "is no link to a page")


def _entries(blocks: tuple[Block, ...]) -> Iterator[tuple[int, str]]:
    """The entries of lists and the lines of paragraphs, with their lines in the card."""
    for block in blocks:
        for place, line in enumerate(block.text.splitlines()):
            item = _ITEM.fullmatch(line)
            text = item["text"] if item and block.kind in LISTS else line.strip()
            if text:
                yield block.line + place, text


def _author(text: str) -> dict[str, object]:
    """Name and contact of an entry, as the keys of an author."""
    link, contact = _LINK.match(text), _CONTACT.fullmatch(text)
    if link is not None:
        return {"name": link["text"], "contact": link["url"]}
    if contact is not None:
        return {"name": contact["name"].strip(MARKS), "contact": contact["contact"]}
    return {"name": text.strip(MARKS)}
