"""An analysis in words: scores in percent, margins in logits, gaps left empty."""

import math
from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console
from rich.table import Table
from rich.text import Text

from qareport.analysis.analyse import Analysis, GroupScores
from qareport.analysis.examples.ceilings import Ceiling
from qareport.analysis.statistics.abstention import NullProbabilityQuality, TemperatureFit
from qareport.analysis.statistics.curves import Curves
from qareport.analysis.statistics.intervals import Bounds, ClusterUnit
from qareport.analysis.statistics.null_margins import Abstention, MarginAnalysis, Thresholds
from qareport.analysis.statistics.tie_safe import CrossFit, FittedHalf, TieSafeBest
from qareport.analysis.statistics.total_intervals import TotalsIntervals
from qareport.data.types import Totals
from qareport.evaluation.evaluation_json import ScoringRules
from qareport.evaluation.haystack.totals import TokenTotals
from qareport.metrics.thresholds import BestThreshold
from qareport.report.tables.analysis import (
    abstention_lines,
    causes_table,
    ceilings_table,
    groups_table,
    mistakes_table,
    protocols_table,
    scores_heading,
    thresholds_table,
)
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
EXACT = Thresholds(BestThreshold(points=3.0, threshold=0.0), BEST, CROSS_FIT)
F1 = Thresholds(
    BestThreshold(points=3.5, threshold=2.0), replace(BEST, threshold=-math.inf), cross_fitted=None
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
    groups=(),
    without_group={},
    mistakes={"correct": 3, "false null": 0, "false answer": 2},
    plausible_false_answers=1,
    causes={"gold ambiguity": 1, "threshold": 0},
    wrong=2,
    unexplained=1,
    margins=MARGINS,
)


def cells(table: Table) -> list[tuple[object, ...]]:
    """The rows of a table, its headings first."""
    headings = tuple(column.header for column in table.columns)
    return [headings, *zip(*(column.cells for column in table.columns), strict=True)]


def quality(calibration_error: float) -> NullProbabilityQuality:
    """Probabilities of which nothing but their calibration matters."""
    return NullProbabilityQuality(1, 0.5, 0.5, calibration_error)


def test_best_scores_are_percents_with_their_margins_in_three_ways() -> None:
    assert cells(thresholds_table(MARGINS, OFFICIAL)) == [
        ("best threshold", "exact", "at margin", "F1", "at margin"),
        ("official sweep", "75.00", "0.000", "87.50", "2.000"),
        ("tie-safe", "75.00", "-1.250", "75.00", "no answer kept"),
        ("cross-fitted", "62.50", "-1.250, no answer kept", "", ""),
    ]


def test_margins_that_differ_need_no_remark() -> None:
    assert thresholds_table(MARGINS, OFFICIAL).caption is None


def test_equal_margins_are_remarked() -> None:
    table = thresholds_table(replace(MARGINS, is_degenerate=True), OFFICIAL)

    assert table.caption == "all null margins are equal: the official best depends on their order"


def test_where_the_threshold_itself_is_withheld_the_best_one_is_above_the_margin() -> None:
    per_window = replace(OFFICIAL, withholds_threshold=True)

    alone = thresholds_table(MARGINS, per_window).caption
    together = thresholds_table(replace(MARGINS, is_degenerate=True), per_window).caption

    assert alone == (
        "answers up to these margins are kept; as a margin equal to the threshold is withheld, "
        "set it above them"
    )
    assert (
        together == f"all null margins are equal: the official best depends on their order; {alone}"
    )


def test_groups_are_told_in_percent_with_the_intervals_there_are() -> None:
    known = replace(interval(Bounds(0.125, 1.0, 0.95)), estimate=0.5, n=40)
    unknown = replace(interval(), estimate=2 / 3, n=40)
    group = GroupScores("windows", "3+", by_measure(known, unknown), is_small=False)

    assert cells(groups_table([group])) == [
        ("group", "n", "exact", "95 % interval", "F1", "95 % interval"),
        ("windows: 3+", "40", "50.00", "12.50 to 100.00", "66.67", ""),
    ]


def test_no_groups_leave_the_headings() -> None:
    assert len(cells(groups_table([]))) == 1


def test_every_kind_of_answer_is_counted_and_has_a_bar_also_where_there_is_none() -> None:
    console = Console(file=StringIO(), width=80)

    with console.capture() as shown:
        console.print(mistakes_table({"correct": 3, "false null": 0, "false answer": 1}))

    rows = [line.split("│")[1:-1] for line in shown.get().splitlines() if "│" in line]
    assert [[cell.strip() for cell in row] for row in rows] == [
        ["correct", "3", "75.00", "━" * 18],
        ["false null", "0", "0.00", ""],
        ["false answer", "1", "25.00", "━" * 6],
    ]


def test_every_cause_is_counted_and_so_are_wrong_answers_without_any() -> None:
    table = causes_table(ANALYSIS)

    assert cells(table) == [
        ("cause", "n"),
        ("gold ambiguity", "1"),
        ("threshold", "0"),
        ("none of these", "1"),
    ]
    assert table.caption == "of 2 wrong answers"


def test_a_title_that_looks_like_markup_is_shown_as_it_is() -> None:
    group = GroupScores("article", "[red]x[/]", by_measure(interval(), interval()), is_small=False)

    name = str(cells(groups_table([group]))[1][0])

    assert Text.from_markup(name).plain == "article: [red]x[/]"


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

    assert cells(ceilings_table(ceilings)) == [
        ("ceiling", "n", "exact", "F1"),
        ("window", "3", "66.67", ""),
        ("n-best", "4", "75.00", "80.00"),
    ]


def test_both_protocols_are_told_with_the_gap_between_their_measures() -> None:
    official = Totals(total_of(n=4, exact=0.5, f1=0.625), has_answer=None, no_answer=None)
    token_level = Totals(total_of(n=3, exact=0.25, f1=0.75), has_answer=None, no_answer=None)

    table = protocols_table(official, TokenTotals(token_level, 1, out_of_windows=0, spared=0))

    assert cells(table) == [
        ("protocol", "n", "exact", "F1", "F1 - exact"),
        ("official", "4", "50.00", "62.50", "12.50"),
        ("haystack-token", "3", "25.00", "75.00", "50.00"),
    ]


def test_a_protocol_that_drops_every_example_has_no_row() -> None:
    official = Totals(total_of(n=4, exact=0.5, f1=0.625), has_answer=None, no_answer=None)

    table = protocols_table(official, TokenTotals(None, dropped=4, out_of_windows=0, spared=0))

    assert [row[0] for row in cells(table)] == ["protocol", "official"]


def test_figures_of_abstention_are_told_a_line_each() -> None:
    told = Abstention(
        auroc=0.9,
        aurc=0.25,
        excess_aurc=0.125,
        average_precision=0.8,
        oracle_average_precision=1.0,
        temperature=TemperatureFit(1.5, tuned_on=2, raw=quality(0.2), scaled=quality(0.0625)),
    )

    assert abstention_lines(told) == (
        "AUROC of the null margin: 0.900",
        "area under the risk-coverage curve (exact): 0.250",
        "of it due to the order of the margins: 0.125",
        "average precision (F1): 0.800",
        "average precision if every answer were right: 1.000",
        "temperature of the null probability: 1.500",
        "calibration error before it: 0.200",
        "calibration error after it, on other articles: 0.062",
    )


def test_figures_that_are_not_known_have_no_line() -> None:
    assert abstention_lines(UNKNOWN) == (
        "area under the risk-coverage curve (exact): 0.250",
        "of it due to the order of the margins: 0.125",
    )
