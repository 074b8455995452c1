"""Windows and gold answers in, out whether any span of tokens spells a gold answer.

Trying every span is quadratic in the tokens. Instead the letters of a gold answer are looked up
among those of the context, where blanks, punctuation and case are gone and articles may stand
between words; only the few spans found so are normalised and compared.
"""

import string
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from jaxtyping import Int32, Int64

from qareport.examining.golds import normalised_golds
from qareport.examining.observed import TokenWindow, context_tokens
from qareport.records import Example
from qareport.scoring.normalising import ARTICLES, normalise

CACHED_CONTEXTS = 64
"""Questions about one context come in a row, so few contexts need to be kept."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Which spans of tokens spell a gold answer, that is, have exact match 1."""

    in_context: bool
    """Whether any span of the whole context does."""
    window_tokens: int | None
    """Tokens of the shortest such span inside one window; None if there is none."""


def find_reach(example: Example, windows: Sequence[TokenWindow]) -> Reach:
    """What the tokens of an answerable example can spell; exact."""
    golds = normalised_golds(example)
    lengths = [
        tokens
        for window in windows
        for gold in golds
        if (tokens := _shortest(example.context, window.token_chars, gold)) is not None
    ]
    if lengths:
        return Reach(in_context=True, window_tokens=min(lengths))
    whole = context_tokens(windows)
    in_context = any(_shortest(example.context, whole, gold) is not None for gold in golds)
    return Reach(in_context=in_context, window_tokens=None)


@dataclass(frozen=True, slots=True)
class _Letters:
    """What normalising keeps of a text, articles included."""

    text: str
    before: Int64[np.ndarray, " place"]
    """How many letters come before each character, and before the end."""


@dataclass(frozen=True, slots=True)
class _LetterSpan:
    """Letters from `start` to `end`, the end exclusive."""

    start: int
    end: int


def _shortest(context: str, token_chars: Int32[np.ndarray, "token 2"], gold: str) -> int | None:
    """Tokens of the shortest span that spells a gold answer; None if there is none."""
    letters = _read_letters(context)
    bounds = letters.before[token_chars]  # (token, start or end)
    lengths: list[int] = []
    for spelling in _find_spellings(letters.text, bounds, _fold_sigma(gold).split()):
        firsts = np.flatnonzero(bounds[:, 0] == spelling.start)
        lasts = np.flatnonzero(bounds[:, 1] == spelling.end)
        spans = lasts[None, :] - firsts[:, None] + 1  # (first, last)
        if not (spans > 0).any():
            continue
        # Spans of the same letters differ in outer blanks and punctuation, so one stands for all.
        text = context[token_chars[firsts[0], 0] : token_chars[lasts[-1], 1]]
        if normalise(text) == gold:
            lengths.append(int(spans[spans > 0].min()))
    return min(lengths, default=None)


@lru_cache(maxsize=CACHED_CONTEXTS)
def _read_letters(context: str) -> _Letters:
    kept = [
        "" if char.isspace() or char in string.punctuation else char.lower() for char in context
    ]
    before = np.cumsum([0, *map(len, kept)], dtype=np.int64)
    return _Letters(_fold_sigma("".join(kept)), before)


def _fold_sigma(text: str) -> str:
    # Alone among letters, a sigma's lower case depends on its neighbours, which a span may cut off.
    return text.replace("\u03c2", "\u03c3")


def _find_spellings(
    letters: str, bounds: Int64[np.ndarray, "token 2"], words: Sequence[str]
) -> Iterator[_LetterSpan]:
    """Letters from a token's start to a token's end: the words, articles anywhere between."""
    starts, ends = set(bounds[:, 0].tolist()), set(bounds[:, 1].tolist())
    first_word, *others = words or [""]
    for place in _find_places(letters, first_word):
        opened = starts & _spread(letters, {place}, _before_article)
        if opened:
            closed = ends & _follow(letters, place + len(first_word), others)
            yield from (_LetterSpan(start, end) for start in opened for end in closed)


def _find_places(letters: str, word: str) -> Iterator[int]:
    place = letters.find(word)
    while place >= 0:
        yield place
        place = letters.find(word, place + 1)


def _follow(letters: str, place: int, words: Sequence[str]) -> set[int]:
    """Where the words can end that go on from a place, articles between and after them."""
    reached = _spread(letters, {place}, _after_article)
    for word in words:
        read = {at + len(word) for at in reached if letters.startswith(word, at)}
        reached = _spread(letters, read, _after_article)
    return reached


def _spread(letters: str, places: set[int], step: Callable[[str, int], list[int]]) -> set[int]:
    """The places, and all those that steps lead to from them."""
    reached, fresh = set(places), list(places)
    while fresh:
        new = [place for place in step(letters, fresh.pop()) if place not in reached]
        reached.update(new)
        fresh += new
    return reached


def _after_article(letters: str, place: int) -> list[int]:
    return [place + len(each) for each in ARTICLES if letters.startswith(each, place)]


def _before_article(letters: str, place: int) -> list[int]:
    return [place - len(each) for each in ARTICLES if letters.endswith(each, 0, place)]
