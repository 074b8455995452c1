"""Compares two models on the same examples: where, and how surely, one is better."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float64

from qareport.analysis.examples.rows import ExampleRow, break_down_rows
from qareport.analysis.statistics.intervals import Clusters, clusters_of, interval_of_difference
from qareport.analysis.statistics.null_bias import NullBiases, NullChoices, null_biases
from qareport.analysis.statistics.paired_tests import (
    Agreement,
    Equivalence,
    RecoveredGap,
    RightWrongTables,
    agreement,
    judge_equivalence,
    recovered_gap,
    right_wrong_tables,
)
from qareport.analysis.statistics.total_intervals import (
    TotalIntervals,
    mean_columns,
)
from qareport.data.types import EXACT, F1

ALL = "all"
ARTICLE = "article"
"""A trait whose groups are single clusters, which have no interval."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Mean scores of a model minus those of the reference, on one group of examples.

    By measure, of those that both models were scored by.
    """

    trait: str
    group: str
    intervals: TotalIntervals


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a model differs from a reference on the same examples."""

    overall: Difference
    groups: tuple[Difference, ...]
    """Groups that are not small, in the order of the traits."""
    right_wrong: RightWrongTables
    agreement: Agreement
    null_biases: NullBiases
    equivalences: Mapping[str, Equivalence]
    """By measure."""
    left_out: tuple[str, ...] = ()
    """Measures by which only one of the models was scored."""


@dataclass(frozen=True, slots=True)
class _ModelScores:
    """The scores and null margins of one model, an entry for each example."""

    columns: Mapping[str, Float64[np.ndarray, " example"]]
    """Scores by measure."""
    choices: NullChoices


@dataclass(frozen=True, slots=True)
class _Group:
    """The examples in one group of a trait."""

    trait: str
    name: str
    members: Bool[np.ndarray, " example"]


def compare_rows(
    model: Sequence[ExampleRow], reference: Sequence[ExampleRow], *, tolerance: float
) -> Comparison:
    """How the model differs from the reference; rows are of the same examples in one order.

    Scores reproduce the reference when they differ by no more than `tolerance`, 0 to 1.

    Raises:
        DataError: there are no examples.
    """
    examples = [row.example for row in reference]
    has_answer = np.array([row.score.has_answer for row in reference], dtype=np.bool_)
    clusters = clusters_of(examples)
    ours, theirs = _scores_of(model), _scores_of(reference)
    everyone = _Group(ALL, ALL, members=np.ones(len(examples), dtype=np.bool_))
    return Comparison(
        overall=_difference(ours, theirs, clusters, everyone),
        groups=tuple(_difference(ours, theirs, clusters, group) for group in _groups(reference)),
        right_wrong=right_wrong_tables(
            ours.columns[EXACT] == 1,
            theirs.columns[EXACT] == 1,
            has_answer=has_answer,
            clusters=clusters,
        ),
        agreement=agreement([row.text for row in model], [row.text for row in reference]),
        null_biases=null_biases(ours.choices, theirs.choices, has_answer=has_answer),
        equivalences={
            name: judge_equivalence(
                ours.columns[name], theirs.columns[name], clusters, tolerance=tolerance
            )
            for name in _shared(ours, theirs)
        },
        left_out=tuple(sorted(ours.columns.keys() ^ theirs.columns.keys())),
    )


def recover_gap(
    student: Sequence[ExampleRow], teacher: Sequence[ExampleRow], baseline: Sequence[ExampleRow]
) -> Mapping[str, RecoveredGap]:
    """How much of the gap between baseline and teacher the student closes, by measure.

    Raises:
        DataError: there are no examples.
    """
    clusters = clusters_of([row.example for row in student])
    ours, best, plain = _scores_of(student), _scores_of(teacher), _scores_of(baseline)
    return {
        name: recovered_gap(
            clusters,
            student=ours.columns[name],
            teacher=best.columns[name],
            baseline=plain.columns[name],
        )
        for name in _shared(ours, best, plain)
    }


def most_different(comparison: Comparison, count: int) -> tuple[Difference, ...]:
    """The groups with the largest differences in F1, whichever model they favour."""
    by_size = sorted(comparison.groups, key=lambda group: -abs(group.intervals[F1].estimate))
    return tuple(by_size[:count])


def _scores_of(rows: Sequence[ExampleRow]) -> _ModelScores:
    return _ModelScores(
        columns=mean_columns([row.score for row in rows]),
        choices=NullChoices(
            margins=np.array([row.null_margin for row in rows], dtype=np.float64),
            abstained=np.array([not row.text for row in rows], dtype=np.bool_),
        ),
    )


def _groups(rows: Sequence[ExampleRow]) -> Iterator[_Group]:
    """Every group that is large enough to say anything, in the order of the traits."""
    for trait, breakdown in break_down_rows(rows).items():
        for group in breakdown.groups:
            if trait != ARTICLE and not group.is_small:
                yield _Group(trait, group.name, group.members)


def _difference(
    ours: _ModelScores, theirs: _ModelScores, clusters: Clusters, group: _Group
) -> Difference:
    return Difference(
        trait=group.trait,
        group=group.name,
        intervals={
            name: interval_of_difference(
                ours.columns[name] - theirs.columns[name], clusters, members=group.members
            )
            for name in _shared(ours, theirs)
        },
    )


def _shared(first: _ModelScores, *others: _ModelScores) -> tuple[str, ...]:
    """The measures that all models were scored by."""
    return tuple(name for name in first.columns if all(name in each.columns for each in others))
