"""Computes ceilings: what the same windows and n-best lists allow, and what people score."""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from qareport.analysis.examples.cases import NO_ANSWER, Case
from qareport.analysis.examples.golds import counted_golds
from qareport.analysis.examples.rows import ExampleRow
from qareport.data.percent import Score
from qareport.data.types import EXACT, F1, Example, ExampleScore, GoldAnswer, Total
from qareport.metrics.normalisers import Normaliser
from qareport.metrics.squad import score
from qareport.metrics.totals import total

FEWEST_ANNOTATORS = 2
"""Fewest gold answers of which one can be scored against the others."""


@dataclass(frozen=True, slots=True)
class Points:
    """What one example could score."""

    exact: float
    """0 to 1."""
    f1: float | None
    """0 to 1; None where only exact match is asked."""


@dataclass(frozen=True, slots=True)
class Ceiling:
    """Mean of what `n` examples could score."""

    n: int
    exact: Score
    """0 to 1."""
    f1: Score | None
    """0 to 1; None where only exact match is asked."""


@dataclass(frozen=True, slots=True)
class HumanScores:
    """What people and the model score on the same questions."""

    humans: Total
    """Each gold answer against the others of its question, by exact match and F1."""
    model: Total


def find_ceilings(cases: Sequence[Case]) -> dict[str, Ceiling]:
    """The ceilings in the order of `CEILINGS`, without those that apply to no example."""
    points = {
        name: [each for case in cases if (each := reachable(case)) is not None]
        for name, reachable in CEILINGS.items()
    }
    return {name: _mean(of_name) for name, of_name in points.items() if of_name}


def score_humans(rows: Sequence[ExampleRow], normaliser: Normaliser) -> HumanScores | None:
    """Humans and the model on the questions with two gold answers or more; None without any.

    None as well where no question has the same gold answer twice: then they are phrasings that one
    person listed, which never agree.
    """
    if not any(_is_agreed(row.example) for row in rows):
        return None
    found = [(row.score, compare_golds(row.example, normaliser)) for row in rows]
    pairs = [(own, points) for own, points in found if points is not None]
    if not pairs:
        return None
    humans = {
        EXACT: math.fsum(points.exact for _, points in pairs) / len(pairs),
        F1: math.fsum(points.f1 for _, points in pairs) / len(pairs),
    }
    return HumanScores(Total(len(pairs), humans), total([own for own, _ in pairs]).overall)


def compare_golds(example: Example, normaliser: Normaliser) -> ExampleScore | None:
    """Each gold answer as the prediction, with the others as gold answers; the mean of these.

    Two annotators who gave the same answer agree. None for fewer than two gold answers.
    """
    golds = counted_golds(example, normaliser)
    if len(golds) < FEWEST_ANNOTATORS:
        return None
    scores: dict[GoldAnswer, ExampleScore] = {}
    for gold, times in Counter(golds).items():
        others = tuple(other for other in dict.fromkeys(golds) if other != gold or times > 1)
        scores[gold] = score(replace(example, gold_answers=others), gold.text, normaliser)
    means = {
        name: math.fsum(scores[gold].measures[name] for gold in golds) / len(golds)
        for name in (EXACT, F1)
    }
    return ExampleScore(example.id, example.has_answer, means)


def _is_agreed(example: Example) -> bool:
    """Whether two annotators chose the same characters."""
    return len({*example.gold_answers}) < len(example.gold_answers)


def _tokenizer(case: Case) -> Points | None:
    """Some token span of the whole context spells a gold answer."""
    return Points(float(case.reach.in_context), f1=None) if case.reach else None


def _window(case: Case) -> Points | None:
    """The same, inside one window."""
    return Points(float(case.reach.window_tokens is not None), f1=None) if case.reach else None


def _length(case: Case) -> Points | None:
    """The same, and no longer than answers may be."""
    if case.reach is None:
        return None
    tokens = case.reach.window_tokens
    is_allowed = tokens is not None and tokens <= case.options.max_answer_length
    return Points(float(is_allowed), f1=None)


def _n_best(case: Case) -> Points:
    """The best entry of the n-best list, the null answer among them."""
    best_f1 = 0.0
    for answer in case.prediction.n_best:
        points = case.judge(answer)
        # Where texts match exactly F1 is 1 too, so the rest of the list cannot be better.
        if points.exact == 1:
            return _points(points)
        best_f1 = max(best_f1, points.f1)
    return Points(exact=0.0, f1=best_f1)


def _abstention(case: Case) -> Points:
    """Abstains where there is no answer, and gives the best span elsewhere."""
    best, has_answer = case.best_answer, case.observed.score.has_answer
    return _points(case.judge(best if best and has_answer else NO_ANSWER))


def _span(case: Case) -> Points:
    """Abstains where the model does; all its answers to answerable questions count as right."""
    observed = case.observed
    if observed.score.has_answer and observed.text:
        return Points(exact=1.0, f1=1.0)
    return _points(observed.score)


CEILINGS: Mapping[str, Callable[[Case], Points | None]] = {
    "tokenizer": _tokenizer,
    "window": _window,
    "length": _length,
    "n-best": _n_best,
    "abstention": _abstention,
    "span": _span,
}
"""What an example could score; None if the ceiling does not apply to it."""


def _points(scored: ExampleScore) -> Points:
    return Points(scored.exact, scored.f1)


def _mean(points: Sequence[Points]) -> Ceiling:
    f1s = [each.f1 for each in points if each.f1 is not None]
    return Ceiling(
        n=len(points),
        exact=sum(each.exact for each in points) / len(points),
        f1=sum(f1s) / len(points) if f1s else None,
    )
