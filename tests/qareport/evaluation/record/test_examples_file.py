"""Rows come back from examples.parquet as they were; other files are refused in one sentence."""

import math
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from qareport.analysis.examples.rows import Row, drop, summarise
from qareport.analysis.examples.traits import TRAITS
from qareport.data.types import ExampleScore, GoldAnswer
from qareport.errors import DataError
from qareport.evaluation.record.candidates_file import candidates_table
from qareport.evaluation.record.examples_file import (
    SCHEMA,
    examples_schema,
    examples_table,
    read_examples,
)
from tests.analysis_builders import case
from tests.answering_builders import FoundWindow, span_candidates
from tests.builders import by_measure, example

CONTEXT = "the big old cat sat on mats"
ASKED = example("asked", context=CONTEXT, golds=("old cat", "cat"), title="Cats")
NO_ANSWER = example("none", context=CONTEXT)
WITHHELD = summarise(replace(case(ASKED, "", "old cat", null_margin=2.5), question_is_cut=True))
ANSWERED = summarise(case(ASKED, "big old cat", null_margin=-1.5))
ABSTAINED = summarise(case(NO_ANSWER, ""))
MISLED = summarise(
    case(replace(NO_ANSWER, plausible_answers=(GoldAnswer("old cat", 8),)), "old cat")
)

OTHER_COLUMNS = (
    "not the examples of a record (its columns are not those of this version); "
    "evaluate again to get them"
)


def write_rows(path: Path, rows: Sequence[Row]) -> None:
    """Writes rows as a record does."""
    with parquet.ParquetWriter(path, SCHEMA) as writer:
        writer.write_table(examples_table(rows))


def refusal(path: Path) -> str:
    """Why a file does not hold the examples of a record."""
    with pytest.raises(DataError) as caught:
        read_examples(path)
    return str(caught.value)


def test_columns_have_names_and_types_that_other_programs_read(tmp_path: Path) -> None:
    path = tmp_path / "examples.parquet"

    write_rows(path, [ANSWERED])

    schema = parquet.read_schema(path)
    answers = "list<element: struct<text: string, start: int64>>"
    assert dict(zip(schema.names, map(str, schema.types), strict=True)) == {
        "id": "string",
        "title": "string",
        "question": "string",
        "context": "string",
        "gold_answers": answers,
        "plausible_answers": answers,
        "prediction": "string",
        "start": "int32",
        "end": "int32",
        "null_margin": "double",
        "best_answer": "string",
        "mistake": "string",
        "is_plausible": "bool",
        "causes": "list<element: string>",
        "question_is_cut": "bool",
        "exact": "double",
        "best_exact": "double",
        "f1": "double",
        "best_f1": "double",
        **dict.fromkeys(TRAITS, "string"),
    }


def test_a_row_is_written_with_all_that_became_of_its_example() -> None:
    (cells,) = examples_table([ANSWERED]).to_pylist()

    assert {name: cells[name] for name in cells if name not in TRAITS} == {
        "id": "asked",
        "title": "Cats",
        "question": "q",
        "context": CONTEXT,
        "gold_answers": [{"text": "old cat", "start": 8}, {"text": "cat", "start": 12}],
        "plausible_answers": [],
        "prediction": "big old cat",
        "start": 4,
        "end": 15,
        "null_margin": -1.5,
        "exact": 0.0,
        "f1": 0.8,
        "best_answer": "big old cat",
        "best_exact": 0.0,
        "best_f1": 0.8,
        "mistake": "superset",
        "is_plausible": False,
        "causes": [],
        "question_is_cut": False,
    }
    assert {name: cells[name] for name in TRAITS} == ANSWERED.groups


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(ANSWERED, id="answered"),
        pytest.param(WITHHELD, id="withheld, with causes"),
        pytest.param(ABSTAINED, id="without gold answers"),
        pytest.param(MISLED, id="misled by a plausible answer"),
        pytest.param(replace(ABSTAINED, null_margin=math.inf), id="infinite margin"),
        pytest.param(replace(ANSWERED, groups=dict.fromkeys(TRAITS)), id="without groups"),
        pytest.param(
            replace(
                ANSWERED,
                groups={**dict.fromkeys(TRAITS), "answerable": "no answer"},
                score=replace(ANSWERED.score, has_answer=False),
                best_score=replace(ANSWERED.best_score, has_answer=False),
            ),
            id="scored as if it had no answer",
        ),
        pytest.param(drop(case(ASKED, "old cat", null_margin=-1.5)), id="not scored"),
        pytest.param(drop(replace(case(ASKED, ""), question_is_cut=True)), id="not scored, cut"),
    ],
)
def test_a_row_is_read_as_it_was_written(tmp_path: Path, row: Row) -> None:
    path = tmp_path / "examples.parquet"

    write_rows(path, [row])

    assert read_examples(path) == (row,)


@given(
    texts=st.lists(st.text(), max_size=3),
    margin=st.floats(allow_nan=False),
    f1=st.floats(0, 1),
)
def test_any_texts_and_numbers_are_read_as_they_were_written(
    texts: list[str], margin: float, f1: float
) -> None:
    rows = tuple(
        replace(
            WITHHELD,
            example=replace(ASKED, id=f"{index}", question=text, context=text, title=text),
            score=replace(WITHHELD.score, example_id=f"{index}"),
            null_margin=margin,
            best_text=text,
            best_score=ExampleScore(f"{index}", True, by_measure(0.0, f1)),  # noqa: FBT003 - the answerable one
            causes=tuple(texts),
            groups=dict.fromkeys(TRAITS, text) | {"answerable": WITHHELD.groups["answerable"]},
        )
        for index, text in enumerate(texts)
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "examples.parquet"
        write_rows(path, rows)

        assert read_examples(path) == rows


def test_an_answer_may_claim_to_start_beyond_any_context(tmp_path: Path) -> None:
    path = tmp_path / "examples.parquet"
    golds = (GoldAnswer("old cat", 2**40),)
    row = replace(ANSWERED, example=replace(ASKED, gold_answers=golds))

    write_rows(path, [row])

    assert read_examples(path) == (row,)


def test_rows_of_several_chunks_are_read_in_order(tmp_path: Path) -> None:
    path = tmp_path / "examples.parquet"

    with parquet.ParquetWriter(path, SCHEMA) as writer:
        for row in (WITHHELD, ABSTAINED):
            writer.write_table(examples_table([row]))

    assert read_examples(path) == (WITHHELD, ABSTAINED)


def test_pandas_opens_the_table(tmp_path: Path) -> None:
    path = tmp_path / "examples.parquet"
    write_rows(path, [ANSWERED, WITHHELD, ABSTAINED])

    frame = pd.read_parquet(path)

    assert list(frame.columns) == SCHEMA.names
    assert frame.groupby("answerable", observed=True)["f1"].mean().to_dict() == {
        "has answer": pytest.approx(0.4),
        "no answer": 1.0,
    }
    assert frame["start"].isna().tolist() == [False, True, True]
    assert [list(causes) for causes in frame["causes"]] == [
        [],
        ["truncated question", "in n-best", "threshold"],
        [],
    ]


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "examples.parquet"

    message = refusal(path)

    assert message.startswith(f"{path}: not the examples of a record (")
    assert message.endswith("); evaluate again to get them")


@pytest.mark.parametrize("content", [b"", b"{}", b"PAR1 and nothing more PAR1"])
def test_a_file_that_is_not_parquet_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "examples.parquet"
    path.write_bytes(content)

    message = refusal(path)

    assert message.startswith(f"{path}: not the examples of a record (")
    assert "Parquet" in message
    assert message.endswith("); evaluate again to get them")


def test_a_table_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "candidates.parquet"
    parquet.write_table(candidates_table(span_candidates(FoundWindow())), path)

    assert refusal(path) == f"{path}: {OTHER_COLUMNS}"


def test_groups_and_measures_of_another_version_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "examples.parquet"
    scored = {**by_measure(0.0, 0.5), "contains": 1.0}
    row = replace(
        ANSWERED,
        score=replace(ANSWERED.score, measures=scored),
        best_score=replace(ANSWERED.best_score, measures=scored),
        groups={"answerable": "has answer", "topic": "pets", "tone": None},
    )

    parquet.write_table(examples_table([row], examples_schema(scored, row.groups)), path)

    assert read_examples(path) == (row,)


def test_numbers_that_are_no_pair_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "examples.parquet"
    table = examples_table([ANSWERED])
    parquet.write_table(table.append_column("length", pa.array([1.0])), path)

    assert refusal(path) == f"{path}: {OTHER_COLUMNS}"


@pytest.mark.parametrize("column", ["prediction", "causes", "exact", "best_f1", "answerable"])
def test_a_table_without_one_of_the_columns_is_refused(tmp_path: Path, column: str) -> None:
    path = tmp_path / "examples.parquet"
    parquet.write_table(examples_table([ANSWERED]).drop_columns([column]), path)

    assert refusal(path) == f"{path}: {OTHER_COLUMNS}"


NO_GOLD_TEXT: list[dict[str, object]] = [{"text": None, "start": 0}]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("context", None),
        ("prediction", None),
        ("gold_answers", None),
        ("gold_answers", NO_GOLD_TEXT),
        ("f1", None),
        ("f1", math.nan),
        ("best_exact", 7.0),
        ("null_margin", math.nan),
        ("causes", None),
        ("mistake", None),
        ("is_plausible", None),
        ("id", "none"),
    ],
)
def test_a_value_that_no_record_has_is_refused(tmp_path: Path, column: str, value: object) -> None:
    path = tmp_path / "examples.parquet"
    changed, other = examples_table([ANSWERED, ABSTAINED]).to_pylist()
    parquet.write_table(pa.Table.from_pylist([{**changed, column: value}, other], SCHEMA), path)

    assert refusal(path) == (
        f"{path}: not the examples of a record (column {column!r} has a value that no record has); "
        "evaluate again to get them"
    )


def test_a_column_that_stands_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "examples.parquet"
    table = examples_table([ANSWERED])
    parquet.write_table(table.append_column("id", table.column("id")), path)

    assert refusal(path) == f"{path}: {OTHER_COLUMNS}"
