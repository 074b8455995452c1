"""Declares what a report is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from qareport.analysis.analyse import Analysis
from qareport.analysis.examples.rows import ExampleRow
from qareport.analysis.statistics.comparison import Comparison
from qareport.analysis.statistics.paired_tests import RecoveredGap
from qareport.analysis.statistics.seeds import SeedScores
from qareport.data.types import Prediction
from qareport.evaluation.evaluation_json import Evaluation


@dataclass(frozen=True, slots=True)
class ShownRecord:
    """A record and its analysis."""

    name: str
    """What the page calls its model; no two records of a page share it."""
    data_name: str
    evaluation: Evaluation
    analysis: Analysis
    rows: tuple[ExampleRow, ...]
    """Of the examples that its protocol scores."""


@dataclass(frozen=True, slots=True)
class OtherRecord:
    """A record that is compared with that of the page."""

    record: ShownRecord
    comparison: Comparison
    """Its scores less those of the page's own record."""
    warnings: tuple[str, ...] = ()
    """Options in which the records differ, in sentences."""


@dataclass(frozen=True, slots=True)
class ReportSources:
    """All that a report shows."""

    main: ShownRecord
    """The page's own record, the reference of all comparisons."""
    predictions: tuple[Prediction, ...]
    """Of each of its rows; none where texts stay out."""
    others: tuple[OtherRecord, ...] = ()
    """Records of the same examples, in their order."""
    gap: Mapping[str, RecoveredGap] | None = None
    """What the page's model recovers of the gap between a baseline and a teacher."""
    seeds: tuple[Evaluation, ...] = ()
    """Of the page's model and of those that differ from it by their seed; empty without any."""
    seed_scores: Mapping[str, SeedScores] = field(default_factory=dict)
    """What these score together, by measure."""
    is_redacted: bool = False
    """Whether passages, questions and answers stay out of the page."""
