"""A gold answer is in reach exactly when brute force finds a span of tokens that spells it."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qareport.analysis.examples.golds import normalised_golds
from qareport.analysis.examples.observed import TokenWindow, context_tokens
from qareport.analysis.examples.reach import Reach, find_reach, is_reachable
from qareport.data.types import Example
from qareport.metrics.normalisers import NORMALISERS, Normaliser
from tests.analysis_builders import token_window, word_window
from tests.builders import example

NOWHERE = Reach(in_context=False, window_tokens=None)
# Articles, a sigma (whose lower case depends on its neighbours), a letter that becomes two, and all
# that normalising drops; "d", "e" and "r" make German articles, and the Arabic one is two letters.
TEXTS = st.text(
    "athendr\u03a3\u03c3\u03c2B\u0130\u2019 .-$\u300a\u0627\u0644\u5317\u3002", max_size=14
)


def brute_force_lengths(
    asked: Example, windows: list[TokenWindow], normaliser: Normaliser
) -> list[int]:
    """Tokens of every span of a window that spells a gold answer."""
    golds = normalised_golds(asked, normaliser)
    return [
        last - first + 1
        for window in windows
        for first in range(len(window.token_chars))
        for last in range(first, len(window.token_chars))
        if normaliser.normalise(
            asked.context[window.token_chars[first, 0] : window.token_chars[last, 1]]
        )
        in golds
    ]


def reach_of(*golds: str, context: str, windows: tuple[TokenWindow, ...] | None = None) -> Reach:
    """What the words of a context can spell."""
    asked = example(context=context, golds=golds)
    return find_reach(asked, windows or (word_window(context),))


@pytest.mark.parametrize(
    ("context", "gold", "tokens"),
    [
        pytest.param("see Denver Broncos now", "Denver Broncos", 2, id="as-it-stands"),
        pytest.param("in 1990, 5", "1990", 1, id="punctuation-of-the-token"),
        pytest.param("University of the Arts", "university of arts", 4, id="article-between"),
        pytest.param("see the Nile", "the Nile", 1, id="article-not-needed"),
        pytest.param("see THE-BEATLES", "The-Beatles", 1, id="article-in-a-word"),
        pytest.param("Big  cat", "big cat", 2, id="blanks"),
    ],
)
def test_the_shortest_span_that_spells_a_gold_is_found(
    context: str, gold: str, tokens: int
) -> None:
    assert reach_of(gold, context=context) == Reach(in_context=True, window_tokens=tokens)


def test_the_gold_that_takes_the_fewest_tokens_counts() -> None:
    assert reach_of("Denver Broncos", "Broncos", context="Denver Broncos").window_tokens == 1


@pytest.mark.parametrize(
    ("context", "gold"),
    [
        pytest.param("mid-1990s", "1990s", id="inside-a-token"),
        pytest.param("mid 1990s", "mid-1990s", id="other-words"),
        pytest.param("Rome", "Paris", id="absent"),
    ],
)
def test_a_gold_that_no_tokens_spell_is_out_of_reach(context: str, gold: str) -> None:
    assert reach_of(gold, context=context) == NOWHERE


def test_a_gold_cut_by_every_window_is_in_reach_of_the_context_only() -> None:
    windows = (word_window("a1 b2 c3", 0, 2), word_window("a1 b2 c3", 2))

    reach = reach_of("b2 c3", context="a1 b2 c3", windows=windows)

    assert reach == Reach(in_context=True, window_tokens=None)


# Golden case E2: nothing but an empty text is right where all golds normalise to nothing.
@pytest.mark.parametrize(("context", "tokens"), [("see the . end", 1), ("see end", None)])
def test_a_gold_that_normalises_to_nothing_is_spelled_by_what_does(
    context: str, tokens: int | None
) -> None:
    assert reach_of("The", context=context).window_tokens == tokens


def test_a_span_may_begin_and_end_with_articles() -> None:
    window = token_window((0, 9), (10, 15))

    reach = reach_of("old cat", context="a the old cat a end", windows=(window,))

    assert reach == Reach(in_context=True, window_tokens=2)


# A sigma at the end of a word has a lower case of its own, and tokens may end inside a word.
def test_a_sigma_that_tokens_put_at_the_end_is_found() -> None:
    window = token_window((0, 2), (2, 3))

    reach = reach_of("\u0391\u03a3", context="\u0391\u03a3\u0391", windows=(window,))

    assert reach == Reach(in_context=True, window_tokens=1)


def test_no_window_reaches_nothing() -> None:
    assert find_reach(example(golds=("c",)), ()) == NOWHERE


@dataclass(frozen=True)
class CutContext:
    """A context in tokens that may be empty, overlap or leave gaps, in overlapping windows."""

    context: str
    golds: list[str]
    token_chars: list[tuple[int, int]]
    window_size: int
    shared_tokens: int

    def windows(self) -> list[TokenWindow]:
        """Windows from the first token to the last."""
        step = self.window_size - self.shared_tokens
        firsts = range(0, max(len(self.token_chars) - self.shared_tokens, 1), step)
        return [
            token_window(*self.token_chars[first : first + self.window_size], first=first)
            for first in firsts
        ]


@st.composite
def cut_contexts(draw: st.DrawFn) -> CutContext:
    """Any context of a few tokens; its golds are pieces of it or other texts."""
    context = draw(TEXTS)
    offsets = st.integers(0, len(context))
    pieces = st.tuples(offsets, offsets).map(lambda cut: context[min(cut) : max(cut)])
    starts = sorted(draw(st.lists(offsets, max_size=8)))
    ends = sorted(draw(st.lists(offsets, min_size=len(starts), max_size=len(starts))))
    window_size = draw(st.integers(1, 8))
    return CutContext(
        context,
        golds=draw(st.lists(st.one_of(TEXTS, pieces), min_size=1, max_size=2)),
        token_chars=[(start, max(start, end)) for start, end in zip(starts, ends, strict=True)],
        window_size=window_size,
        shared_tokens=draw(st.integers(0, window_size - 1)),
    )


@pytest.mark.parametrize("normaliser", NORMALISERS.values(), ids=NORMALISERS)
@given(cut_contexts())
def test_reach_is_that_of_brute_force(normaliser: Normaliser, cut_context: CutContext) -> None:
    asked = example(context=cut_context.context, golds=tuple(cut_context.golds))
    windows = cut_context.windows()
    whole = [TokenWindow(0, context_tokens(windows))]
    in_windows = brute_force_lengths(asked, windows, normaliser)
    in_context = brute_force_lengths(asked, whole, normaliser)

    reach = find_reach(asked, windows, normaliser)

    assert reach == Reach(bool(in_context), min(in_windows, default=None))
    assert is_reachable(asked, windows, normaliser) is bool(in_windows)
