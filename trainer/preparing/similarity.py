"""Ranks paragraphs by the cosine of their TF-IDF vectors with a question's."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64, Int64

WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Where a word occurs."""

    indices: Int64[np.ndarray, "paragraph"]
    """Of the paragraphs with the word."""
    weights: Float64[np.ndarray, "paragraph"]
    """What the word in a question adds to the similarity of each of them."""


@dataclass(frozen=True, slots=True)
class ParagraphIndex:
    """Paragraphs, findable by their words."""

    paragraphs: tuple[str, ...]
    occurrences: Mapping[str, Occurrences]
    """By word."""


def index_paragraphs(paragraphs: Sequence[str]) -> ParagraphIndex:
    """The index of some paragraphs.

    A word weighs as often as it occurs times `log(1 + paragraphs / paragraphs with the word)`.
    """
    counts = [_count_words(paragraph) for paragraph in paragraphs]
    spread = Counter(word for count in counts for word in count)
    rarity = {word: math.log(1 + len(paragraphs) / holders) for word, holders in spread.items()}
    found: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
    for number, count in enumerate(counts):
        length = math.hypot(*(times * rarity[word] for word, times in count.items()))
        for word, times in count.items():
            found[word].append((number, rarity[word] ** 2 * times / length))
    return ParagraphIndex(
        tuple(paragraphs), {word: _occurrences(entries) for word, entries in found.items()}
    )


def rank_paragraphs(index: ParagraphIndex, question: str) -> Iterator[str]:
    """The paragraphs that share a word with a question, most similar first; ties in their order."""
    similarities = np.zeros(len(index.paragraphs))
    for word, times in _count_words(question).items():
        if word in index.occurrences:
            occurrences = index.occurrences[word]
            similarities[occurrences.indices] += times * occurrences.weights
    # The question's own length would divide all of them alike, and change no rank.
    ranked = np.argsort(-similarities, kind="stable")
    return (index.paragraphs[number] for number in ranked[: np.count_nonzero(similarities)])


def _count_words(text: str) -> Counter[str]:
    return Counter(WORD.findall(text.lower()))


def _occurrences(entries: Sequence[tuple[int, float]]) -> Occurrences:
    indices, weights = zip(*entries, strict=True)
    return Occurrences(np.array(indices, dtype=np.int64), np.array(weights, dtype=np.float64))
