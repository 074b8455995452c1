"""A record to what a report says of where it fails."""

from collections.abc import Mapping
from types import MappingProxyType

from qareport.analysis.analyse import Analysis, GroupScores
from qareport.data.types import EXACT, F1
from qareport.report.number_format import count, percent, percent_interval
from qareport.report.page.views import GroupLine, KindLine, PlainTable

MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        "correct": "an exact match, or rightly no answer",
        "false null": "no answer, where there is one",
        "false answer": "an answer, where there is none",
        "normalisation only": "the gold answer written otherwise",
        "superset": "the gold answer and more",
        "subset": "a part of the gold answer",
        "overlap": "shares some characters with a gold answer",
        "right sentence": "elsewhere in the sentence of a gold answer",
        "elsewhere": "in another sentence",
    }
)
"""Of the kinds of answers, in a few words."""


def group_lines(analysis: Analysis) -> tuple[GroupLine, ...]:
    """All groups, the weakest first and small ones last."""
    groups = sorted(
        analysis.groups, key=lambda group: (group.is_small, group.intervals[F1].estimate)
    )
    return tuple(_line(group) for group in groups)


def kind_lines(analysis: Analysis) -> tuple[KindLine, ...]:
    """All kinds of answers, in their order."""
    n = analysis.totals.overall.n
    return tuple(
        KindLine(kind, MEANINGS[kind], count(number), f"{100 * number / n:.1f}")
        for kind, number in analysis.mistakes.items()
    )


def causes_table(analysis: Analysis) -> PlainTable:
    """How many wrong answers have each cause."""
    wrong = analysis.wrong
    found = {**analysis.causes, "none of these": analysis.unexplained}
    return PlainTable(
        "Causes of wrong answers",
        ("Cause", "n", "of wrong answers, %"),
        tuple(
            (cause, count(number), f"{100 * number / wrong:.1f}" if wrong else "")
            for cause, number in found.items()
        ),
        f"An answer may have several causes, or none; {count(wrong)} are wrong, and "
        f"{count(analysis.plausible_false_answers)} false answers meet a plausible one.",
    )


def _line(group: GroupScores) -> GroupLine:
    bounds = group.intervals[F1].bounds
    return GroupLine(
        trait=group.trait,
        group=group.group,
        n=count(group.intervals[F1].n),
        exact=percent(group.intervals[EXACT].estimate),
        exact_interval=percent_interval(group.intervals[EXACT]),
        f1=percent(group.intervals[F1].estimate),
        f1_interval=percent_interval(group.intervals[F1]),
        low=percent(bounds.low if bounds else group.intervals[F1].estimate),
        high=percent(bounds.high if bounds else group.intervals[F1].estimate),
        is_small=group.is_small,
    )
