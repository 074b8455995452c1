"""Writes rows of examples into examples.parquet, the table that analysts open, and reads them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path
from typing import TypeVar

import pyarrow as pa
from pyarrow import compute

from qareport.analysis.examples.causes import CAUSES
from qareport.analysis.examples.mistakes import KINDS
from qareport.analysis.examples.rows import DroppedRow, ExampleRow, Row
from qareport.analysis.examples.traits import ANSWERABLE, HAS_ANSWER, NO_ANSWER, TRAITS
from qareport.data.types import EXACT, CharSpan, Example, ExampleScore, GoldAnswer
from qareport.errors import DataError
from qareport.evaluation.record.column_rules import (
    ITEM,
    CellRule,
    Rows,
    has_item,
    is_below,
    is_missing,
    is_missing_unlike,
    is_nan,
    is_negative,
    is_no_share,
    is_none_of,
    is_repeated,
    numbers_of,
    require_possible,
)
from qareport.evaluation.record.table_file import read_table_file
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

Item = TypeVar("Item")


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
    try:
        table = read_table_file(path, FIXED)
        columns = _find_columns(table.schema)
        require_possible(table, _rules(columns), id_column="id")
    except DataError as error:
        raise DataError(
            f"{path}: not the examples of a record ({error}); evaluate again to get them"
        ) from error
    return tuple(row for batch in table.to_batches() for row in _rows(batch, columns))


@dataclass(frozen=True, slots=True)
class _FreeColumns:
    """The columns of a table that are not fixed."""

    measures: tuple[str, ...]
    traits: tuple[str, ...]


def _find_columns(schema: pa.Schema) -> _FreeColumns:
    """What the table holds beside the fixed columns: numbers are scores, texts are groups."""
    free = [field for field in schema if field.name not in FIXED.names]
    names = {field.name for field in free if field.type == pa.float64()}
    measures = tuple(each.name for each in free if {each.name, f"{BEST}{each.name}"} <= names)
    traits = tuple(field.name for field in free if field.type == pa.string())
    known = {*measures, *(f"{BEST}{name}" for name in measures), *traits}
    for name in (*HEADLINE, ANSWERABLE):
        if name not in known:
            raise DataError(f"column {name!r} is missing, or not what it is in a record")
    for field in free:
        if field.name not in known:
            raise DataError(
                f"column {field.name!r}, {field.type}, is neither of a measure nor of a trait"
            )
    return _FreeColumns(measures, traits)


def _rules(columns: _FreeColumns) -> tuple[CellRule, ...]:
    """What the cells of a table with these columns must be."""
    scores = tuple(f"{prefix}{name}" for name in columns.measures for prefix in ("", BEST))
    answers = ("gold_answers", "plausible_answers")
    return (
        CellRule(ALWAYS, is_missing, "must not be missing"),
        CellRule(("id",), is_repeated, "no two rows may have one id"),
        CellRule(
            (*IF_SCORED, *scores),
            is_missing_unlike(EXACT),
            f"may be missing only together with {EXACT!r}, where a question is not scored",
        ),
        CellRule(scores, is_no_share, "must be from 0 to 1"),
        CellRule(("null_margin",), is_nan, "must be a number"),
        CellRule(
            ("null_margin",), _is_missing_unscored, "may be missing only where a question is scored"
        ),
        CellRule(answers, has_item("text", is_missing), "must have texts"),
        CellRule(answers, has_item("start", is_missing), "must have starts"),
        CellRule(answers, has_item("start", is_negative), "must have starts of 0 or more"),
        CellRule(("start",), is_negative, "must be 0 or more"),
        CellRule(
            ("end",), is_missing_unlike("start"), "must be missing where 'start' is, and only there"
        ),
        CellRule(("end",), is_below("start"), "must not be before 'start'"),
        CellRule(("start",), _is_missing_answered, "may be missing only where there is no answer"),
        CellRule(("mistake",), is_none_of(KINDS), f"must be one of {', '.join(KINDS)}"),
        CellRule(("causes",), has_item(ITEM, is_missing), "must have names"),
        CellRule(
            ("causes",), has_item(ITEM, is_none_of(CAUSES)), f"must be of {', '.join(CAUSES)}"
        ),
        CellRule(
            (ANSWERABLE,),
            is_none_of((HAS_ANSWER, NO_ANSWER)),
            f"must be {HAS_ANSWER!r} or {NO_ANSWER!r}",
        ),
    )


def _is_missing_unscored(table: pa.Table, name: str) -> Rows:
    """Cells without a value where the question is not scored."""
    broken: Rows = is_missing(table, name) & is_missing(table, EXACT)
    return broken


def _is_missing_answered(table: pa.Table, name: str) -> Rows:
    """Cells without a value where there is an answer."""
    is_answered = numbers_of(compute.binary_length(table["prediction"])) > 0
    broken: Rows = is_missing(table, name) & is_answered
    return broken


def _cells(row: Row) -> dict[str, object]:
    example = row.example
    asked: dict[str, object] = {
        "id": example.id,
        "title": example.title,
        "question": example.question,
        "context": example.context,
        "gold_answers": _answer_cells(example.gold_answers),
        "plausible_answers": _answer_cells(example.plausible_answers),
        "prediction": row.text,
        "start": row.span.start if row.span else None,
        "end": row.span.end if row.span else None,
        "null_margin": row.null_margin,
        "question_is_cut": row.question_is_cut,
    }
    return asked if isinstance(row, DroppedRow) else {**asked, **_scored_cells(row)}


def _answer_cells(answers: Sequence[GoldAnswer]) -> list[dict[str, object]]:
    return [{"text": answer.text, "start": answer.start} for answer in answers]


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


def _rows(batch: pa.RecordBatch, columns: _FreeColumns) -> Iterator[Row]:
    """The rows of a batch in order, made column by column."""
    is_scored = batch[EXACT].is_valid()
    scored = _scored_rows(batch.filter(is_scored), columns)
    dropped = _dropped_rows(batch.filter(compute.invert(is_scored)))
    for each in is_scored.to_pylist():
        yield next(scored) if each else next(dropped)


def _scored_rows(batch: pa.RecordBatch, columns: _FreeColumns) -> Iterator[ExampleRow]:
    examples = _examples(batch)
    groups = _by_name(columns.traits, [_texts(batch[trait]) for trait in columns.traits])
    # The token-level protocol takes a question whose golds no window holds for one without.
    has_answer = [
        example.has_answer and names[ANSWERABLE] != NO_ANSWER
        for example, names in zip(examples, groups, strict=True)
    ]
    in_order_of_fields = (
        examples,
        batch["prediction"].to_pylist(),
        _spans(batch),
        batch["null_margin"].to_pylist(),
        _scores(batch, has_answer, columns.measures),
        batch["best_answer"].to_pylist(),
        _scores(batch, has_answer, columns.measures, prefix=BEST),
        _texts(batch["mistake"]),
        batch["is_plausible"].to_pylist(),
        _lists(_texts(batch["causes"].flatten()), batch["causes"]),
        batch["question_is_cut"].to_pylist(),
        groups,
    )
    return (ExampleRow(*fields) for fields in zip(*in_order_of_fields, strict=True))


def _dropped_rows(batch: pa.RecordBatch) -> Iterator[DroppedRow]:
    in_order_of_fields = (
        _examples(batch),
        batch["prediction"].to_pylist(),
        _spans(batch),
        batch["null_margin"].to_pylist(),
        batch["question_is_cut"].to_pylist(),
    )
    return (DroppedRow(*fields) for fields in zip(*in_order_of_fields, strict=True))


def _examples(batch: pa.RecordBatch) -> list[Example]:
    in_order_of_fields = (
        batch["id"].to_pylist(),
        batch["question"].to_pylist(),
        _texts(batch["context"]),
        _answers(batch["gold_answers"]),
        _answers(batch["plausible_answers"]),
        _texts(batch["title"]),
    )
    return [Example(*fields) for fields in zip(*in_order_of_fields, strict=True)]


def _answers(lists: pa.ListArray) -> Iterator[tuple[GoldAnswer, ...]]:
    texts, starts = lists.flatten().flatten()
    return _lists([*map(GoldAnswer, texts.to_pylist(), starts.to_pylist())], lists)


def _spans(batch: pa.RecordBatch) -> Iterator[CharSpan | None]:
    starts, ends = batch["start"].to_pylist(), batch["end"].to_pylist()
    return (
        None if start is None else CharSpan(start, end)
        for start, end in zip(starts, ends, strict=True)
    )


def _scores(
    batch: pa.RecordBatch, has_answer: Sequence[bool], measures: Sequence[str], *, prefix: str = ""
) -> Iterator[ExampleScore]:
    """The scores in the columns of the measures, whose names begin with the prefix."""
    points = [batch[f"{prefix}{name}"].to_pylist() for name in measures]
    return map(ExampleScore, batch["id"].to_pylist(), has_answer, _by_name(measures, points))


def _by_name(names: Sequence[str], columns: Sequence[Sequence[Item]]) -> list[dict[str, Item]]:
    """For each row, its cells by the names of their columns."""
    return [dict(zip(names, cells, strict=True)) for cells in zip(*columns, strict=True)]


def _texts(column: pa.StringArray) -> list[str | None]:
    """The texts of a column, equal ones as one string in memory; None where one is missing."""
    encoded = column.dictionary_encode()
    texts = encoded.dictionary.to_pylist()
    return [None if number is None else texts[number] for number in encoded.indices.to_pylist()]


def _lists(items: Sequence[Item], lists: pa.ListArray) -> Iterator[tuple[Item, ...]]:
    """The items of a column of lists, list by list."""
    ends = accumulate(compute.list_value_length(lists).to_pylist(), initial=0)
    return (tuple(items[start:end]) for start, end in pairwise(ends))
