"""Defines the record of an evaluation, and reads and writes it as JSON."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

from pydantic import Field, JsonValue

from qareport.analysis.statistics.total_intervals import TotalsIntervals
from qareport.data.findings import FindingGroup
from qareport.data.json_format import JsonFormat, read_numbered, write_numbered
from qareport.data.ranges import Count, Difference, NotNegative, Share
from qareport.data.readers.gather import BEYOND_LIMIT
from qareport.data.types import EXACT, F1, DataIdentity, Exclusion, Sampling, Totals
from qareport.evaluation.haystack.protocol import PROTOCOL
from qareport.evaluation.haystack.token_level import token_level_options
from qareport.inference.identity import Hardware, ModelIdentity
from qareport.inference.options import NULL_RULES, AnsweringOptions

FORMAT = 3

Protocol = Annotated[str, Field(pattern=f"^(official|{PROTOCOL})$")]


@dataclass(frozen=True, slots=True)
class Timing:
    """When and how long the answering took, from the first window to the last score."""

    started: datetime
    seconds: NotNegative
    examples_per_second: NotNegative
    windows: Count


@dataclass(frozen=True, slots=True)
class PrecisionCheck:
    """How a run in a smaller number format differs from float32, on a sample of its questions."""

    n: Count
    equal_answers: Share
    """Share of the sample to which both give the same text, 0 to 1."""
    exact_difference: Difference
    """Mean exact match of the run less that in float32, -1 to 1."""
    f1_difference: Difference
    """Likewise of F1."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One model measured on one data set: everything that a report, card or check needs."""

    format: int
    protocol: Protocol
    """How candidates become answers and scores."""
    normaliser: str
    """How the official protocol compares texts; kinds of mistakes follow it by any protocol."""
    scores: Totals
    intervals: TotalsIntervals
    """Of the scores, clustered by article, or by paragraph where there are no titles."""
    options: AnsweringOptions
    """How windows were cut, and how the official protocol chooses answers."""
    data: DataIdentity
    questions_read: Count
    exclusions: tuple[Exclusion, ...]
    is_partial: bool
    """Whether questions were left out, as by --limit or --sample."""
    model: ModelIdentity
    hardware: Hardware
    timing: Timing
    versions: Mapping[str, str]
    """Names and versions of Python and of the packages that take part."""
    findings: tuple[FindingGroup, ...]
    files: Mapping[str, str]
    """Names of the files beside this one, and their SHA-256."""
    configuration_sha256: str = ""
    """Hash of what decides the logits beside the weights; empty in records without one."""
    precision_check: PrecisionCheck | None = None
    """None for float32, for a rescored record, and in records of earlier versions."""
    sampling: Sampling | None = None
    """How the questions were chosen; None where all were asked."""
    redaction_key_id: str | None = None
    """Id of the key by which a redacted record's texts became digests; None in a whole record, and
    in one redacted by a version whose digests have no key."""


def _from_format_1(content: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """The content of format 1, where exact match and F1 were fields of their own."""
    scores = totals_from_format_1(content.get("scores"))
    return _from_format_2({**content, "scores": scores, "sampling": _first_questions(content)})


def _from_format_2(content: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """The content of format 2, whose intervals were made by resampling."""
    intervals = intervals_from_format_2(content.get("intervals"))
    return {**content, "format": FORMAT, "intervals": intervals}


def intervals_from_format_2(intervals: JsonValue) -> JsonValue:
    """Intervals of totals without the facts of a bootstrap, but for its unit and its name."""
    by_kind = intervals if isinstance(intervals, dict) else {}
    return {
        kind: {name: _without_bootstrap(interval) for name, interval in by_measure.items()}
        if isinstance(by_measure, dict)
        else by_measure
        for kind, by_measure in by_kind.items()
    }


def _without_bootstrap(interval: JsonValue) -> JsonValue:
    bootstrap = interval.get("bootstrap") if isinstance(interval, dict) else None
    if not isinstance(interval, dict) or not isinstance(bootstrap, dict):
        return interval
    unit, method = bootstrap.get("unit"), bootstrap.get("method")
    return {
        **interval,
        "effective_clusters": interval.get("clusters"),
        "unit": unit,
        "method": method,
    }


def totals_from_format_1(scores: JsonValue) -> JsonValue:
    """Totals with a table of measures, from those where exact match and F1 were fields."""
    by_kind = scores if isinstance(scores, dict) else {}
    return {kind: _with_measures(total) for kind, total in by_kind.items()}


def _with_measures(total: JsonValue) -> JsonValue:
    if not isinstance(total, dict):
        return total
    return {"n": total.get("n"), "measures": {name: total.get(name) for name in (EXACT, F1)}}


def _first_questions(content: Mapping[str, JsonValue]) -> JsonValue:
    """The sampling by --limit, whose number only the reason of an exclusion states."""
    found = re.search(rf'"{BEYOND_LIMIT} ([1-9]\d{{0,8}})"', json.dumps(content.get("exclusions")))
    return {"method": "first", "questions": int(found[1]), "seed": None} if found else None


FILE = JsonFormat(
    Evaluation,
    FORMAT,
    "record of qareport",
    "qareport evaluate --output",
    upgrades={1: _from_format_1, 2: _from_format_2},
    is_sealed=True,
)


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


def write_evaluation(evaluation: Evaluation, path: Path, *, is_own: bool = True) -> None:
    """Put the record into `path` as JSON, whole or not at all.

    It is marked as the user's own, unless it was made of a record that is not.

    Raises:
        OutputError: the file cannot be written.
    """
    write_numbered(evaluation, FILE, path, is_own=is_own)


def read_evaluation(path: Path) -> Evaluation:
    """The record in `path`.

    Raises:
        DataError: the file is missing, is not a record, or has another format number.
    """
    return read_numbered(path, FILE)


def rules_of(evaluation: Evaluation) -> ScoringRules:
    """The rules of a record; the token-level protocol fixes some that its options name."""
    is_token_level = evaluation.protocol == PROTOCOL
    used = token_level_options(evaluation.options) if is_token_level else evaluation.options
    return ScoringRules(
        evaluation.protocol,
        evaluation.normaliser,
        used.null_threshold,
        withholds_threshold=NULL_RULES[used.null_rule].abstains_at_threshold,
    )
