"""Finds question words, and measures how many words question and answer sentence share."""

import re
from bisect import bisect_right
from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise

from qareport.analysis.examples.golds import counted_golds
from qareport.data.types import CharSpan, Example
from qareport.metrics.normalisers import tokenise

QUESTION_WORDS: Mapping[str, str] = {
    "how many/much": r"how\s+(?:many|much)",
    "how": "how",
    "what": "what",
    "which": "which",
    "who/whom/whose": "who(?:m|se)?",
    "when": "when",
    "where": "where",
    "why": "why",
}
"""Pattern of each group in lower case; of two that begin alike the longer comes first."""

STOP_WORDS = frozenset(
    tokenise(
        "how many much what which who whom whose when where why "
        "about after all also and any are as at be because been before being between but by can "
        "could did do does during each for from had has have he her his if in into is it its may "
        "might more most not of on one or other our out over shall she should so some such than "
        "that their them then there these they this those through to under up was we were will "
        "with would you your"
    )
)
"""Question words and words that say little of a subject: our own list, normalised."""

_QUESTION_WORD = re.compile(
    r"\b(?:" + "|".join(f"({pattern})" for pattern in QUESTION_WORDS.values()) + r")\b"
)

SENTENCE_END = re.compile(r"[.!?\u3002\uff01\uff1f](?=\s|\Z)")
"""A mark, western or Chinese, before whitespace or the end; "U.S. law" is two sentences to it."""

CACHED_CONTEXTS = 64
"""Questions about one context come in a row, so few contexts need to be kept."""


def find_question_word(question: str) -> str | None:
    """The group of the earliest question word; None if there is none."""
    found = _QUESTION_WORD.search(question.lower())
    if found is None:
        return None
    return next(
        group
        for group, text in zip(QUESTION_WORDS, found.groups(), strict=True)
        if text is not None
    )


def lexical_overlap(example: Example) -> float | None:
    """Share of the question's distinct content words in the sentence where the first gold starts.

    Without a gold answer it is the sentence with the highest share; None without content words.
    """
    content_words = frozenset(tokenise(example.question)) - STOP_WORDS
    if not content_words:
        return None
    sentences = sentence_words(example.context)
    golds = counted_golds(example)
    if golds:
        number = sentence_number(example.context, golds[0].start)
        sentences = sentences[number : number + 1]
    shared = max((len(content_words & words) for words in sentences), default=0)
    return shared / len(content_words)


def share_sentence(context: str, one: CharSpan, other: CharSpan) -> bool:
    """Whether some sentence holds a part of both spans."""
    ends = _sentence_ends(context)
    first = bisect_right(ends, max(one.start, other.start))
    last = bisect_right(ends, min(one.end, other.end) - 1)
    return first <= last


@lru_cache(maxsize=CACHED_CONTEXTS)
def sentence_words(context: str) -> tuple[frozenset[str], ...]:
    """The distinct normalised words of each sentence; what follows the last one is one too."""
    cuts = (0, *_sentence_ends(context), len(context))
    return tuple(frozenset(tokenise(context[start:end])) for start, end in pairwise(cuts))


def sentence_number(context: str, char: int) -> int:
    """Index in `sentence_words` of a character's sentence; blanks belong to the next one."""
    return bisect_right(_sentence_ends(context), char)


@lru_cache(maxsize=CACHED_CONTEXTS)
def _sentence_ends(context: str) -> tuple[int, ...]:
    return tuple(mark.end() for mark in SENTENCE_END.finditer(context))
