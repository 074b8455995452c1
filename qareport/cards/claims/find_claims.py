"""A card to every figure that it states about exact match, F1 and counts of questions."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from qareport.cards.claims.claims import COUNT, Claim
from qareport.cards.claims.reading.blocks import read_blocks
from qareport.cards.claims.reading.metadata import MODEL_INDEX, read_metadata
from qareport.cards.claims.reading.prose import read_prose
from qareport.cards.claims.reading.stated import Stated
from qareport.cards.claims.reading.tables import read_tables
from qareport.cards.text.card_text import CardText
from qareport.cards.text.front_matter import FrontMatter, read_front_matter
from qareport.cards.text.markdown import Markdown, read_markdown

HIGHEST_FRACTION = 1.0001
"""Scores up to here are on the scale from 0 to 1, if a card has no higher one of their data."""


def read_claims(card: CardText) -> tuple[Claim, ...]:
    """The claims of a card in the order of its lines.

    Raises:
        DataError: the front matter is no YAML.
    """
    front_matter, page = read_front_matter(card), read_markdown(card)
    stated = [
        *read_metadata(card, front_matter),
        *read_tables(page, frozenset(_own_names(front_matter, page))),
        *read_blocks(page),
        *read_prose(page),
    ]
    return tuple(sorted(_on_one_scale(stated), key=lambda claim: claim.line))


def _own_names(front_matter: FrontMatter, page: Markdown) -> Iterator[str]:
    """What the card calls its model."""
    yield from (heading.text for heading in page.headings if heading.level == 1)
    index = front_matter.values.get(MODEL_INDEX)
    for model in index if isinstance(index, list) else ():
        name = model.get("name") if isinstance(model, dict) else None
        if isinstance(name, str):
            yield from (name, name.rpartition("/")[2])


def _on_one_scale(stated: Iterable[Stated]) -> Iterator[Claim]:
    """The claims with all scores in percent."""
    by_data: dict[str | None, list[Stated]] = defaultdict(list)
    for each in stated:
        by_data[each.claim.data.id or each.claim.data.name].append(each)
    for group in by_data.values():
        scores = [each for each in group if each.claim.measure != COUNT]
        are_fractions = all(_may_be_fraction(each) for each in scores)
        for each in group:
            is_score = each.claim.measure != COUNT
            yield _as_percent(each.claim) if is_score and are_fractions else each.claim


def _may_be_fraction(stated: Stated) -> bool:
    return stated.claim.value < HIGHEST_FRACTION and not stated.is_percent


def _as_percent(claim: Claim) -> Claim:
    return replace(claim, value=claim.value * 100, is_fraction=True)
