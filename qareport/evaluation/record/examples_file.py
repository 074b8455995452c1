"""Rows of examples to examples.parquet, the table that analysts open, and back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import pyarrow as pa
from pydantic import TypeAdapter

from qareport.analysis.examples.rows import DroppedRow, ExampleRow, Row
from qareport.analysis.examples.traits import ANSWERABLE, NO_ANSWER, TRAITS
from qareport.data.types import CharSpan, Example, ExampleScore, GoldAnswer
from qareport.evaluation.record.table_file import read_table_file

ANSWERS = pa.list_(pa.struct([("text", pa.string()), ("start", pa.int64())]))
SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("title", pa.string()),
        ("question", pa.string()),
        ("context", pa.string()),
        ("gold_answers", ANSWERS),
        ("plausible_answers", ANSWERS),
        ("prediction", pa.string()),
        ("start", pa.int32()),
        ("end", pa.int32()),
        ("null_margin", pa.float64()),
        ("exact", pa.float64()),
        ("f1", pa.float64()),
        ("best_answer", pa.string()),
        ("best_exact", pa.float64()),
        ("best_f1", pa.float64()),
        ("mistake", pa.string()),
        ("is_plausible", pa.bool_()),
        ("causes", pa.list_(pa.string())),
        ("question_is_cut", pa.bool_()),
        *((trait, pa.string()) for trait in TRAITS),
    ]
)
"""One row for each example. Scores are 0 to 1; `start` and `end` are characters of the context,
the end exclusive, and null for "no answer"; `best_*` tell of the best span, withheld or not.
`answerable` tells as what it was scored. An example that its protocol does not score has null
scores, mistake, causes and groups."""

_ANSWERS = TypeAdapter(tuple[GoldAnswer, ...])


def examples_table(rows: Sequence[Row]) -> pa.Table:
    """The rows in the columns of `SCHEMA`."""
    return pa.Table.from_pylist([_cells(row) for row in rows], schema=SCHEMA)


def read_examples(path: Path) -> tuple[Row, ...]:
    """The rows in a file that this module wrote.

    Raises:
        DataError: the file is missing or holds something else.
    """
    table = read_table_file(path, SCHEMA, content="examples")
    return tuple(_rows(table))


def _cells(row: Row) -> dict[str, object]:
    example = row.example
    asked: dict[str, object] = {
        "id": example.id,
        "title": example.title,
        "question": example.question,
        "context": example.context,
        "gold_answers": [asdict(answer) for answer in example.gold_answers],
        "plausible_answers": [asdict(answer) for answer in example.plausible_answers],
        "prediction": row.text,
        "start": row.span.start if row.span else None,
        "end": row.span.end if row.span else None,
        "null_margin": row.null_margin,
        "question_is_cut": row.question_is_cut,
    }
    return asked if isinstance(row, DroppedRow) else {**asked, **_scored_cells(row)}


def _scored_cells(row: ExampleRow) -> dict[str, object]:
    return {
        "exact": row.score.exact,
        "f1": row.score.f1,
        "best_answer": row.best_text,
        "best_exact": row.best_score.exact,
        "best_f1": row.best_score.f1,
        "mistake": row.mistake,
        "is_plausible": row.is_plausible,
        "causes": row.causes,
        **row.groups,
    }


def _rows(table: pa.Table) -> Iterator[Row]:
    for cells in (cells for batch in table.to_batches() for cells in batch.to_pylist()):
        example = Example(
            id=cells["id"],
            question=cells["question"],
            context=cells["context"],
            gold_answers=_answers(cells["gold_answers"]),
            plausible_answers=_answers(cells["plausible_answers"]),
            title=cells["title"],
        )
        span = None if cells["start"] is None else CharSpan(cells["start"], cells["end"])
        text, margin, is_cut = cells["prediction"], cells["null_margin"], cells["question_is_cut"]
        if cells["exact"] is None:
            yield DroppedRow(example, text, span, margin, is_cut)
            continue
        # The token-level protocol takes a question whose golds no window holds for one without.
        has_answer = example.has_answer and cells[ANSWERABLE] != NO_ANSWER
        yield ExampleRow(
            example=example,
            text=text,
            span=span,
            null_margin=margin,
            score=ExampleScore(example.id, has_answer, cells["exact"], cells["f1"]),
            best_text=cells["best_answer"],
            best_score=ExampleScore(example.id, has_answer, cells["best_exact"], cells["best_f1"]),
            mistake=cells["mistake"],
            is_plausible=cells["is_plausible"],
            causes=tuple(cells["causes"]),
            question_is_cut=is_cut,
            groups={trait: cells[trait] for trait in TRAITS if cells[trait] is not None},
        )


def _answers(cells: Sequence[Mapping[str, object]]) -> tuple[GoldAnswer, ...]:
    return _ANSWERS.validate_python(cells)
