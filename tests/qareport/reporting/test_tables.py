"""Tables and lines for people: percent with two digits, counts beside them."""

from rich.console import Console
from rich.table import Table

from qareport.records import FindingGroup, Severity, Total, Totals
from qareport.reporting.tables import finding_lines, sweep_table, totals_table
from qareport.scoring.thresholds import BestThreshold, OfficialSweep

HAS_ANSWER = Total(n=2, exact=0.5, f1=5 / 6)
OVERALL = Total(n=4, exact=0.5, f1=2 / 3)


def rows(table: Table) -> list[list[str]]:
    """The words of each printed line that has any."""
    console = Console(width=80, color_system=None)
    with console.capture() as capture:
        console.print(table)
    lines = capture.get().translate({ord(mark): " " for mark in "┏━┳┓┃┡╇┩│└─┴┘┛┗┻"}).splitlines()
    return [line.split() for line in lines if line.strip()]


def test_totals_are_told_in_percent_with_their_counts() -> None:
    no_answer = Total(n=2, exact=0.5, f1=0.5)

    assert rows(totals_table(Totals(OVERALL, HAS_ANSWER, no_answer))) == [
        ["questions", "n", "exact", "F1"],
        ["all", "4", "50.00", "66.67"],
        ["HasAns", "2", "50.00", "83.33"],
        ["NoAns", "2", "50.00", "50.00"],
    ]


def test_a_kind_without_questions_has_no_row() -> None:
    names = [row[0] for row in rows(totals_table(Totals(OVERALL, HAS_ANSWER, None)))]

    assert names == ["questions", "all", "HasAns"]


def test_best_scores_are_told_in_percent_with_their_thresholds() -> None:
    sweep = OfficialSweep(
        exact=BestThreshold(points=2.0, threshold=0.0),
        f1=BestThreshold(points=8 / 3, threshold=-9.25),
        order_dependent=False,
    )

    assert rows(sweep_table(sweep, n=4)) == [
        ["official", "best", "score", "threshold"],
        ["exact", "50.00", "0"],
        ["F1", "66.67", "-9.25"],
    ]


def test_best_scores_of_equal_values_are_called_order_dependent() -> None:
    best = BestThreshold(points=1.0, threshold=0.0)

    told = rows(sweep_table(OfficialSweep(exact=best, f1=best, order_dependent=True), n=1))

    assert " ".join(word for row in told[3:] for word in row) == (
        "order-dependent: all no-answer values are equal"
    )


def test_findings_are_told_with_kind_count_remedy_and_cases() -> None:
    group = FindingGroup("unknown id", Severity.WARNING, 2, "check it", ("a: odd", "b: odd"))

    assert finding_lines([group]) == (
        "Warning: unknown id (2): check it",
        "  a: odd",
        "  b: odd",
    )


def test_cases_that_are_not_told_are_counted() -> None:
    group = FindingGroup("duplicate id", Severity.ERROR, 9, "mend it", ("a: odd",))

    assert finding_lines([group]) == (
        "Error: duplicate id (9): mend it",
        "  a: odd",
        "  and 8 more",
    )
