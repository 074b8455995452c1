"""Each figure of null margins is the one that a hand-made set of answers has."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from qareport.analysis.examples.rows import ExampleRow
from qareport.analysis.statistics.intervals import clusters_of
from qareport.analysis.statistics.null_margins import MarginAnalysis, analyse_margins, sweep_rows
from qareport.analysis.statistics.tie_safe import TieSafeBest
from qareport.metrics.thresholds import BestMean
from tests.analysis_builders import ROWS, ROWS_OF_EIGHT_ARTICLES


def margins_of(rows: Sequence[ExampleRow], *, has_logits: bool = True) -> MarginAnalysis:
    """The analysis of the margins of these rows."""
    sweep = sweep_rows(rows)
    assert sweep is not None
    clusters = clusters_of([row.example for row in rows])
    return analyse_margins(rows, clusters, sweep=sweep, has_logits=has_logits)


@pytest.fixture(scope="module")
def margins() -> MarginAnalysis:
    """The analysis of the margins of the five rows."""
    return margins_of(ROWS)


def test_the_official_best_is_reported_as_a_mean(margins: MarginAnalysis) -> None:
    assert margins.exact.official == BestMean(3 / 5, threshold=-3.0)
    assert margins.f1.official.score == pytest.approx(3.8 / 5)
    assert margins.f1.official.threshold == -2.0


def test_the_tie_safe_best_is_a_mean_with_the_margins_between_which_it_holds(
    margins: MarginAnalysis,
) -> None:
    assert margins.exact.tie_safe == TieSafeBest(3 / 5, -3.0, next_margin=-2.0, n=5)
    assert margins.f1.tie_safe.score == pytest.approx(3.8 / 5)
    assert (margins.f1.tie_safe.threshold, margins.f1.tie_safe.next_margin) == (-2.0, -0.5)


def test_the_cross_fit_scores_each_half_of_the_articles_at_the_threshold_of_the_other() -> None:
    crossed = margins_of(ROWS_OF_EIGHT_ARTICLES).exact.cross_fitted

    # Two articles of each kind make a half, for which -3 is best as for the five rows.
    assert crossed is not None
    for half in (crossed.first, crossed.second):
        assert (half.n, half.tuned.threshold, half.score) == (10, -3.0, 3 / 5)
    assert crossed.score == 3 / 5


def test_fewer_than_eight_articles_give_no_cross_fit_and_no_temperature() -> None:
    margins = margins_of(ROWS_OF_EIGHT_ARTICLES[:-3])

    assert margins.exact.cross_fitted is margins.f1.cross_fitted is None
    assert margins.abstention.temperature is None


def test_equal_margins_are_reported_since_the_official_best_depends_on_their_order() -> None:
    rows = [replace(each, null_margin=0.0) for each in ROWS]

    forward, backward = margins_of(rows), margins_of(rows[::-1])

    assert forward.is_degenerate
    assert backward.is_degenerate
    assert forward.exact.official != backward.exact.official
    assert forward.exact.tie_safe == backward.exact.tie_safe


def test_margins_that_differ_are_not_degenerate(margins: MarginAnalysis) -> None:
    assert not margins.is_degenerate


def test_abstention_is_judged_by_the_best_spans_whether_withheld_or_not(
    margins: MarginAnalysis,
) -> None:
    found = margins.abstention

    # Of six pairs only misled and withheld stand the wrong way round.
    assert found.auroc == pytest.approx(5 / 6)
    # Running losses 0, 1, 2, 2, 3; in the best order 0, 0, 1, 2, 3.
    area = (0 + 1 / 2 + 2 / 3 + 2 / 4 + 3 / 5) / 5
    assert found.aurc == pytest.approx(area)
    assert found.excess_aurc == pytest.approx(area - (0 + 0 + 1 / 3 + 2 / 4 + 3 / 5) / 5)


def test_average_precision_counts_f1_of_questions_with_an_answer(margins: MarginAnalysis) -> None:
    found = margins.abstention

    # Precision 1 at the first answer, 1.8/2 at the second, 2.8/4 at the withheld one.
    assert found.average_precision == pytest.approx((1.0 * 1 + 0.9 * 0.8 + 0.7 * 1) / 3)
    assert found.oracle_average_precision == pytest.approx((1.0 + 1.0 + 3 / 4) / 3)


def test_the_temperature_is_fitted_on_one_half_and_measured_on_the_other() -> None:
    margins = margins_of(ROWS_OF_EIGHT_ARTICLES)
    fit, crossed = margins.abstention.temperature, margins.exact.cross_fitted

    assert fit is not None
    assert crossed is not None
    assert (fit.tuned_on, fit.raw.n, fit.scaled.n) == (
        crossed.first.n,
        crossed.second.n,
        crossed.second.n,
    )


def test_without_answers_there_is_neither_auroc_nor_precision() -> None:
    found = margins_of([ROWS[2], ROWS[4]]).abstention

    assert found.auroc is found.average_precision is found.oracle_average_precision is None


def test_margins_that_are_no_logits_have_no_temperature() -> None:
    margins = margins_of(ROWS_OF_EIGHT_ARTICLES)
    found = margins_of(ROWS_OF_EIGHT_ARTICLES, has_logits=False)

    assert margins.abstention.temperature is not None
    assert found.abstention == replace(margins.abstention, temperature=None)


def test_a_row_without_a_margin_leaves_nothing_to_sweep() -> None:
    assert sweep_rows([replace(ROWS[0], null_margin=None), *ROWS[1:]]) is None


def test_the_curves_end_where_the_areas_do(margins: MarginAnalysis) -> None:
    risks = [point.risk for point in margins.curves.risk_coverage]

    assert sum(risks) / len(risks) == pytest.approx(margins.abstention.aurc)
