"""Builds observed examples, windows, cases and intervals from the values of a test."""

import re
from dataclasses import replace

import numpy as np

from qareport.analysis.examples.cases import Case
from qareport.analysis.examples.observed import Observed, TokenWindow
from qareport.analysis.examples.rows import summarise
from qareport.analysis.statistics.intervals import Bounds, ClusterUnit, Interval
from qareport.analysis.statistics.null_bias import QUANTILE_LEVELS, Quantile
from qareport.data.types import Answer, CharSpan, Example, GoldAnswer, Prediction
from qareport.inference.n_best import list_answers
from qareport.inference.options import AnsweringOptions
from qareport.metrics.normalisers import NORMALISERS
from qareport.metrics.squad import score
from tests.builders import example

DEFAULTS = AnsweringOptions()
MATS = "the big old cat sat on mats"


def placed(
    asked: Example, text: str, *windows: TokenWindow, normaliser: str = "squad-en"
) -> Observed:
    """An example answered with a text, at the first offset where the context has it."""
    span = _span(asked.context, text)
    return replace(unplaced(asked, text, normaliser=normaliser), span=span, windows=windows)


def unplaced(asked: Example, text: str, *, normaliser: str = "squad-en") -> Observed:
    """An example answered elsewhere, so that the span of the text is not known."""
    rules = NORMALISERS[normaliser]
    return Observed(asked, text, None, score(asked, text, rules), windows=(), normaliser=rules)


def word_window(context: str, first: int = 0, last: int | None = None) -> TokenWindow:
    """A window over words `first` to `last` of a context, the last exclusive; each is a token."""
    chars = [word.span() for word in re.finditer(r"\S+", context)][first:last]
    return token_window(*chars, first=first)


def token_window(*chars: tuple[int, int], first: int = 0) -> TokenWindow:
    """A window of tokens given by their characters."""
    return TokenWindow(first, np.array(chars, dtype=np.int32).reshape(-1, 2))


def case(
    asked: Example,
    *n_best: str,
    text: str | None = None,
    null_margin: float = 0.0,
    windows: tuple[TokenWindow, ...] | None = None,
    options: AnsweringOptions = DEFAULTS,
    normaliser: str = "squad-en",
) -> Case:
    """A case with the n best texts, the first of them answered unless `text` is."""
    final = n_best[0] if text is None else text
    seen = (word_window(asked.context),) if windows is None else windows
    observed = placed(asked, final, *seen, normaliser=normaliser)
    answers = list_answers([Answer(each, _span(asked.context, each), 0.0, 0.0) for each in n_best])
    return Case(
        observed,
        Prediction(asked.id, final, observed.span, null_margin, answers, probabilities=()),
        options,
        question_is_cut=False,
    )


def interval(
    bounds: Bounds | None = None, *, clusters: int = 2, unit: ClusterUnit = ClusterUnit.ARTICLE
) -> Interval:
    """An interval over that many articles, or other units, of a question each."""
    return Interval(
        estimate=0.5,
        bounds=bounds,
        n=clusters,
        clusters=clusters,
        effective_clusters=float(clusters),
        unit=unit,
    )


def level_quantiles(shift: float) -> tuple[Quantile, ...]:
    """The quantiles of differences that are all the same."""
    return tuple(Quantile(level, shift) for level in QUANTILE_LEVELS)


def answerable(example_id: str = "q", *, title: str = "A") -> Example:
    """A question whose answer is "old cat"."""
    return example(example_id, context=MATS, golds=("old cat",), title=title)


def unanswerable(example_id: str = "q", *, title: str = "A") -> Example:
    """A question without an answer, though "cat" looks like one."""
    asked = example(example_id, context=MATS, title=title)
    return replace(asked, plausible_answers=(GoldAnswer("cat", 12),))


def _span(context: str, text: str) -> CharSpan | None:
    if not text:
        return None
    start = context.index(text)
    return CharSpan(start, start + len(text))


ROWS = (
    summarise(case(answerable("right"), "old cat", null_margin=-3.0)),
    summarise(case(answerable("superset"), "big old cat", null_margin=-2.0)),
    summarise(case(unanswerable("misled", title="B"), "cat", null_margin=-0.5)),
    summarise(case(answerable("withheld", title="B"), "", "old cat", null_margin=1.0)),
    summarise(case(unanswerable("abstained", title="B"), "", "mats", null_margin=3.0)),
)
"""In rising margin, their best spans score 1, 0 (F1 0.8), 0, 1, 0 when kept."""
ROWS_OF_EIGHT_ARTICLES = tuple(
    replace(
        row,
        example=replace(
            row.example, id=f"{row.example.id}{copy}", title=f"{row.example.title}{copy}"
        ),
    )
    for copy in range(4)
    for row in ROWS
)
"""The same rows four times, in articles of their own."""
