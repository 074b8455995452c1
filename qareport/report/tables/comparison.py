"""A comparison of two models to tables and lines for people."""

from collections.abc import Mapping, Sequence

from rich.table import Table

from qareport.analysis.examples.breakdown import group_label
from qareport.analysis.statistics.comparison import Comparison, Difference
from qareport.analysis.statistics.paired_tests import (
    Equivalence,
    RecoveredGap,
    RightWrongTable,
    RightWrongTables,
)
from qareport.data.types import EXACT, F1
from qareport.report.number_format import points, points_interval


def differences_table(overall: Difference, groups: Sequence[Difference]) -> Table:
    """Differences in points with their intervals: of all questions first, then of groups."""
    table = Table("difference in points")
    for heading in ("n", "exact", "95 % interval", "F1", "95 % interval"):
        table.add_column(heading, justify="right")
    for name, difference in (
        ("all", overall),
        *((group_label(group.trait, group.group), group) for group in groups),
    ):
        table.add_row(
            name,
            str(difference.intervals[EXACT].n),
            points(difference.intervals[EXACT].estimate),
            points_interval(difference.intervals[EXACT]),
            points(difference.intervals[F1].estimate),
            points_interval(difference.intervals[F1]),
        )
    return table


def right_wrong_table(tables: RightWrongTables) -> Table:
    """Who is right where the other is wrong, with the p-value of McNemar's exact test."""
    table = Table("exact match")
    for heading in ("n", "both right", "only reference", "only model", "both wrong", "p"):
        table.add_column(heading, justify="right")
    kinds = {"all": tables.overall, "HasAns": tables.has_answer, "NoAns": tables.no_answer}
    for name, counts in kinds.items():
        if counts is not None:
            table.add_row(name, *_cells(counts))
    return table


def comparison_lines(comparison: Comparison) -> tuple[str, ...]:
    """What the comparison comes to, in a sentence each."""
    alike = comparison.agreement
    return (
        f"equal answers: {100 * alike.equal:.1f} % of {alike.n} questions",
        _verdict_line("exact", comparison.equivalences[EXACT]),
        _verdict_line("F1", comparison.equivalences[F1]),
    )


def gap_lines(gap: Mapping[str, RecoveredGap]) -> tuple[str, ...]:
    """The share of the gap between baseline and teacher that a student closes, by measure."""
    return (_gap_line("exact", gap[EXACT]), _gap_line("F1", gap[F1]))


def _gap_line(measure: str, gap: RecoveredGap) -> str:
    if gap.share is None:
        return f"recovered gap, {measure}: {gap.finding}"
    share, bounds = gap.share, gap.share.bounds
    interval = f", 95 % {100 * bounds.low:.0f} to {100 * bounds.high:.0f} %" if bounds else ""
    return (
        f"recovered gap, {measure}: {100 * share.estimate:.0f} % of "
        f"{points(gap.gap.estimate)} points{interval}"
    )


def _cells(counts: RightWrongTable) -> tuple[str, ...]:
    numbers = (counts.n, counts.both_right, counts.lost, counts.won, counts.both_wrong)
    return (*(str(number) for number in numbers), f"{counts.p_value:.2g}")


def _verdict_line(measure: str, equivalence: Equivalence) -> str:
    interval = points_interval(equivalence.difference)
    return (
        f"{measure} {equivalence.verdict} within {100 * equivalence.tolerance:g} points: the 90 % "
        f"interval of the difference is {interval or 'not known'}"
    )
