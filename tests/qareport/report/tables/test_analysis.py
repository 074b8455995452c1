"""An analysis in words: scores in percent, margins in logits, gaps left empty."""

import math
from dataclasses import replace

import pytest

from qareport.analysis.analyse import Analysis, GroupScores
from qareport.analysis.examples.ceilings import Ceiling
from qareport.analysis.examples.mistakes import KINDS
from qareport.analysis.statistics.abstention import NullProbabilityQuality, TemperatureFit
from qareport.analysis.statistics.curves import Curves
from qareport.analysis.statistics.intervals import Bounds, ClusterUnit
from qareport.analysis.statistics.null_margins import Abstention, MarginAnalysis, Thresholds
from qareport.analysis.statistics.tie_safe import CrossFit, FittedHalf, TieSafeBest
from qareport.analysis.statistics.total_intervals import TotalsIntervals
from qareport.data.types import Totals
from qareport.evaluation.evaluation_json import ScoringRules
from qareport.evaluation.haystack.totals import TokenTotals
from qareport.evaluation.rescore import Limits
from qareport.metrics.thresholds import BestMean
from qareport.report.tables.analysis import (
    MEANINGS,
    SET_ABOVE,
    abstention_table,
    causes_table,
    ceilings_table,
    groups_table,
    mistakes_table,
    official_best_table,
    protocols_table,
    scores_heading,
    thresholds_table,
)
from qareport.report.tables.plain_table import Bar, PlainTable, RowExtra
from tests.analysis_builders import interval
from tests.builders import by_measure, total_of

BEST = TieSafeBest(score=0.75, threshold=-1.25, next_margin=None, n=4)
NOTHING_KEPT = TieSafeBest(score=0.5, threshold=-math.inf, next_margin=-3.0, n=2)
CROSS_FIT = CrossFit(
    score=0.625,
    n=4,
    first=FittedHalf(score=0.5, n=2, tuned=BEST),
    second=FittedHalf(score=0.75, n=2, tuned=NOTHING_KEPT),
    unit=ClusterUnit.ARTICLE,
    seed=0,
)
EXACT = Thresholds(BestMean(0.75, threshold=0.0), BEST, CROSS_FIT)
F1 = Thresholds(
    BestMean(0.875, threshold=2.0), replace(BEST, threshold=-math.inf), cross_fitted=None
)
UNKNOWN = Abstention(
    auroc=None,
    aurc=0.25,
    excess_aurc=0.125,
    average_precision=None,
    oracle_average_precision=None,
    temperature=None,
)
MARGINS = MarginAnalysis(
    exact=EXACT,
    f1=F1,
    is_degenerate=False,
    abstention=UNKNOWN,
    curves=Curves((), None, None, None),
)
OFFICIAL = ScoringRules("official", "squad-en", null_threshold=-1.25)
ANALYSIS = Analysis(
    totals=Totals(total_of(n=5, exact=0.6, f1=0.6), has_answer=None, no_answer=None),
    intervals=TotalsIntervals(by_measure(interval(), interval()), None, None),
    floor=None,
    human=None,
    groups=(),
    without_group={},
    mistakes={"correct": 3, "false null": 0, "false answer": 2},
    plausible_false_answers=1,
    causes={"gold ambiguity": 1, "threshold": 0},
    wrong=2,
    unexplained=1,
    margins=MARGINS,
)


def shown(table: PlainTable | None) -> list[tuple[str, ...]]:
    """The rows of a table that is there, its headings first."""
    assert table is not None
    return [table.headings, *table.rows]


def quality(calibration_error: float) -> NullProbabilityQuality:
    """Probabilities of which nothing but their calibration matters."""
    return NullProbabilityQuality(1, 0.5, 0.5, calibration_error)


def test_scores_at_thresholds_are_percents_with_the_null_thresholds_of_the_best() -> None:
    assert shown(thresholds_table(ANALYSIS, OFFICIAL)) == [
        ("Threshold", "Exact match / F1", "Null threshold"),
        ("At the threshold used", "60.00 / 60.00", ""),
        (
            "At the best threshold, tuned on these questions",
            "75.00 / 75.00",
            "-1.250 / none kept",
        ),
        ("Tuned on one half of the articles, measured on the other", "62.50", ""),
    ]


def test_a_lone_article_has_no_other_half_to_tune_on() -> None:
    alone = replace(MARGINS, exact=replace(EXACT, cross_fitted=None))

    table = thresholds_table(replace(ANALYSIS, margins=alone), OFFICIAL)

    assert [row[0] for row in shown(table)[2:]] == [
        "At the best threshold, tuned on these questions"
    ]
    assert table is not None
    assert table.notes == ("No threshold is tuned on other articles, for want of 8 articles.",)


def test_the_official_sweep_has_the_scores_and_thresholds_of_the_official_script() -> None:
    assert shown(official_best_table(ANALYSIS)) == [
        ("Official best", "Score", "Null threshold"),
        ("Exact match", "75.00", "0"),
        ("F1", "87.50", "2"),
    ]


def test_equal_margins_make_the_official_best_depend_on_their_order() -> None:
    equal = replace(ANALYSIS, margins=replace(MARGINS, is_degenerate=True))

    table = official_best_table(equal)

    assert table is not None
    assert table.notes == ("All null margins are equal: the official best depends on their order.",)


def test_without_margins_there_is_no_table_of_thresholds_or_abstention() -> None:
    without = replace(ANALYSIS, margins=None)

    assert thresholds_table(without, OFFICIAL) is None
    assert official_best_table(without) is None
    assert abstention_table(without) is None


@pytest.mark.parametrize("is_withheld", [True, False])
def test_where_the_threshold_itself_is_withheld_a_note_says_so(is_withheld: bool) -> None:  # noqa: FBT001 - a case of the test
    rules = replace(OFFICIAL, withholds_threshold=is_withheld)

    table = thresholds_table(ANALYSIS, rules)

    assert table is not None
    assert table.notes == ((SET_ABOVE,) if is_withheld else ())


def test_groups_are_told_in_percent_with_the_intervals_there_are() -> None:
    known = replace(interval(Bounds(0.125, 1.0, 0.95)), estimate=0.5, n=40)
    unknown = replace(interval(), estimate=2 / 3, n=40)
    group = GroupScores("windows", "3+", by_measure(known, unknown), is_small=False)

    table = groups_table([group])

    assert shown(table) == [
        ("Weakest groups", "Questions", "Exact match", "95 % interval", "F1", "95 % interval"),
        ("windows: 3+", "40", "50.00", "12.50 to 100.00", "66.67", ""),
    ]
    assert table.extras == (
        RowExtra(
            question_filter=(("trait", "windows"), ("group", "3+")),
            bar=Bar(2 / 3, 2 / 3, dot=2 / 3),
        ),
    )
    assert table.notes == ()


def test_the_bar_of_a_group_is_its_interval_and_small_groups_are_pale_and_noted() -> None:
    f1 = replace(interval(Bounds(0.25, 1.0, 0.95)), estimate=0.5)

    table = groups_table([GroupScores("windows", "3+", by_measure(interval(), f1), is_small=True)])

    assert table.extras[0].bar == Bar(0.25, 1.0, dot=0.5)
    assert table.extras[0].is_pale
    assert table.notes == ("Groups of fewer than 30 questions say little, and come last.",)


def test_no_groups_leave_the_headings() -> None:
    assert len(shown(groups_table([]))) == 1


def test_every_kind_of_answer_that_occurs_has_a_share_a_bar_and_its_questions() -> None:
    table = mistakes_table({"correct": 3, "false null": 0, "false answer": 1})

    assert shown(table) == [
        ("Kind of answer", "Questions", "Share"),
        ("correct", "3", "75.0 %"),
        ("false answer", "1", "25.0 %"),
    ]
    assert [extra.bar for extra in table.extras] == [Bar(0, 0.75), Bar(0, 0.25)]
    assert table.extras[0].question_filter == (("kind", "correct"),)


def test_every_kind_of_answer_has_a_meaning() -> None:
    assert list(MEANINGS) == list(KINDS)


def test_every_cause_is_counted_and_so_are_wrong_answers_without_any() -> None:
    table = causes_table(ANALYSIS)

    assert shown(table) == [
        ("Cause", "Wrong answers", "Share"),
        ("gold ambiguity", "1", "50.0 %"),
        ("threshold", "0", "0.0 %"),
        ("none of these", "1", "50.0 %"),
    ]
    assert table.notes == (
        "2 answers are wrong; each may have several causes, or none.",
        "1 false answers meet a plausible one.",
    )


def test_where_nothing_is_wrong_causes_have_no_share() -> None:
    table = causes_table(replace(ANALYSIS, wrong=0, unexplained=0, causes={"threshold": 0}))

    assert {row[2] for row in table.rows} == {""}


@pytest.mark.parametrize(
    ("rules", "line"),
    [
        (
            OFFICIAL,
            (
                "scores by official, normaliser squad-en, at null threshold -1.25, above which "
                "answers are withheld:"
            ),
        ),
        (
            replace(OFFICIAL, normaliser="korquad", withholds_threshold=True),
            (
                "scores by official, normaliser korquad, at null threshold -1.25, from which on "
                "answers are withheld:"
            ),
        ),
        (
            ScoringRules("haystack-token", "squad-en", 0.0, withholds_threshold=True),
            "scores by haystack-token, at null threshold 0, from which on answers are withheld:",
        ),
        (
            ScoringRules("official", "mlqa-de", null_threshold=None),
            "scores by official, normaliser mlqa-de, of the predictions as they are:",
        ),
    ],
)
def test_the_rules_of_the_scores_are_told(rules: ScoringRules, line: str) -> None:
    assert scores_heading(rules) == line


def test_ceilings_are_told_in_percent_with_the_examples_that_they_concern() -> None:
    ceilings = {"window": Ceiling(n=3, exact=2 / 3, f1=None), "n-best": Ceiling(4, 0.75, f1=0.8)}

    assert shown(ceilings_table(ceilings)) == [
        ("Ceiling", "Questions", "Exact match", "F1"),
        ("window", "3", "66.67", ""),
        ("n-best", "4", "75.00", "80.00"),
    ]


def limits(token_level: Totals | None) -> Limits:
    """What protocols make of four questions, of which the token-level one may know none."""
    official = Totals(total_of(n=4, exact=0.5, f1=0.625), has_answer=None, no_answer=None)
    by_tokens = TokenTotals(token_level, dropped=1, out_of_windows=0, spared=0)
    return Limits(None, official, by_tokens, "they differ")


def test_both_protocols_are_told_with_the_gap_between_their_measures_and_its_cause() -> None:
    token_level = Totals(total_of(n=3, exact=0.25, f1=0.75), has_answer=None, no_answer=None)

    table = protocols_table(limits(token_level))

    assert shown(table) == [
        ("Protocol", "Questions", "Exact match", "F1", "F1 - exact"),
        ("official", "4", "50.00", "62.50", "12.50"),
        ("haystack-token", "3", "25.00", "75.00", "50.00"),
    ]
    assert table.notes == ("they differ",)


def test_a_protocol_that_drops_every_example_has_no_row() -> None:
    assert [row[0] for row in protocols_table(limits(None)).rows] == ["official"]


def test_figures_of_abstention_are_told_a_row_each_to_three_digits() -> None:
    found = Abstention(
        auroc=0.9,
        aurc=0.25,
        excess_aurc=0.125,
        average_precision=0.8,
        oracle_average_precision=1.0,
        temperature=TemperatureFit(1.5, tuned_on=2, raw=quality(0.2), scaled=quality(0.0625)),
    )
    analysis = replace(ANALYSIS, margins=replace(MARGINS, abstention=found))

    assert shown(abstention_table(analysis)) == [
        ("Abstention", "Value"),
        ("AUROC of the null margin (higher is better, 0.5 is chance)", "0.900"),
        ("Area under the risk-coverage curve, by exact match", "0.250"),
        ("Part of it that is due to the order of the margins", "0.125"),
        ("Average precision, by F1 (higher is better)", "0.800"),
        ("Temperature that calibrates the null probability", "1.500"),
        ("Calibration error before it", "0.200"),
        ("Calibration error after it, on other articles", "0.062"),
    ]


def test_figures_that_are_not_known_have_no_row() -> None:
    assert [row[1] for row in shown(abstention_table(ANALYSIS))[1:]] == ["0.250", "0.125"]
