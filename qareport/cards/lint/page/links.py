"""The links and pictures of a card to those that lead nowhere."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from qareport.cards.lint.card import ReadCard
from qareport.cards.lint.problems import Fault

_NOT_IN_SLUGS = re.compile(r"[^\w\- ]")
_HTML_ANCHOR = re.compile(r"""<[^<>]{0,200}?\b(?:id|name)\s*=\s*["']?([^"'\s<>]{1,200})""")
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//|/", re.IGNORECASE)


def find_dead_anchors(card: ReadCard) -> Iterator[Fault]:
    """Links to a section of the page that no heading gives."""
    anchors = {*_heading_slugs(card), *_HTML_ANCHOR.findall(card.text.body)}
    for link in card.markdown.links:
        target = unquote(link.url).removeprefix("#")
        if link.url.startswith("#") and target and target.lower() not in anchors | {"top"}:
            yield Fault(
                link.line,
                f"no heading gives the section {link.url!r}",
                "link to a heading in small letters with hyphens for blanks",
            )


def find_missing_files(card: ReadCard) -> Iterator[Fault]:
    """Links to files that do not lie beside the card."""
    if card.folder is None:
        return
    for link in card.markdown.links:
        path = unquote(re.split(r"[?#]", link.url, maxsplit=1)[0])
        if path and not _ELSEWHERE.match(path) and not _lies_beside(card.folder, path):
            yield Fault(
                link.line,
                f"there is no file {path!r} beside the card",
                "put the file there, or link to where it is",
            )


def _heading_slugs(card: ReadCard) -> Iterator[str]:
    """The names of sections as GitHub and the Hub make them."""
    seen: Counter[str] = Counter()
    for heading in card.markdown.headings:
        slug = _NOT_IN_SLUGS.sub("", heading.text.strip().lower()).replace(" ", "-")
        yield f"{slug}-{seen[slug]}" if seen[slug] else slug
        seen[slug] += 1


def _lies_beside(folder: Path, path: str) -> bool:
    """Whether a file lies in the folder or below it."""
    try:
        target = (folder / path).resolve()
        return target.exists() and target.is_relative_to(folder.resolve())
    except (OSError, ValueError):
        return False
