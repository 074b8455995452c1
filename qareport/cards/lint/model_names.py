"""Finds the names of models in text, and the name of a card's own model."""

import re
from collections.abc import Iterator

from qareport.cards.text.front_matter import FrontMatter
from qareport.cards.text.markdown import Markdown, prose_lines

FAMILY_WORDS = (
    r"(?:bert|electra|xlm|xlnet|minilm|longformer|bigbird|bart|mpnet|funnel|rembert|luke)"
)
MODEL_NAME = re.compile(
    rf"(?<![\w./@-])(?:[A-Za-z0-9][\w.-]*/)?(?=[\w.-]*{FAMILY_WORDS})[A-Za-z0-9]\w*(?:[.-]\w+)+",
    re.IGNORECASE,
)
"""An id, or a name of several parts, of a family of models that answer questions."""
MODEL_ID = re.compile(r"[\w.-]{1,96}/[\w.-]{1,96}")
_LANGUAGE_MODEL = re.compile(r"language model\W{1,8}(?P<name>[\w./-]+)", re.IGNORECASE)


def own_names(
    front_matter: FrontMatter, markdown: Markdown, *, model_id: str | None
) -> tuple[str, ...]:
    """What the card's model is called: by the caller, else by the model-index, else in prose."""
    if model_id is not None:
        return (model_id,)
    indexed = tuple(name for name, _ in indexed_names(front_matter))
    if indexed:
        return indexed
    said = (name for name, _ in language_models(markdown))
    return tuple(name for name in said if MODEL_ID.fullmatch(name))


def indexed_names(front_matter: FrontMatter) -> Iterator[tuple[str, int]]:
    """Names of the model-index, each with its line."""
    entries = front_matter.values.get("model-index")
    for index, entry in enumerate(entries if isinstance(entries, list) else ()):
        name = entry.get("name") if isinstance(entry, dict) else None
        if isinstance(name, str) and name.strip():
            yield name.strip(), front_matter.line(("model-index", index, "name"))


def language_models(markdown: Markdown) -> Iterator[tuple[str, int]]:
    """What the page says after "Language model:", each with its line."""
    for line, text in prose_lines(markdown):
        if found := _LANGUAGE_MODEL.search(text):
            yield found["name"].strip("."), line


def base_models(front_matter: FrontMatter) -> tuple[str, ...]:
    """Ids of the models that training started from."""
    said = front_matter.values.get("base_model")
    names = said if isinstance(said, list) else [said]
    return tuple(name for name in names if isinstance(name, str))


def last_part(name: str) -> str:
    """The name of a model without its owner, for comparing."""
    return name.rpartition("/")[2].lower()


def is_same_model(name: str, other: str) -> bool:
    """Whether two names can be of one model: an owner counts where both have one."""
    owner, other_owner = (each.rpartition("/")[0].lower() for each in (name, other))
    is_same_owner = owner == other_owner or not (owner and other_owner)
    return is_same_owner and last_part(name) == last_part(other)
