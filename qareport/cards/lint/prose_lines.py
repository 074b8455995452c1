"""The prose of a page to its single lines."""

from collections.abc import Iterator

from qareport.cards.text.markdown import Markdown


def prose_lines(page: Markdown) -> Iterator[tuple[int, str]]:
    """Every line of prose as people read it, after its number in the card, from 1."""
    for prose in page.prose:
        for place, text in enumerate(prose.text.split("\n")):
            yield prose.line + place, text
