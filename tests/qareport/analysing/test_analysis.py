"""Each figure of an analysis is the one that a hand-made set of answers has."""

import math
from dataclasses import replace
from itertools import pairwise

import pytest

from qareport.analysing.abstention import LOWEST_TEMPERATURE
from qareport.analysing.analysis import Analysis, analyse, worst_groups
from qareport.analysing.tie_safe import CrossFit, TieSafeBest
from qareport.errors import DataError
from qareport.examining.breakdown import MIN_GROUP
from qareport.examining.causes import CAUSES
from qareport.examining.mistakes import KINDS
from qareport.examining.rows import ExampleRow, summarise
from qareport.examining.traits import TRAITS
from qareport.records import Example, GoldAnswer
from qareport.scoring.thresholds import BestThreshold
from tests.analysis_builders import case
from tests.builders import example
from tests.row_builders import row

CONTEXT = "the big old cat sat on mats"
PLAUSIBLE = (GoldAnswer("cat", 12),)


def has_answer(example_id: str, title: str) -> Example:
    """A question whose answer is "old cat"."""
    return example(example_id, context=CONTEXT, golds=("old cat",), title=title)


def no_answer(example_id: str, title: str) -> Example:
    """A question without an answer, though "cat" looks like one."""
    unanswerable = example(example_id, context=CONTEXT, title=title)
    return replace(unanswerable, plausible_answers=PLAUSIBLE)


RIGHT = summarise(case(has_answer("right", "A"), "old cat", null_margin=-3.0))
SUPERSET = summarise(case(has_answer("superset", "A"), "big old cat", null_margin=-2.0))
MISLED = summarise(case(no_answer("misled", "B"), "cat", null_margin=-0.5))
WITHHELD = summarise(case(has_answer("withheld", "B"), "", "old cat", null_margin=1.0))
ABSTAINED = summarise(case(no_answer("abstained", "B"), "", "mats", null_margin=3.0))
ROWS = (RIGHT, SUPERSET, MISLED, WITHHELD, ABSTAINED)


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    """What the five rows mean."""
    return analyse(ROWS)


def group_rows(group: str, count: int, text: str) -> list[ExampleRow]:
    """Rows of one group of question words that were all answered alike, where "owl" is right."""
    asked = (example(f"{group} {number}", golds=("owl",)) for number in range(count))
    return [row(each, text, groups={"question word": group}) for each in asked]


def crossed(analysis: Analysis) -> CrossFit:
    """The cross-fit of exact match."""
    assert analysis.exact.cross_fitted is not None
    return analysis.exact.cross_fitted


def test_the_official_best_is_told_in_points(analysis: Analysis) -> None:
    assert analysis.exact.official == BestThreshold(points=3.0, threshold=-3.0)
    assert analysis.f1.official == BestThreshold(points=pytest.approx(3.8), threshold=-2.0)


def test_the_tie_safe_best_is_a_mean_up_to_the_next_margin(analysis: Analysis) -> None:
    assert analysis.exact.tie_safe == TieSafeBest(3 / 5, -3.0, next_margin=-2.0, n=5)
    assert analysis.f1.tie_safe == TieSafeBest(pytest.approx(0.76), -2.0, next_margin=-0.5, n=5)


def test_the_cross_fit_scores_each_article_at_the_threshold_of_the_other(
    analysis: Analysis,
) -> None:
    cross_fit = crossed(analysis)

    # At -3, which is best for article A, two of three in B are right; B withholds all of A.
    halves = {half.n: (half.score, half.tuned.threshold) for half in pairs_of_halves(cross_fit)}
    assert halves == {2: (0.0, -math.inf), 3: (2 / 3, -3.0)}
    assert cross_fit.score == 2 / 5


def pairs_of_halves(cross_fit: CrossFit) -> tuple[object, ...]:
    return (cross_fit.first, cross_fit.second)
