"""Holds what commands print as JSON, for whose types everything has to be imported."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from pydantic import ConfigDict

from qareport.analysis.analyse import Analysis
from qareport.analysis.examples.mistake_examples import MistakeExamples
from qareport.analysis.statistics.comparison import Comparison
from qareport.analysis.statistics.paired_tests import RecoveredGap
from qareport.analysis.statistics.seeds import SeedScores
from qareport.data.types import DataIdentity, Total
from qareport.evaluation.evaluation_json import ScoringRules
from qareport.evaluation.rescore import Limits


@dataclass(frozen=True, slots=True)
class PrintedAnalysis:
    """Printed by `qareport analyse`."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(ser_json_inf_nan="strings")

    rules: ScoringRules
    analysis: Analysis
    limits: Limits | None
    """None for predictions made elsewhere."""
    remarks: tuple[str, ...]
    """What is left out for these answers, and why."""


@dataclass(frozen=True, slots=True)
class PrintedMistakes:
    """Printed by `qareport analyse --mistake`."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(ser_json_inf_nan="strings")

    mistakes: MistakeExamples


@dataclass(frozen=True, slots=True)
class ComparedRecord:
    """Printed by `qareport compare`: a record compared with the reference."""

    record: str
    reference: str
    data: DataIdentity
    comparison: Comparison
    gap: Mapping[str, RecoveredGap] | None
    """None unless a teacher and a baseline are named."""
    warnings: tuple[str, ...]
    """Options in which the records differ, in sentences."""


@dataclass(frozen=True, slots=True)
class SeedModel:
    """One of the models that are put together."""

    record: str
    training_seed: int | None
    weights_sha256: str
    scores: Total


@dataclass(frozen=True, slots=True)
class PrintedSeeds:
    """Printed by `qareport seeds`."""

    models: tuple[SeedModel, ...]
    scores: Mapping[str, SeedScores]
    """By measure, of those by which all were scored."""
    warnings: tuple[str, ...]
    """Records whose seed is not known, in sentences."""
