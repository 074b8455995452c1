"""Merges a rendered card into an existing one, and shows the difference."""

import difflib
import re

from qareport.cards.text.blocks import merge_bodies
from qareport.cards.text.card_text import CardText, line_end, replace_parts, with_line_ends
from qareport.cards.text.front_matter import read_front_matter
from qareport.cards.text.metadata import merge_metadata

CONTEXT_LINES = 3
LINE = re.compile(r"[^\n]*\n|[^\n]+")
NO_LINE_END = "\n\\ No newline at end of file\n"
"""How diff and patch mark it."""


def merge_cards(page: CardText, rendered: CardText) -> CardText:
    """The page with the rendered metadata and blocks in it; all that others wrote stays.

    Where nothing of ours differs the page comes back as it is, so that a page is up to date
    exactly when it is its own merge.

    Raises:
        DataError: metadata or blocks of either are damaged; the message begins with the line.
    """
    ours = read_front_matter(rendered).values
    ending = line_end(page.text, line_end(rendered.text))
    front_matter = merge_metadata(page, ours)
    body = rendered.body
    if not page.body.strip() or "\n" not in page.body:
        body = with_line_ends(body, ending)
    merged_body = merge_bodies(page.body, body, first_line=page.body_line)
    if not front_matter and page.front_matter is None:
        return CardText(merged_body, None, merged_body)
    return replace_parts(page, front_matter, merged_body)


def card_diff(before: str, after: str, *, name: str) -> str:
    """What changes between two texts of a file, as `diff -u` and `patch -p1` have it.

    Empty where they are equal.
    """
    lines = difflib.unified_diff(
        LINE.findall(before),
        LINE.findall(after),
        fromfile=f"a/{name}",
        tofile=f"b/{name}",
        n=CONTEXT_LINES,
    )
    return "".join(line if line.endswith("\n") else line + NO_LINE_END for line in lines)
