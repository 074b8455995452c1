"""Finds the lines of a rendered card that a new rendering would change."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from qareport.cards.compose.card_json import read_making, recall
from qareport.cards.compose.gather import CardChoice, GatheredCard, gather
from qareport.cards.compose.write import render_again
from qareport.cards.text.blocks import read_blocks, remove_blocks
from qareport.cards.text.card_text import CARD_FILE, CardText, split_card

LATER_BLOCKS = frozenset({"floor-and-ceilings"})
"""Managed blocks that cards of earlier versions do not have."""


@dataclass(frozen=True, slots=True)
class StaleLine:
    """A line of a card that differs from a new rendering."""

    line: int
    """Of the card, from 1; of a missing line, where it belongs."""
    text: str
    """On the card; empty if it is missing there."""
    rendered: str
    """In the new rendering; empty if it is missing there."""


def gather_made(path: Path, typed: Sequence[Path] = ()) -> GatheredCard | None:
    """What the card in a file was rendered from; None if it has no card.json beside it.

    `typed` are folders that the user names, to which card.json may point.

    Raises:
        DataError: something that it was rendered from cannot be read any more.
    """
    made = read_making(path.parent) if path.name == CARD_FILE else None
    return gather(recall(CardChoice(path.parent), made, typed=typed)) if made else None


def find_stale_lines(card: CardText, gathered: GatheredCard) -> tuple[StaleLine, ...]:
    """The lines of a card that a new rendering of its sources would change.

    A whole block that earlier versions did not write is not missed.
    """
    rendered = render_again(gathered)
    there = {each.name for each in read_blocks(card.body, first_line=card.body_line)}
    body = remove_blocks(rendered.body, LATER_BLOCKS - there)
    return compare_lines(card, split_card(rendered.text.removesuffix(rendered.body) + body))


def compare_lines(card: CardText, rendered: CardText) -> tuple[StaleLine, ...]:
    """The lines in which a card differs from a rendering that was merged with it."""
    return tuple(_differences(card.text.splitlines(), rendered.text.splitlines()))


def managed_lines(card: CardText) -> frozenset[int]:
    """The lines, from 1, of the parts of a card that qareport writes: its blocks and metadata.

    Raises:
        DataError: a block is damaged.
    """
    blocks = read_blocks(card.body, first_line=card.body_line)
    spans = [(_line_at(card, each.start), _line_at(card, each.end)) for each in blocks]
    return frozenset(
        line for first, last in [(1, card.body_line), *spans] for line in range(first, last + 1)
    )


def _line_at(card: CardText, offset: int) -> int:
    return card.body_line + card.body[:offset].count("\n")


def _differences(before: Sequence[str], after: Sequence[str]) -> Iterator[StaleLine]:
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag == "equal":
            continue
        for index in range(max(end - start, new_end - new_start)):
            old, new = start + index, new_start + index
            yield StaleLine(
                line=min(old, end) + 1,
                text=before[old] if old < end else "",
                rendered=after[new] if new < new_end else "",
            )
