"""Finds what a card copied from another project: dates, pictures and tags."""

import re
from collections.abc import Iterator, Mapping

from qareport.cards.lint.card import ReadCard
from qareport.cards.lint.metadata.schema import EACH, everything_in, values_at
from qareport.cards.lint.problems import Problem
from qareport.cards.text.markdown import prose_lines

_MONTHS = "jan|feb|mar|mär|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez"
_DATE = re.compile(
    rf"\b(?:{_MONTHS})[a-zä]{{0,7}}\.?\s+\d{{1,2}}[a-z]{{0,2}},?\s+\d{{4}}\b"
    rf"|\b\d{{1,2}}(?:[a-z]{{2}}|\.)?\s+(?:{_MONTHS})[a-zä]{{0,7}}\.?,?\s+\d{{4}}\b"
    r"|\b\d{4}-\d\d-\d\d\b|\b\d{1,2}[./]\d{1,2}[./]\d{4}\b",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"\W{0,4}(?:published|released?|release date|last updated|updated|date|veröffentlicht)\b\W{0,8}"
    r"(?:on\s|am\s)?",
    re.IGNORECASE,
)
PROJECT_WORDS = (
    *("germanquad", "germandpr", "frenchquad", "korquad", "squadshifts", "xquad", "squad"),
    *("mlqa", "tydiqa", "newsqa", "triviaqa", "hotpotqa", "naturalquestions", "drcd", "cmrc"),
    *("gelectra", "gbert", "roberta", "electra", "deberta", "albert", "minilm", "bert"),
)
"""Names of data sets and models that files of pictures carry, the longer before the shorter."""
FOREIGN_TAGS: Mapping[str, str] = {
    "exbert": "links to exBERT, a demonstration of other models that is gone",
}
"""Tags that cards copy from one another, with what they do."""


def find_dates(card: ReadCard) -> Iterator[Problem]:
    """Days of publication in prose, which stay when the model changes."""
    for line, text in prose_lines(card.markdown):
        label = _LABEL.match(text)
        found = _DATE.match(text, label.end()) if label else None
        if found:
            yield Problem(
                line,
                f"the date {found[0]!r} stands in prose, where nothing keeps it true",
                "delete it: the history of the repository has the dates",
            )


def find_foreign_pictures(card: ReadCard) -> Iterator[Problem]:
    """Pictures whose files are named after another data set or model."""
    own = _letters(" ".join((*card.own_ids, *_metadata_words(card))))
    thumbnail = card.front_matter.values.get("thumbnail")
    pictures = [
        (card.front_matter.line(("thumbnail",)), str(thumbnail or "")),
        *((link.line, link.url) for link in card.markdown.links if link.is_picture),
    ]
    for line, url in pictures:
        name = _letters(re.split(r"[?#]", url.rstrip("/"), maxsplit=1)[0].rpartition("/")[2])
        word = next((word for word in PROJECT_WORDS if word in name), None)
        if word is not None and own and word not in own:
            yield Problem(
                line,
                f"the picture {url.rpartition('/')[2]!r} is of another project, {word!r}",
                "show a picture of this model, or none",
            )


def find_foreign_tags(card: ReadCard) -> Iterator[Problem]:
    """Tags of another project."""
    for found in values_at(card.front_matter.values, ("tags", EACH)):
        effect = FOREIGN_TAGS.get(found.value) if isinstance(found.value, str) else None
        if effect is not None:
            yield Problem(
                card.front_matter.line(found.path),
                f"the tag {found.value!r} {effect}",
                "delete the tag",
            )


def _metadata_words(card: ReadCard) -> Iterator[str]:
    """All strings of the metadata but the picture."""
    for found in everything_in(card.front_matter.values):
        if isinstance(found.value, str) and found.path != ("thumbnail",):
            yield found.value


def _letters(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())
