"""The Evaluation record, the rules it was scored by, and its JSON; computes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from qareport.analysis.statistics.total_intervals import TotalsIntervals
from qareport.data.findings import FindingGroup
from qareport.data.json_format import JsonFormat, numbered_json, read_numbered, write_numbered
from qareport.data.types import DataIdentity, Exclusion, Totals
from qareport.evaluation.haystack.token_level import PROTOCOL, token_level_options
from qareport.inference.identity import Hardware, ModelIdentity
from qareport.inference.options import NULL_RULES, AnsweringOptions

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Timing:
    """When and how long the answering took, from the first window to the last score."""

    started: datetime
    seconds: float
    examples_per_second: float
    windows: int


@dataclass(frozen=True, slots=True)
class PrecisionCheck:
    """How a run in a smaller number format disagrees with float32, on a sample of its questions."""

    n: int
    equal_answers: float
    """Share of the sample to which both give the same text, 0 to 1."""
    exact_difference: float
    """Mean exact match of the run less that in float32, -1 to 1."""
    f1_difference: float
    """Likewise of F1."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One model measured on one data set: everything that a report, card or check needs."""

    format: int
    protocol: str
    """How candidates become answers and scores."""
    normaliser: str
    """How the official protocol compares texts; kinds of mistakes follow it by any protocol."""
    scores: Totals
    intervals: TotalsIntervals
    """Of the scores, by resampling articles, or paragraphs where there are no titles."""
    options: AnsweringOptions
    """How windows were cut, and how the official protocol chooses answers."""
    data: DataIdentity
    questions_read: int
    exclusions: tuple[Exclusion, ...]
    is_partial: bool
    """Whether questions were left out, as by --limit."""
    model: ModelIdentity
    hardware: Hardware
    timing: Timing
    versions: Mapping[str, str]
    """Names and versions of Python and of the packages that take part."""
    findings: tuple[FindingGroup, ...]
    files: Mapping[str, str]
    """Names of the files beside this one, and their SHA-256."""
    configuration_sha256: str = ""
    """Hash of what decides about logits beside the weights; empty in records without one."""
    precision_check: PrecisionCheck | None = None
    """None for float32, for a rescored record, and in records of earlier versions."""


FILE = JsonFormat(Evaluation, FORMAT, "record of qareport", "qareport evaluate --output")


@dataclass(frozen=True, slots=True)
class ScoringRules:
    """How answers were withheld and scored."""

    protocol: str
    normaliser: str
    """How texts are compared; the token-level protocol leaves kinds of mistakes to it alone."""
    null_threshold: float | None
    """None where no null margins are known."""
    withholds_threshold: bool = False
    """Whether an answer whose margin is the threshold itself is withheld, as any above it."""


def evaluation_json(evaluation: Evaluation) -> str:
    """The record as JSON, ready for a file."""
    return numbered_json(evaluation, FILE)


def write_evaluation(evaluation: Evaluation, path: Path) -> None:
    """Put the record into `path` as JSON, whole or not at all.

    Raises:
        OutputError: the file cannot be written.
    """
    write_numbered(evaluation, FILE, path)


def read_evaluation(path: Path) -> Evaluation:
    """The record in `path`.

    Raises:
        DataError: the file is missing, is not a record, or has another format number.
    """
    return read_numbered(path, FILE)


def rules_of(protocol: str, normaliser: str, options: AnsweringOptions) -> ScoringRules:
    """The rules of a record with these options, of which the token-level protocol fixes some."""
    used = token_level_options(options) if protocol == PROTOCOL else options
    return ScoringRules(
        protocol,
        normaliser,
        used.null_threshold,
        withholds_threshold=NULL_RULES[used.null_rule].abstains_at_threshold,
    )
