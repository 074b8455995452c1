"""Rows come back from examples.parquet as they were; other files are refused in one sentence."""

import math
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from qareport.analysis.examples.causes import CAUSES
from qareport.analysis.examples.mistakes import KINDS
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


def write_rows(path: Path, rows: Sequence[Row]) -> None:
    """Writes rows as a record does."""
    with parquet.ParquetWriter(path, SCHEMA) as writer:
        writer.write_table(examples_table(rows))


def refusal(path: Path) -> str:
    """Why a file does not hold the examples of a record."""
    with pytest.raises(DataError) as caught:
        read_examples(path)
    before, after = f"{path}: not the examples of a record (", "); evaluate again to get them"
    sentence = str(caught.value)
    assert sentence.startswith(before)
    assert sentence.endswith(after)
    assert "\n" not in sentence
    return sentence.removeprefix(before).removesuffix(after)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with two rows."""
    path = tmp_path_factory.mktemp("record") / "examples.parquet"
    write_rows(path, [ANSWERED, ABSTAINED])
    return path


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
    causes=st.lists(st.sampled_from(list(CAUSES))),
    margin=st.floats(allow_nan=False),
    f1=st.floats(0, 1),
)
def test_any_texts_and_numbers_are_read_as_they_were_written(
    texts: list[str], causes: list[str], margin: float, f1: float
) -> None:
    rows = tuple(
        replace(
            WITHHELD,
            example=replace(ASKED, id=f"{index}", question=text, context=text, title=text),
            score=replace(WITHHELD.score, example_id=f"{index}"),
            null_margin=margin,
            best_text=text,
            best_score=ExampleScore(f"{index}", True, by_measure(0.0, f1)),  # noqa: FBT003 - the answerable one
            causes=tuple(causes),
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
    assert "No such file or directory" in refusal(tmp_path / "examples.parquet")


def test_a_folder_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    assert "directory" in refusal(tmp_path)


@pytest.mark.parametrize("content", [b"", b"{}", b"PAR1 and nothing more PAR1", b"# Card\n" * 99])
def test_a_file_that_is_not_parquet_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "examples.parquet"
    path.write_bytes(content)

    assert "Parquet" in refusal(path)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_torn_file_is_refused(tmp_path: Path, share: float) -> None:
    path = tmp_path / "examples.parquet"
    write_rows(path, [ANSWERED, WITHHELD])
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])

    assert "Parquet" in refusal(path)


@given(offset=st.integers(0), byte=st.integers(0, 255))
def test_a_damaged_byte_is_refused_or_of_no_matter(written: Path, offset: int, byte: int) -> None:
    content = bytearray(written.read_bytes())
    # Most of what a reader trusts stands at the end.
    content[-1 - offset % len(content)] = byte
    damaged = written.with_name("damaged.parquet")
    damaged.write_bytes(content)

    with suppress(DataError):
        assert len(read_examples(damaged)) == 2


def test_a_table_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "candidates.parquet"
    parquet.write_table(candidates_table(span_candidates(FoundWindow())), path)

    assert refusal(path) == "column 'id' is missing"


def test_texts_that_are_not_utf_8_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "examples.parquet"
    write_rows(path, [replace(ANSWERED, best_text="big old cow")])
    path.write_bytes(path.read_bytes().replace(b"big old cow", b"big old c\xffw"))

    assert "UTF8" in refusal(path)


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


@pytest.mark.parametrize("cells", [[1.0], [1], [None], [["a"]]])
def test_columns_that_are_neither_scores_nor_groups_are_refused(
    tmp_path: Path, cells: list[object]
) -> None:
    path, array = tmp_path / "examples.parquet", pa.array(cells)
    parquet.write_table(examples_table([ANSWERED]).append_column("length", array), path)

    kind = parquet.read_schema(path).field("length").type
    assert refusal(path) == f"column 'length', {kind}, is neither of a measure nor of a trait"


@pytest.mark.parametrize("column", ["prediction", "causes", "exact", "best_f1", "answerable"])
def test_a_table_without_one_of_the_columns_is_refused(tmp_path: Path, column: str) -> None:
    path = tmp_path / "examples.parquet"
    parquet.write_table(examples_table([ANSWERED]).drop_columns([column]), path)

    assert refusal(path).startswith(f"column {column.removeprefix('best_')!r} is missing")


@pytest.mark.parametrize("column", SCHEMA.names)
def test_a_column_of_another_type_is_refused(tmp_path: Path, column: str) -> None:
    path, table = tmp_path / "examples.parquet", examples_table([ANSWERED])
    index = table.schema.get_field_index(column)
    parquet.write_table(table.set_column(index, column, pa.array([1], pa.int8())), path)

    named = {"best_exact": "exact", "best_f1": "f1"}.get(column, column)
    assert f"column {named!r}" in refusal(path)


ONLY_UNSCORED = "may be missing only together with 'exact', where a question is not scored"
STARTS = "must have starts of 0 or more"


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("title", None, "must not be missing"),
        ("question", None, "must not be missing"),
        ("context", None, "must not be missing"),
        ("prediction", None, "must not be missing"),
        ("question_is_cut", None, "must not be missing"),
        ("gold_answers", None, "must not be missing"),
        ("gold_answers", [None], "must have texts"),
        ("gold_answers", [{"text": None, "start": 0}], "must have texts"),
        ("plausible_answers", [{"text": "a", "start": None}], "must have starts"),
        ("gold_answers", [{"text": "a", "start": -1}], STARTS),
        ("f1", None, ONLY_UNSCORED),
        ("best_exact", None, ONLY_UNSCORED),
        ("best_answer", None, ONLY_UNSCORED),
        ("mistake", None, ONLY_UNSCORED),
        ("is_plausible", None, ONLY_UNSCORED),
        ("causes", None, ONLY_UNSCORED),
        ("f1", math.nan, "must be from 0 to 1"),
        ("f1", -0.1, "must be from 0 to 1"),
        ("best_exact", 7.0, "must be from 0 to 1"),
        ("best_f1", math.inf, "must be from 0 to 1"),
        ("null_margin", math.nan, "must be a number"),
        ("start", None, "must be missing where 'start' is, and only there"),
        ("start", -4, "must be 0 or more"),
        ("start", 16, "must not be before 'start'"),
        ("end", 3, "must not be before 'start'"),
        ("end", None, "must be missing where 'start' is, and only there"),
        ("mistake", "typo", f"must be one of {', '.join(KINDS)}"),
        ("causes", [None], "must have names"),
        ("causes", ["bad luck"], f"must be of {', '.join(CAUSES)}"),
        ("answerable", "perhaps", "must be 'has answer' or 'no answer'"),
    ],
)
def test_a_cell_that_no_record_has_is_refused_with_its_row(
    tmp_path: Path, column: str, value: object, words: str
) -> None:
    path = tmp_path / "examples.parquet"
    other, changed = examples_table([ABSTAINED, ANSWERED]).to_pylist()
    parquet.write_table(pa.Table.from_pylist([other, {**changed, column: value}], SCHEMA), path)

    named = "end" if column == "start" and value in (None, 16) else column
    cell = changed["end"] if named != column else value
    shown = "missing" if cell is None else repr(cell)
    assert refusal(path) == f"column {named!r} of row 1, id 'asked', is {shown}, but {words}"


def test_two_rows_with_one_id_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "examples.parquet"
    write_rows(path, [ABSTAINED, ANSWERED, WITHHELD])

    assert refusal(path) == (
        "column 'id' of row 2, id 'asked', is 'asked', but no two rows may have one id"
    )


def test_a_row_without_an_id_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "examples.parquet"
    (cells,) = examples_table([ANSWERED]).to_pylist()
    parquet.write_table(pa.Table.from_pylist([{**cells, "id": None}], SCHEMA), path)

    assert refusal(path) == (
        "column 'id' of row 0, id missing, is missing, but must not be missing"
    )


def test_a_long_cell_is_shown_in_part(tmp_path: Path) -> None:
    path = tmp_path / "examples.parquet"
    write_rows(path, [replace(ANSWERED, mistake="typo" * 1000)])

    assert "is 'typotypo" in refusal(path)
    assert len(refusal(path)) < 300


def test_a_question_that_is_not_scored_must_still_have_a_margin(tmp_path: Path) -> None:
    path = tmp_path / "examples.parquet"
    (cells,) = examples_table([drop(case(ASKED, "old cat"))]).to_pylist()
    parquet.write_table(pa.Table.from_pylist([{**cells, "null_margin": None}], SCHEMA), path)

    assert refusal(path).endswith("may be missing only where a question is scored")


def test_a_column_that_stands_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "examples.parquet"
    table = examples_table([ANSWERED])
    parquet.write_table(table.append_column("id", table.column("id")), path)

    assert refusal(path) == "column 'id' stands 2 times"


def test_a_table_that_unfolds_to_gigabytes_is_refused(tmp_path: Path) -> None:
    path, rows = tmp_path / "examples.parquet", 20_000
    ids, text = [f"{row}" for row in range(rows)], pa.array(["x" * 50_000])
    repeated = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), text)
    parquet.write_table(pa.table({"id": ids, "title": repeated}), path)

    assert refusal(path).startswith("would take more than ")
