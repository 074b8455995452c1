"""A context to its sentences: which hold a span, and the words of each."""

import re
from bisect import bisect_right
from functools import lru_cache
from itertools import pairwise

from qareport.records import CharSpan
from qareport.scoring.normalising import tokenise

SENTENCE_END = re.compile(r"[.!?\u3002\uff01\uff1f](?=\s|\Z)")
"""A mark, western or Chinese, before whitespace or the end; "U.S. law" is two sentences to it."""

CACHED_CONTEXTS = 64
"""Questions about one context come in a row, so few contexts need to be kept."""


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
    """Place among `sentence_words` of the sentence with a character; blanks open the next one."""
    return bisect_right(_sentence_ends(context), char)


@lru_cache(maxsize=CACHED_CONTEXTS)
def _sentence_ends(context: str) -> tuple[int, ...]:
    return tuple(mark.end() for mark in SENTENCE_END.finditer(context))
