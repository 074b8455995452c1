"""Finds ids of data sets and base models in the metadata that the Hub refuses."""

import re
from collections.abc import Iterator, Mapping

from qareport.cards.lint.card import ReadCard
from qareport.cards.lint.metadata.schema import EACH, spell, values_at
from qareport.cards.lint.problems import Problem

RELATIONS = ("adapter", "merge", "quantized", "finetune")
LONGEST_ID = 96
"""Characters of a repository's name, as the Hub has it."""
MOVED: Mapping[str, str] = {
    "squad": "rajpurkar/squad",
    "squad_v2": "rajpurkar/squad_v2",
    "adversarial_qa": "UCLNLP/adversarial_qa",
    "mlqa": "facebook/mlqa",
    "natural_questions": "google-research-datasets/natural_questions",
    "quoref": "allenai/quoref",
    "squad_adversarial": "stanfordnlp/squad_adversarial",
    "trivia_qa": "mandarjoshi/trivia_qa",
    "tydiqa": "google-research-datasets/tydiqa",
    "xquad": "google/xquad",
}
"""Data sets that have moved to their owners; the Hub forwards the old ids."""
_PART = r"(?!.*(?:--|\.\.))\w(?:[\w.-]*\w)?"
_ID = re.compile(rf"{_PART}(?:/{_PART})?", re.ASCII)


def find_invalid_datasets(card: ReadCard) -> Iterator[Problem]:
    """Data sets named by a path or in prose, and not by an id."""
    for found in values_at(card.front_matter.values, ("datasets", EACH)):
        if isinstance(found.value, str) and not is_hub_id(found.value):
            yield Problem(
                card.front_matter.line(found.path),
                f"{found.value!r} is not the id of a data set",
                "write `owner/name` as on the Hub, and describe other data on the page",
                hub_message=f'"{spell(found.path)}" with value "{found.value}" is not valid. '
                "If possible, use a dataset id from https://hf.co/datasets.",
            )


def find_moved_datasets(card: ReadCard) -> Iterator[Problem]:
    """Data sets under ids that they had once."""
    for found in values_at(card.front_matter.values, ("datasets", EACH)):
        new = MOVED.get(found.value) if isinstance(found.value, str) else None
        if new is not None:
            scalar = card.scalars.get(found.path)
            yield Problem(
                card.front_matter.line(found.path),
                f"the data set {found.value!r} is now {new!r}",
                f"write {new}",
                mend=scalar.replaced(new) if scalar else None,
            )


def find_invalid_base_models(card: ReadCard) -> Iterator[Problem]:
    """Base models that are not ids, such as folders of the computer that trained."""
    for pattern in (("base_model",), ("base_model", EACH)):
        for found in values_at(card.front_matter.values, pattern):
            if isinstance(found.value, str) and not is_hub_id(found.value):
                yield Problem(
                    card.front_matter.line(found.path),
                    f"{found.value!r} is not the id of a model",
                    "write `owner/name` as on the Hub, never a folder",
                    hub_message=f'"{spell(found.path)}" with value "{found.value}" is not valid. '
                    "Use a model id from https://hf.co/models.",
                )


def find_invalid_relations(card: ReadCard) -> Iterator[Problem]:
    """Relations to the base model that the Hub does not know."""
    said = card.front_matter.values.get("base_model_relation")
    if isinstance(said, str) and said not in RELATIONS:
        yield Problem(
            card.front_matter.line(("base_model_relation",)),
            f"{said!r} is not a relation to a base model",
            f"write one of {', '.join(RELATIONS)}; a distilled model is a finetune",
            hub_message=f'"base_model_relation" must be one of [{", ".join(RELATIONS)}]',
        )


def is_hub_id(said: str) -> bool:
    """Whether a text can be the id of something on the Hub."""
    return _ID.fullmatch(said) is not None and len(said.rpartition("/")[2]) <= LONGEST_ID
