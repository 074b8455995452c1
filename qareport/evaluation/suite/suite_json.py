"""Writes and reads the results of a suite as JSON with a format number."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import JsonValue

from qareport.analysis.statistics.total_intervals import TotalsIntervals
from qareport.data.json_format import JsonFormat, read_numbered, write_numbered
from qareport.data.ranges import Count, NotNegative
from qareport.data.types import Totals
from qareport.errors import OutputError
from qareport.evaluation.evaluation_json import intervals_from_format_2, totals_from_format_1

SUITE = "suite.json"
FORMAT = 3


@dataclass(frozen=True, slots=True)
class PairScores:
    """The scores of a pair; everything else is in its record."""

    scores: Totals
    intervals: TotalsIntervals
    questions_read: Count
    """More than were scored if the record is partial."""
    seconds: NotNegative
    """How long answering took."""
    weights_sha256: str
    data_sha256: str


@dataclass(frozen=True, slots=True)
class PairResult:
    """The result of one model on one data set."""

    model: str
    """Name of the model in the suite."""
    data: str
    """Name of the data set in the suite."""
    folder: str
    """Path of its record, relative to the folder of this file."""
    measured: PairScores | None
    """None if the pair failed."""
    error: str | None
    """Why it failed, in a sentence; None if it did not."""

    def __post_init__(self) -> None:
        """Checks that there are scores or a reason.

        Raises:
            ValueError: there are both or neither.
        """
        if (self.measured is None) == (self.error is None):
            raise ValueError("a pair has either scores or the error that prevented them")


@dataclass(frozen=True, slots=True)
class SuiteResults:
    """The results of every model of a suite on every data set."""

    format: int
    pairs: tuple[PairResult, ...]
    """Model by model, in the order of the suite."""

    @property
    def failed(self) -> tuple[PairResult, ...]:
        """The pairs without scores."""
        return tuple(pair for pair in self.pairs if pair.measured is None)


def _upgraded(content: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """The content of an older format, whose scores and intervals are as in records of that age."""
    pairs = content.get("pairs")
    is_first = content.get("format") == 1
    upgraded = (
        [_upgraded_pair(pair, is_first=is_first) for pair in pairs]
        if isinstance(pairs, list)
        else pairs
    )
    return {**content, "format": FORMAT, "pairs": upgraded}


def _upgraded_pair(pair: JsonValue, *, is_first: bool) -> JsonValue:
    measured = pair.get("measured") if isinstance(pair, dict) else None
    if not isinstance(pair, dict) or not isinstance(measured, dict):
        return pair
    scores, intervals = measured.get("scores"), intervals_from_format_2(measured.get("intervals"))
    if is_first:
        scores = totals_from_format_1(scores)
    return {**pair, "measured": {**measured, "scores": scores, "intervals": intervals}}


FILE = JsonFormat(
    SuiteResults,
    FORMAT,
    "result of a suite",
    "qareport suite",
    upgrades={1: _upgraded, 2: _upgraded},
)


def write_results(results: SuiteResults, folder: Path) -> None:
    """Writes suite.json into `folder`, whole or not at all.

    Raises:
        OutputError: the file cannot be written.
    """
    write_numbered(results, FILE, folder / SUITE)


def remove_results(folder: Path) -> None:
    """Removes suite.json from `folder`, if it is there.

    Raises:
        OutputError: it cannot be removed.
    """
    try:
        (folder / SUITE).unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"{folder / SUITE}: cannot be removed ({error.strerror})") from error


def read_results(folder: Path) -> SuiteResults:
    """The results in the folder of a suite.

    Raises:
        DataError: suite.json is missing, is something else, or has another format number.
    """
    return read_numbered(folder / SUITE, FILE)
