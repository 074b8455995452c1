"""Rows of examples to examples.parquet, the table that analysts open, and back."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import pyarrow as pa
from pydantic import TypeAdapter

from qareport.examining.rows import ExampleRow
from qareport.examining.traits import TRAITS
from qareport.recording.table_file import read_table_file
from qareport.records import CharSpan, Example, ExampleScore, GoldAnswer

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
the end exclusive, and null for "no answer"; `best_*` tell of the best span, withheld or not."""

_ANSWERS = TypeAdapter(tuple[GoldAnswer, ...])


def examples_table(rows: Sequence[ExampleRow]) -> pa.Table:
    """The rows in the columns of `SCHEMA`."""
    return pa.Table.from_pylist([_cells(row) for row in rows], schema=SCHEMA)


def read_examples(path: Path) -> tuple[ExampleRow, ...]:
    """The rows in a file that this module wrote.

    Raises:
        DataError: the file is missing or holds something else.
    """
    table = read_table_file(path, SCHEMA, content="examples")
    return tuple(
        ExampleRow(
            example=Example(
                id=cells["id"],
                question=cells["question"],
                context=cells["context"],
                gold_answers=_answers(cells["gold_answers"]),
                plausible_answers=_answers(cells["plausible_answers"]),
                title=cells["title"],
            ),
            text=cells["prediction"],
            span=None if cells["start"] is None else CharSpan(cells["start"], cells["end"]),
            null_margin=cells["null_margin"],
            score=_score(cells["id"], cells["gold_answers"], cells["exact"], cells["f1"]),
            best_text=cells["best_answer"],
            best_score=_score(
                cells["id"], cells["gold_answers"], cells["best_exact"], cells["best_f1"]
            ),
            mistake=cells["mistake"],
            is_plausible=cells["is_plausible"],
            causes=tuple(cells["causes"]),
            question_is_cut=cells["question_is_cut"],
            groups={trait: cells[trait] for trait in TRAITS if cells[trait] is not None},
        )
        for batch in table.to_batches()
        for cells in batch.to_pylist()
    )


def _cells(row: ExampleRow) -> dict[str, object]:
    example = row.example
    return {
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
        "exact": row.score.exact,
        "f1": row.score.f1,
        "best_answer": row.best_text,
        "best_exact": row.best_score.exact,
        "best_f1": row.best_score.f1,
        "mistake": row.mistake,
        "is_plausible": row.is_plausible,
        "causes": row.causes,
        "question_is_cut": row.question_is_cut,
        **row.groups,
    }


def _answers(cells: Sequence[Mapping[str, object]]) -> tuple[GoldAnswer, ...]:
    return _ANSWERS.validate_python(cells)


def _score(example_id: str, golds: Sequence[object], exact: float, f1: float) -> ExampleScore:
    return ExampleScore(example_id, has_answer=bool(golds), exact=exact, f1=f1)
