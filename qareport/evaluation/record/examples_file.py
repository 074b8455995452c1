"""Writes rows of examples into examples.parquet, the table that analysts open, and reads them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow as pa
from pyarrow import compute
from pydantic import TypeAdapter

from qareport.analysis.examples.rows import DroppedRow, ExampleRow, Row
from qareport.analysis.examples.traits import ANSWERABLE, NO_ANSWER, TRAITS
from qareport.data.types import EXACT, CharSpan, Example, ExampleScore, GoldAnswer
from qareport.errors import DataError
from qareport.evaluation.record.table_file import other_columns, read_table_file
from qareport.metrics.measures import HEADLINE

ANSWERS = pa.list_(pa.struct([("text", pa.string()), ("start", pa.int64())]))
FIXED = pa.schema(
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
        ("best_answer", pa.string()),
        ("mistake", pa.string()),
        ("is_plausible", pa.bool_()),
        ("causes", pa.list_(pa.string())),
        ("question_is_cut", pa.bool_()),
    ]
)
"""What every table has, one row for each example. `start` and `end` are characters of the context,
the end exclusive, and null for "no answer"; `best_answer` is the best span, withheld or not. An
example that its protocol does not score has no mistake, causes, scores and groups."""
ALWAYS = (
    *("id", "title", "question", "context", "gold_answers", "plausible_answers"),
    *("prediction", "question_is_cut"),
)
IF_SCORED = ("best_answer", "mistake", "is_plausible", "causes")
"""Columns without a null, and those without one where the example is scored."""
BEST = "best_"
"""Before the name of a measure: what the best span scores by it."""

_ANSWERS = TypeAdapter(tuple[GoldAnswer, ...])


def examples_schema(measures: Iterable[str], traits: Iterable[str] = TRAITS) -> pa.Schema:
    """The columns of a record: the fixed ones, two for each measure, and one for each trait.

    Scores are 0 to 1, by the name of the measure and, of the best span, by that with "best_" before
    it. Groups are texts by the name of the trait; `answerable` is the kind that an example was
    scored as.
    """
    scores = [(f"{prefix}{name}", pa.float64()) for name in measures for prefix in ("", BEST)]
    return pa.schema([*FIXED, *scores, *((trait, pa.string()) for trait in traits)])


SCHEMA = examples_schema(HEADLINE)
"""Of a record without further measures."""


def examples_table(rows: Sequence[Row], schema: pa.Schema = SCHEMA) -> pa.Table:
    """The rows in the columns of a schema."""
    return pa.Table.from_pylist([_cells(row) for row in rows], schema=schema)


def read_examples(path: Path) -> tuple[Row, ...]:
    """The rows in a file that this module wrote.

    Raises:
        DataError: the file is missing or holds something else.
    """
    table = read_table_file(path, FIXED, content="examples")
    columns = _find_columns(path, table.schema)
    for name, is_possible in _possible_cells(table, columns):
        if not compute.all(is_possible, min_count=0).as_py():
            raise DataError(
                f"{path}: not the examples of a record (column {name!r} has a value that no record "
                "has); evaluate again to get them"
            )
    return tuple(_rows(table, columns))


@dataclass(frozen=True, slots=True)
class _FreeColumns:
    """The columns of a table that are not fixed."""

    measures: tuple[str, ...]
    traits: tuple[str, ...]


def _find_columns(path: Path, schema: pa.Schema) -> _FreeColumns:
    """What the table holds beside the fixed columns: numbers are scores, texts are groups."""
    free = [field for field in schema if field.name not in FIXED.names]
    names = {field.name for field in free if field.type == pa.float64()}
    measures = tuple(each.name for each in free if f"{BEST}{each.name}" in names)
    traits = tuple(field.name for field in free if field.type == pa.string())
    missing = {*HEADLINE} - {*measures} or {ANSWERABLE} - {*traits}
    if missing or len(free) != 2 * len(measures) + len(traits):
        raise other_columns(path, content="examples")
    return _FreeColumns(measures, traits)


def _possible_cells(
    table: pa.Table, columns: _FreeColumns
) -> Iterator[tuple[str, pa.ChunkedArray]]:
    """The name of each column that is checked, and whether each of its cells may stand there."""
    not_scored = table.column(EXACT).is_null()
    for name in (*ALWAYS, *IF_SCORED):
        is_there = table.column(name).is_valid()
        yield name, is_there if name in ALWAYS else compute.or_(not_scored, is_there)
    for name in (f"{prefix}{measure}" for measure in columns.measures for prefix in ("", BEST)):
        cells = table.column(name)
        in_range = compute.and_(compute.greater_equal(cells, 0.0), compute.less_equal(cells, 1.0))
        yield name, compute.or_(not_scored, compute.fill_null(in_range, fill_value=False))
    margins = table.column("null_margin")
    yield "null_margin", compute.fill_null(compute.invert(compute.is_nan(margins)), fill_value=True)
    for name in ("gold_answers", "plausible_answers"):
        answers = compute.list_flatten(table.column(name))
        for part in ("text", "start"):
            yield name, compute.struct_field(answers, part).is_valid()
    counts = compute.value_counts(table.column("id").combine_chunks())
    yield "id", compute.equal(compute.struct_field(counts, "counts"), 1)


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
        "best_answer": row.best_text,
        "mistake": row.mistake,
        "is_plausible": row.is_plausible,
        "causes": row.causes,
        **row.score.measures,
        **{f"{BEST}{name}": points for name, points in row.best_score.measures.items()},
        **row.groups,
    }


def _rows(table: pa.Table, columns: _FreeColumns) -> Iterator[Row]:
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
        if cells[EXACT] is None:
            yield DroppedRow(example, text, span, margin, is_cut)
            continue
        # The token-level protocol takes a question whose golds no window holds for one without.
        has_answer = example.has_answer and cells[ANSWERABLE] != NO_ANSWER
        yield ExampleRow(
            example=example,
            text=text,
            span=span,
            null_margin=margin,
            score=ExampleScore(
                example.id, has_answer, {name: cells[name] for name in columns.measures}
            ),
            best_text=cells["best_answer"],
            best_score=ExampleScore(
                example.id, has_answer, {name: cells[f"{BEST}{name}"] for name in columns.measures}
            ),
            mistake=cells["mistake"],
            is_plausible=cells["is_plausible"],
            causes=tuple(cells["causes"]),
            question_is_cut=is_cut,
            groups={trait: cells[trait] for trait in columns.traits},
        )


def _answers(cells: Sequence[Mapping[str, object]]) -> tuple[GoldAnswer, ...]:
    return _ANSWERS.validate_python(cells)
