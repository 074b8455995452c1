"""Splits the text of a card into front matter and body, and joins them again."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from qareport.errors import DataError

CARD_FILE = "README.md"
"""The file of a card, in a folder and on the Hub."""
MAKING = "card.json"
"""How the card was made, beside it."""
MOST_CELLS = 25_000
"""Of a card's tables, each of which takes some kilobytes of memory when it is read."""
FENCE = "---"
_FRONT_MATTER = re.compile(
    r"\A(?P<opening>\ufeff?\s*---[ \t]*\r?\n)(?P<yaml>.*?)(?P<closing>^---[ \t]*(?:\r?\n|\Z))",
    re.DOTALL | re.MULTILINE,
)
"""From a first line `---` to the next, as the Hub finds it; blank lines may stand before."""
_LINE_END = re.compile(r"\r?\n")


@dataclass(frozen=True, slots=True)
class CardText:
    """A card in two parts; `text` is all of it, to the last byte."""

    text: str
    front_matter: str | None
    """YAML between the lines `---`, with its last line end; None where the card has none."""
    body: str
    """Markdown after it."""

    @property
    def front_matter_line(self) -> int:
        """Line of the card, from 1, on which the YAML begins."""
        return 1 + self.text[: _yaml_start(self.text)].count("\n")

    @property
    def body_line(self) -> int:
        """Line of the card, from 1, on which the body begins."""
        return 1 + self.text[: len(self.text) - len(self.body)].count("\n")


@dataclass(frozen=True, slots=True)
class Edit:
    """A replacement for the characters from `start` up to `end`."""

    start: int
    end: int
    text: str


def split_card(text: str) -> CardText:
    """The parts of a card.

    Raises:
        DataError: it has more cells of tables than can be read in reasonable memory.
    """
    if text.count("|") > MOST_CELLS:
        raise DataError(f"has more than {MOST_CELLS:,} cells of tables (|); shorten its tables")
    found = _FRONT_MATTER.match(text)
    if found is None:
        return CardText(text, None, text)
    return CardText(text, found["yaml"], text[found.end() :])


def join_card(front_matter: str, body: str) -> CardText:
    """The card of these parts; the YAML ends its last line."""
    return CardText(f"{FENCE}\n{front_matter}{FENCE}\n{body}", front_matter, body)


def replace_parts(card: CardText, front_matter: str, body: str) -> CardText:
    """The card with other parts between the very lines `---` that it has.

    A card without front matter gets such lines, with its own line ends and after a byte order mark.
    """
    found = _FRONT_MATTER.match(card.text)
    if found is not None:
        opening, closing = found["opening"], found["closing"]
        return CardText(f"{opening}{front_matter}{closing}{body}", front_matter, body)
    mark = "\ufeff" if body.startswith("\ufeff") else ""
    fence = FENCE + line_end(card.text)
    body = body.removeprefix(mark)
    return CardText(f"{mark}{fence}{front_matter}{fence}{body}", front_matter, body)


def line_end(text: str, default: str = "\n") -> str:
    """The first line end of a text, LF or CRLF; the default where it has none."""
    found = _LINE_END.search(text)
    return found[0] if found else default


def with_line_ends(text: str, ending: str) -> str:
    """The text, each of its lines ended so."""
    return _LINE_END.sub(lambda _: ending, text)


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """The edited text; insertions at one offset keep their order."""
    pieces: list[str] = []
    done = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        pieces += [text[done : edit.start], edit.text]
        done = edit.end
    return "".join([*pieces, text[done:]])


def _yaml_start(text: str) -> int:
    found = _FRONT_MATTER.match(text)
    return found.start("yaml") if found else text.find("\n") + 1
