"""Finds models whose tokenizers do not fit together, by their names."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qareport.cards.lint.card import ReadCard
from qareport.cards.lint.model_names import (
    MODEL_NAME,
    base_models,
    is_same_model,
    language_models,
    last_part,
)
from qareport.cards.lint.problems import Problem
from qareport.cards.text.markdown import prose_lines


@dataclass(frozen=True, slots=True)
class Family:
    """Models that share one vocabulary."""

    pattern: re.Pattern[str]
    """Found in the last part of a name, in small letters."""
    vocabulary: str
    is_english: bool = False


def _family(pattern: str, vocabulary: str, *, is_english: bool = False) -> Family:
    return Family(re.compile(pattern), vocabulary, is_english)


FAMILIES: Sequence[Family] = (
    _family(r"xlm-?r(?:oberta)?\b|xlm-roberta|multilingual-minilm|mminilm", "XLM-RoBERTa"),
    _family(r"mdeberta", "mDeBERTa"),
    _family(r"deberta-v[23]", "DeBERTa v2 or v3"),
    _family(r"deberta", "RoBERTa", is_english=True),
    _family(r"camembert", "CamemBERT"),
    _family(r"gelectra|gbert|gottbert", "German"),
    _family(
        r"(?:bert|electra).*(?:german|chinese|japanese|arabic|dutch|turkish)", "of one language"
    ),
    _family(r"(?:rembert|muril|indic|kobert|herbert|rubert|phobert|beto|flaubert)", "of its own"),
    _family(r"roberta|longformer|\bbart\b", "RoBERTa", is_english=True),
    _family(r"albert", "ALBERT", is_english=True),
    _family(r"xlnet", "XLNet", is_english=True),
    _family(r"bert.*multilingual-cased|\bmbert\b", "BERT, multilingual cased"),
    _family(r"bert.*multilingual", "BERT, multilingual uncased"),
    _family(r"bert.*uncased", "BERT, English uncased", is_english=True),
    _family(r"bert.*cased", "BERT, English cased", is_english=True),
    _family(
        r"electra|tinybert|mobilebert|minilm|bert-(?:tiny|mini|small|medium)",
        "BERT, English uncased",
        is_english=True,
    ),
)
"""The first that is found counts. ELECTRA and the small models took BERT's uncased vocabulary."""
_TEACHER = re.compile(r"\bteacher|\blehrer", re.IGNORECASE)
_UNCLEAR = frozenset({"of one language", "of its own"})


def find_unlike_tokenizers(card: ReadCard) -> Iterator[Problem]:
    """A teacher and a student that cut texts into different tokens, so that no logits match."""
    name = _name_with_family(card)
    student = family_of(name)
    for line, teacher in teacher_names(card):
        family = family_of(teacher)
        if student and family and _differ(student, family):
            yield Problem(
                line,
                f"the teacher {teacher!r} has the vocabulary {family.vocabulary}, but the model "
                f"{name!r} has {student.vocabulary}",
                "name the right model and its right teacher: distillation needs one vocabulary",
            )


def find_english_only_models(card: ReadCard) -> Iterator[Problem]:
    """A card that says multilingual of a model that only knows English."""
    said = card.front_matter.values.get("language")
    languages = said if isinstance(said, list) else [said]
    is_multilingual = any(
        isinstance(each, str) and each.lower() == "multilingual" for each in languages
    )
    name = _name_with_family(card)
    family = family_of(name)
    if is_multilingual and family is not None and family.is_english:
        yield Problem(
            card.front_matter.line(("language",)),
            f"the language is multilingual, but {name!r} is of an English family",
            "write the language of the model, or the right name of the model",
        )


def teacher_names(card: ReadCard) -> Iterator[tuple[int, str]]:
    """The model that a line with the word teacher names, if it names one, with the line."""
    others = (*card.own_ids, *base_models(card.front_matter))
    for line, text in prose_lines(card.markdown):
        named = {
            name
            for name in MODEL_NAME.findall(text)
            if not any(is_same_model(name, other) for other in others)
        }
        # With several names on the line, which of them is the teacher takes a reader.
        if _TEACHER.search(text) and len(named) == 1:
            yield line, named.pop()


def family_of(name: str) -> Family | None:
    """The family of a model by its name; None where the name does not say."""
    found = (family for family in FAMILIES if family.pattern.search(last_part(name)))
    return next(found, None)


def _name_with_family(card: ReadCard) -> str:
    """A name that shows the family of the card's model, its own before its base model's; or ""."""
    said = (name for name, _ in language_models(card.markdown))
    names = (*card.own_ids, *base_models(card.front_matter), *said)
    return next((name for name in names if family_of(name)), "")


def _differ(family: Family, other: Family) -> bool:
    if family.vocabulary == other.vocabulary:
        return False
    return not {family.vocabulary, other.vocabulary} <= _UNCLEAR
