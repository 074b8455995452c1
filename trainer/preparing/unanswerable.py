"""Makes unanswerable questions by asking answerable ones about a similar paragraph."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from qareport.data.types import Example, Exclusion
from qareport.metrics.normalisers import normalise
from trainer.preparing.similarity import ParagraphIndex, index_paragraphs, rank_paragraphs


@dataclass(frozen=True, slots=True)
class UnanswerableExamples:
    """New examples without an answer, to be added to those they were made of."""

    examples: tuple[Example, ...]
    """In the order of the ids of the questions; their own are `id~unanswerable`."""
    questions_read: int
    """The number of new examples plus the counts of the exclusions."""
    exclusions: tuple[Exclusion, ...]


def make_unanswerable(
    examples: Iterable[Example], *, share: float, generator: np.random.Generator
) -> UnanswerableExamples:
    """A share of the answerable questions, asked about the paragraph most similar to them.

    It is a paragraph of the same article (examples without a title are one article), in which no
    gold answer of the question occurs and for which the same question has none either. `share` is
    0 to 1. The order of the examples does not matter.
    """
    by_id = sorted(examples, key=lambda example: example.id)
    answerable = [example for example in by_id if example.has_answer]
    drawn = generator.choice(len(answerable), round(share * len(answerable)), replace=False)
    chosen = [answerable[index] for index in sorted(drawn)]
    paragraphs = _Paragraphs(_index_articles(by_id), _answered_contexts(answerable))
    found = [(example, paragraphs.without_answer(example)) for example in chosen]
    made = tuple(
        _asked_about(context, example) for example, context in found if context is not None
    )
    reasons = (
        Exclusion("unanswerable already", len(by_id) - len(answerable)),
        Exclusion("not drawn", len(answerable) - len(chosen)),
        Exclusion("no similar paragraph without the answer", len(chosen) - len(made)),
    )
    return UnanswerableExamples(
        made, len(by_id), tuple(exclusion for exclusion in reasons if exclusion.count)
    )


@dataclass(frozen=True, slots=True)
class _Paragraphs:
    """All paragraphs, and the questions that each answers."""

    articles: Mapping[str, ParagraphIndex]
    """By title."""
    answered: Mapping[str, AbstractSet[str]]
    """Paragraphs that answer a question, by the question's normalised text."""

    def without_answer(self, example: Example) -> str | None:
        """The most similar paragraph that does not answer the question."""
        golds = {normalise(gold.text) for gold in example.gold_answers}
        answering = self.answered[normalise(example.question)]
        for paragraph in rank_paragraphs(self.articles[example.title], example.question):
            if paragraph not in answering and not _holds_any(golds, paragraph):
                return paragraph
        return None


def _index_articles(examples: Iterable[Example]) -> dict[str, ParagraphIndex]:
    contexts: defaultdict[str, set[str]] = defaultdict(set)
    for example in examples:
        contexts[example.title].add(example.context)
    return {title: index_paragraphs(sorted(paragraphs)) for title, paragraphs in contexts.items()}


def _answered_contexts(answerable: Iterable[Example]) -> dict[str, set[str]]:
    contexts: defaultdict[str, set[str]] = defaultdict(set)
    for example in answerable:
        contexts[normalise(example.question)].add(example.context)
    return contexts


def _holds_any(golds: Iterable[str], paragraph: str) -> bool:
    # Within words too: scripts without spaces have their answers there.
    form = _normalised_paragraph(paragraph)
    return any(gold in form for gold in golds)


@lru_cache(maxsize=4096)
def _normalised_paragraph(paragraph: str) -> str:
    return normalise(paragraph)


def _asked_about(context: str, example: Example) -> Example:
    return replace(
        example,
        id=f"{example.id}~unanswerable",
        context=context,
        gold_answers=(),
        plausible_answers=(),
    )
