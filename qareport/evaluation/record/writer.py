"""Writes the files of a record chunk by chunk."""

import json
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import pyarrow as pa
from pyarrow import parquet

from qareport.analysis.examples.rows import ExampleRow, Row, traits_of
from qareport.data.files import file_sha256, refuse_special, replacing
from qareport.data.types import Prediction
from qareport.errors import OutputError
from qareport.evaluation.record.candidates_file import SCHEMA, candidates_table
from qareport.evaluation.record.examples_file import examples_schema, examples_table
from qareport.inference.candidates import SpanCandidates
from qareport.metrics.measures import HEADLINE

EVALUATION = "evaluation.json"
PREDICTIONS = "predictions.json"
NULL_ODDS = "null_odds.json"
N_BEST = "nbest_predictions.json"
N_BEST_KEYS = ("start_logit", "end_logit", "text", "probability")
CANDIDATES = "candidates.parquet"
EXAMPLES = "examples.parquet"
ROW_GROUP = 4096
"""Rows that a table holds in memory before it writes them."""
ANSWER_FILES = (PREDICTIONS, NULL_ODDS, N_BEST, CANDIDATES, EXAMPLES)

REPORT = "report.html"
REPORT_MARK = '<meta name="generator" content="qareport'
"""What only reports of this tool contain."""
REPORT_MARK_WITHIN = 4096
"""Characters from the start in which the mark stands."""


@dataclass(frozen=True, slots=True)
class AnswerFiles:
    """The open files of a record; they hold no more than a few thousand rows."""

    predictions: "_JsonObjectFile"
    null_odds: "_JsonObjectFile"
    n_best: "_JsonObjectFile"
    candidates: "_TableFile"
    examples: "_TableFile"

    def add(
        self,
        predictions: Sequence[Prediction],
        candidates: SpanCandidates,
        rows: Sequence[Row],
    ) -> None:
        """Writes the predictions of some examples in a row, and the candidates behind them."""
        for prediction in predictions:
            self.predictions.add(prediction.example_id, prediction.text)
            self.null_odds.add(prediction.example_id, _finite(prediction.null_margin))
            self.n_best.add(prediction.example_id, _n_best_entries(prediction))
        self.candidates.add(candidates_table(candidates))
        self.examples.add(examples_table(rows, self.examples.schema))


@contextmanager
def open_answer_files(folder: Path, measures: Collection[str] = HEADLINE) -> Iterator[AnswerFiles]:
    """Files in `folder` that appear under their names, all of them, when the block ends well.

    Raises:
        OutputError: the folder cannot be written, or the disk is full.
    """
    with ExitStack() as stack:
        predictions, null_odds, n_best = (
            stack.enter_context(_json_object_file(folder / name))
            for name in (PREDICTIONS, NULL_ODDS, N_BEST)
        )
        candidates, examples = (
            stack.enter_context(_table_file(folder / name, schema))
            for name, schema in (
                (CANDIDATES, SCHEMA),
                (EXAMPLES, examples_schema(measures)),
            )
        )
        yield AnswerFiles(predictions, null_odds, n_best, candidates, examples)


def write_examples(folder: Path, rows: Sequence[Row]) -> None:
    """Puts the rows into the table of a record, whole or not at all.

    Raises:
        OutputError: the folder cannot be written, or the disk is full.
    """
    scored = [row for row in rows if isinstance(row, ExampleRow)]
    schema = examples_schema(scored[0].score.measures, traits_of(scored))
    with _table_file(folder / EXAMPLES, schema) as examples:
        examples.add(examples_table(rows, schema))


def answer_file_hashes(folder: Path) -> Mapping[str, str]:
    """SHA-256 of each answer file in the folder of a record, by name."""
    return {name: file_sha256(folder / name) for name in ANSWER_FILES if (folder / name).exists()}


def is_report(path: Path) -> bool:
    """Whether a file is a report of this tool.

    Raises:
        OutputError: it cannot be read.
    """
    refuse_special(path, refusal=OutputError)
    try:
        with path.open(encoding="utf-8", errors="replace") as stream:
            return REPORT_MARK in stream.read(REPORT_MARK_WITHIN)
    except OSError as error:
        raise OutputError(
            f"{path}: cannot be read ({error.strerror}); name another file or add --overwrite"
        ) from error


@dataclass(slots=True)
class _JsonObjectFile:
    """A JSON object that is written key by key, one to a line."""

    stream: TextIO
    separator: str = "{\n"

    def add(self, key: str, value: object) -> None:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        self.stream.write(f"{self.separator}{json.dumps(key)}: {text}")
        self.separator = ",\n"

    def close(self) -> None:
        self.stream.write("{}\n" if self.separator == "{\n" else "\n}\n")


@dataclass(slots=True)
class _TableFile:
    """A table in row groups of one size, so that its bytes do not depend on how rows came."""

    writer: parquet.ParquetWriter
    schema: pa.Schema
    waiting: pa.Table

    def add(self, rows: pa.Table) -> None:
        self.waiting = pa.concat_tables([self.waiting, rows])
        while len(self.waiting) >= ROW_GROUP:
            self._write(self.waiting[:ROW_GROUP])
            self.waiting = self.waiting[ROW_GROUP:]

    def close(self) -> None:
        self._write(self.waiting)

    def _write(self, rows: pa.Table) -> None:
        self.writer.write_table(rows.combine_chunks())


@contextmanager
def _table_file(path: Path, schema: pa.Schema) -> Iterator[_TableFile]:
    with replacing(path) as part, parquet.ParquetWriter(part, schema) as writer:
        table_file = _TableFile(writer, schema, schema.empty_table())
        yield table_file
        table_file.close()


@contextmanager
def _json_object_file(path: Path) -> Iterator[_JsonObjectFile]:
    with replacing(path) as part, part.open("w", encoding="utf-8", newline="\n") as stream:
        json_file = _JsonObjectFile(stream)
        yield json_file
        json_file.close()


def _n_best_entries(prediction: Prediction) -> list[dict[str, float | str]]:
    """An n-best list as run_qa writes it."""
    n_best = prediction.n_best
    columns = n_best.start_logits, n_best.end_logits, n_best.texts, prediction.probabilities
    return [dict(zip(N_BEST_KEYS, entry, strict=True)) for entry in zip(*columns, strict=True)]


def _finite(null_margin: float) -> float:
    """The margin, or the largest float where it is infinite: JSON has no infinity."""
    return min(null_margin, sys.float_info.max)
