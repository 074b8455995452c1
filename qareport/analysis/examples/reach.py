"""Finds out whether any span of tokens spells a gold answer.

Trying every span is quadratic in the tokens. Instead the letters of a gold answer are searched in
those of the context, without case and all that the normaliser drops, and with articles allowed
between words; only the few spans found so are normalised and compared.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from jaxtyping import Int32, Int64

from qareport.analysis.examples.golds import gold_spans, normalised_golds
from qareport.analysis.examples.observed import TokenWindow, context_tokens
from qareport.data.types import CharSpan, Example
from qareport.metrics.normalisers import SQUAD_EN, Normaliser

CACHED_CONTEXTS = 64
"""Questions about one context come in a row, so few contexts need to be kept."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Which spans of tokens spell a gold answer, that is, have exact match 1."""

    in_context: bool
    """Whether any span of the whole context does."""
    window_tokens: int | None
    """Tokens of the shortest such span inside one window; None if there is none."""


def find_reach(
    example: Example, windows: Sequence[TokenWindow], normaliser: Normaliser = SQUAD_EN
) -> Reach:
    """The reach of an answerable example's tokens, found without approximation."""
    golds = normalised_golds(example, normaliser)
    letters = _read_letters(example.context, normaliser)
    lengths = [
        tokens
        for window in windows
        if (tokens := _shortest(_bound(letters, window.token_chars), golds)) is not None
    ]
    if lengths:
        return Reach(in_context=True, window_tokens=min(lengths))
    whole = _bound(letters, context_tokens(windows))
    return Reach(in_context=_shortest(whole, golds) is not None, window_tokens=None)


def is_reachable(
    example: Example, windows: Sequence[TokenWindow], normaliser: Normaliser = SQUAD_EN
) -> bool:
    """Whether a span of tokens inside one window spells a gold answer."""
    golds = normalised_golds(example, normaliser)
    for span in set(gold_spans(example, normaliser)):
        spelled = normaliser.normalise(example.context[max(span.start, 0) : span.end])
        # Most gold answers are whole tokens where the data says; the others are searched for.
        if spelled in golds and any(_has_tokens(window, span) for window in windows):
            return True
    return find_reach(example, windows, normaliser).window_tokens is not None


def _has_tokens(window: TokenWindow, span: CharSpan) -> bool:
    """Whether the span goes from the start of a token to the end of one, in order."""
    starts, ends = window.token_chars.T
    first, last = int(starts.searchsorted(span.start)), int(ends.searchsorted(span.end))
    return (
        first <= last < len(ends)
        and bool(starts[first] == span.start)
        and bool(ends[last] == span.end)
    )


@dataclass(frozen=True, slots=True)
class _Letters:
    """What normalising keeps of a context, articles included."""

    context: str
    normaliser: Normaliser
    text: str
    before: Int64[np.ndarray, " offset"]
    """How many letters come before each character, and before the end."""

    @property
    def articles(self) -> tuple[str, ...]:
        """The words that may stand between those of a gold answer."""
        articles = self.normaliser.articles
        return articles.words if articles else ()


@dataclass(frozen=True, slots=True)
class _LetterSpan:
    """Letters from `start` to `end`, the end exclusive."""

    start: int
    end: int


@lru_cache(maxsize=CACHED_CONTEXTS)
def _read_letters(context: str, normaliser: Normaliser) -> _Letters:
    letters = {char: char.lower() if _is_kept(char, normaliser) else "" for char in set(context)}
    kept = [letters[char] for char in context]
    before = np.cumsum([0, *map(len, kept)], dtype=np.int64)
    return _Letters(context, normaliser, _fold_sigma("".join(kept)), before)


def _is_kept(char: str, normaliser: Normaliser) -> bool:
    # Between letters it cannot be an article of one letter, nor be stripped as an outer blank.
    return normaliser.normalise(f"x{char}x") not in {"xx", "x x"} and not char.isspace()


@dataclass(frozen=True, slots=True)
class _BoundTokens:
    """Some tokens of a context, and where they start and end among its letters."""

    letters: _Letters
    chars: Int32[np.ndarray, "token 2"]
    starts: Mapping[int, Sequence[int]]
    """The tokens that start before the letter of each offset, in order."""
    ends: Mapping[int, Sequence[int]]
    """The tokens that end there."""


def _bound(letters: _Letters, token_chars: Int32[np.ndarray, "token 2"]) -> _BoundTokens:
    starts, ends = (_places(column) for column in letters.before[token_chars].T)
    return _BoundTokens(letters, token_chars, starts, ends)


def _places(offsets: Int64[np.ndarray, " token"]) -> dict[int, list[int]]:
    """The tokens at each of the offsets."""
    places: dict[int, list[int]] = {}
    for token, offset in enumerate(offsets.tolist()):
        places.setdefault(offset, []).append(token)
    return places


def _shortest(tokens: _BoundTokens, golds: Iterable[str]) -> int | None:
    """Tokens of the shortest span that spells a gold answer; None if there is none."""
    lengths = [
        length
        for gold in golds
        for spelling in _find_spellings(tokens, _fold_sigma(gold).split())
        if (length := _shortest_of(tokens, spelling, gold=gold)) is not None
    ]
    return min(lengths, default=None)


def _shortest_of(tokens: _BoundTokens, spelling: _LetterSpan, *, gold: str) -> int | None:
    """Tokens of the shortest of the spans of the same letters that spells the gold answer."""
    letters, chars = tokens.letters, tokens.chars
    firsts, lasts = tokens.starts[spelling.start], tokens.ends[spelling.end]
    # They differ in blanks and marks at their ends, which cmrc does not always delete.
    spans = sorted((last - first + 1, first) for first in firsts for last in lasts if last >= first)
    for length, first in spans:
        start, end = chars[first, 0], chars[first + length - 1, 1]
        if letters.normaliser.normalise(letters.context[start:end]) == gold:
            return length
    return None


def _fold_sigma(text: str) -> str:
    # Alone among letters, a sigma's lower case depends on its neighbours, which a span may cut off.
    return text.replace("\u03c2", "\u03c3")


def _find_spellings(tokens: _BoundTokens, words: Sequence[str]) -> Iterator[_LetterSpan]:
    """Letters from a token's start to a token's end: the words, articles anywhere between."""
    letters = tokens.letters
    first_word, *others = words or [""]
    for offset in _find_offsets(letters.text, first_word):
        opened = tokens.starts.keys() & _spread(letters, {offset}, _before_article)
        if opened:
            closed = tokens.ends.keys() & _follow(letters, offset + len(first_word), others)
            yield from (_LetterSpan(start, end) for start in opened for end in closed)


def _find_offsets(letters: str, word: str) -> Iterator[int]:
    offset = letters.find(word)
    while offset >= 0:
        yield offset
        offset = letters.find(word, offset + 1)


def _follow(letters: _Letters, start: int, words: Sequence[str]) -> set[int]:
    """The offsets at which words from a start on can end, articles between and after them."""
    reached = _spread(letters, {start}, _after_article)
    for word in words:
        ends = {offset + len(word) for offset in reached if letters.text.startswith(word, offset)}
        reached = _spread(letters, ends, _after_article)
    return reached


def _spread(
    letters: _Letters, offsets: set[int], step: Callable[[_Letters, int], list[int]]
) -> set[int]:
    """The offsets, and all that can be reached from them by steps."""
    reached, fresh = set(offsets), list(offsets)
    while fresh:
        new = [offset for offset in step(letters, fresh.pop()) if offset not in reached]
        reached.update(new)
        fresh += new
    return reached


def _after_article(letters: _Letters, offset: int) -> list[int]:
    articles = letters.articles
    return [offset + len(each) for each in articles if letters.text.startswith(each, offset)]


def _before_article(letters: _Letters, offset: int) -> list[int]:
    articles = letters.articles
    return [offset - len(each) for each in articles if letters.text.endswith(each, 0, offset)]
