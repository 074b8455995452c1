"""Tabulates how two models differ, and says in sentences what that means."""

from collections.abc import Mapping

from qareport.analysis.examples.breakdown import group_label
from qareport.analysis.statistics.comparison import Comparison, most_different
from qareport.analysis.statistics.paired_tests import (
    Equivalence,
    RecoveredGap,
    RightWrongTable,
    RightWrongTables,
)
from qareport.data.types import EXACT
from qareport.report.number_format import count, points, points_interval, why_no_interval
from qareport.report.tables.measures import (
    ALL_QUESTIONS,
    difference_cells,
    in_words,
    score_headings,
)
from qareport.report.tables.plain_table import PlainTable

RIGHT_WRONG = ("Questions", "Both right", "Only reference", "Only model", "Both wrong", "p")


def differences_table(comparison: Comparison, *, groups: int) -> PlainTable:
    """Differences in points: of all questions, then of the groups that differ most in F1."""
    overall = comparison.overall
    rows = [(ALL_QUESTIONS, *difference_cells(overall.intervals))]
    rows += [
        (group_label(each.trait, each.group), *difference_cells(each.intervals))
        for each in most_different(comparison, groups)
    ]
    return PlainTable(
        title="Differences, model less reference",
        headings=("Difference in points", *score_headings(overall.intervals)),
        rows=tuple(rows),
        notes=("Paired on the same questions; the groups are those that differ most in F1.",),
    )


def right_wrong_table(tables: RightWrongTables) -> PlainTable:
    """Who is right where the other is wrong, with the p-value of McNemar's exact test."""
    kinds = {ALL_QUESTIONS: tables.overall, "HasAns": tables.has_answer, "NoAns": tables.no_answer}
    return PlainTable(
        title="Exact match of model and reference",
        headings=("Exact match", *RIGHT_WRONG),
        rows=tuple((name, *_cells(counts)) for name, counts in kinds.items() if counts is not None),
    )


def comparison_lines(comparison: Comparison) -> tuple[str, ...]:
    """How many answers are equal, and whether the scores are equivalent, a sentence each."""
    alike = comparison.agreement
    return (
        f"equal answers: {100 * alike.equal:.1f} % of {alike.n} questions",
        *(_verdict_line(in_words(name), each) for name, each in comparison.equivalences.items()),
        *(
            f"left out: {in_words(name)}, by which only one of the two was scored; "
            f"`qareport rescore --measure {name}` adds it"
            for name in comparison.left_out
        ),
    )


def gap_lines(gap: Mapping[str, RecoveredGap]) -> tuple[str, ...]:
    """The share of the gap between baseline and teacher that a student closes, by measure."""
    # Cards of earlier versions say "exact", and are compared word by word.
    return tuple(
        _gap_line(name if name == EXACT else in_words(name), each) for name, each in gap.items()
    )


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
    p_value = "" if counts.p_value is None else f"{counts.p_value:.2g}"
    return (*(count(number) for number in numbers), p_value)


def _verdict_line(measure: str, equivalence: Equivalence) -> str:
    tolerance = f"{100 * equivalence.tolerance:g} points"
    if equivalence.verdict is None:
        return f"{measure}: no verdict; {why_no_interval(equivalence.difference)}"
    if equivalence.difference.bounds is None:
        return f"{measure} {equivalence.verdict} within {tolerance}: every score is the same"
    return (
        f"{measure} {equivalence.verdict} within {tolerance}: the 90 % interval of the difference "
        f"is {points_interval(equivalence.difference)}"
    )
