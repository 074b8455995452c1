"""Finds other names of a card's model, and models that are named for no reason."""

import re
from collections.abc import Iterator, Sequence

from qareport.cards.lint.card import ReadCard
from qareport.cards.lint.model_names import (
    MODEL_ID,
    MODEL_NAME,
    base_models,
    indexed_names,
    is_same_model,
    language_models,
)
from qareport.cards.lint.models.tokenizers import family_of, teacher_names
from qareport.cards.lint.problems import Problem
from qareport.cards.text.markdown import prose_lines

PRETRAINED_OWNERS = frozenset(
    {
        *("facebookai", "google-bert", "google", "albert", "distilbert", "microsoft", "xlnet"),
        *("facebook", "prajjwal1", "huawei-noah", "nreimers", "allenai", "almanach", "dbmdz"),
    }
)
"""Owners of models that others use as base models."""
FILE_ENDINGS = (".json", ".md", ".py", ".toml", ".txt", ".yaml", ".yml")
"""Of paths, which look like ids of models when they name one."""
_FINE_TUNED = re.compile(r"squad|distilled|quad|-qa\b", re.IGNORECASE)
_HUB_PAGE = re.compile(r"https?://(?:www\.)?(?:huggingface\.co|hf\.co)/([\w.-]+/[\w.-]+)")


def find_other_names(card: ReadCard) -> Iterator[Problem]:
    """Titles, metadata and sentences that call the card's model by another name."""
    own = card.own_ids[0] if card.own_ids else None
    for line, name, where in (*_titles(card), *_indexed(card), *_language_models(card)):
        if own is not None and not is_same_model(name, own):
            yield Problem(
                line,
                f"{where} is {name!r}, but the card is of {own!r}",
                "call the model by one name everywhere",
            )


def find_unknown_mentions(card: ReadCard) -> Iterator[Problem]:
    """Ids of models in prose that have no known relation to the card's model."""
    known = [
        *card.own_ids,
        *base_models(card.front_matter),
        *(name for _, name in teacher_names(card)),
        *(name for name, _ in language_models(card.markdown)),
        *_linked(card),
        *_compared(card),
    ]
    for line, text in prose_lines(card.markdown):
        for name in MODEL_NAME.findall(text):
            if card.own_ids and _is_stray(name, known):
                yield Problem(
                    line,
                    f"{name!r} is neither this model nor its teacher nor its base model",
                    "say what it has to do with this model and link its page, or delete it",
                )


def _is_stray(name: str, known: Sequence[str]) -> bool:
    owner = name.partition("/")[0].lower()
    is_id = MODEL_ID.fullmatch(name) is not None
    return (
        is_id
        and not name.lower().endswith(FILE_ENDINGS)
        and owner not in PRETRAINED_OWNERS
        and not any(is_same_model(name, each) for each in known)
    )


def _titles(card: ReadCard) -> Iterator[tuple[int, str, str]]:
    """The first heading, where it is the name of a model and nothing else."""
    first = next(iter(card.markdown.headings), None)
    if first is not None and first.level == 1 and MODEL_NAME.fullmatch(first.text.strip()):
        yield first.line, first.text.strip(), "the title"


def _indexed(card: ReadCard) -> Iterator[tuple[int, str, str]]:
    for name, line in indexed_names(card.front_matter):
        yield line, name, "the name in the model-index"


def _language_models(card: ReadCard) -> Iterator[tuple[int, str, str]]:
    """What stands after "Language model:", unless it is what the model was made from."""
    for name, line in language_models(card.markdown):
        if MODEL_NAME.fullmatch(name) and not _is_start(name, card):
            yield line, name, "the language model"


def _is_start(name: str, card: ReadCard) -> bool:
    """Whether the card's model can have been trained from a model of this name."""
    if any(is_same_model(name, each) for each in base_models(card.front_matter)):
        return True
    if _FINE_TUNED.search(name):
        return False
    family = family_of(name)
    return family is not None and family in [family_of(own) for own in card.own_ids]


def _linked(card: ReadCard) -> Iterator[str]:
    """Models whose page the card links."""
    for link in card.markdown.links:
        if found := _HUB_PAGE.match(link.url):
            yield found[1]


def _compared(card: ReadCard) -> Iterator[str]:
    """Models that have a row or column of a table."""
    for table in card.markdown.tables:
        for row in (table.header, *table.rows):
            for cell in row.cells:
                yield from MODEL_NAME.findall(cell)
