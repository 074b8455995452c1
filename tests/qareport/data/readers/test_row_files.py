"""Tests reading files of rows in every format, and the messages about broken ones."""

import gzip
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from qareport.data.readers.raw_question import RawQuestion
from qareport.data.readers.source_kind import reader_of
from qareport.errors import DataError
from tests.squad_json import ANSWER, ROW

UNPACK_FIRST = (
    "the size of the file; unpack the file first, as with `gunzip`, and name the unpacked one"
)
FORMATS = ["rows.parquet", "stream.arrow", "file.arrow", "rows.jsonl", "rows.jsonl.gz"]


def write_rows(path: Path, *rows: Mapping[str, object]) -> Path:
    """A file in the format that its name asks for."""
    table = pa.Table.from_pylist([dict(row) for row in rows])
    lines = "".join(f"{json.dumps(row)}\n" for row in rows).encode()
    match path.name:
        case "rows.parquet":
            pq.write_table(table, path)
        case "stream.arrow":
            with pa.ipc.new_stream(path, table.schema) as writer:
                writer.write(table)
        case "file.arrow":
            with pa.ipc.new_file(path, table.schema) as writer:
                writer.write(table)
        case "rows.jsonl.gz":
            path.write_bytes(gzip.compress(lines))
        case _:
            path.write_bytes(lines)
    return path


def questions_in_file(path: Path) -> Iterator[RawQuestion]:
    """What the reader of a file finds in it."""
    reader = reader_of(path.name)
    assert reader is not None
    return reader.questions_in(path)


def sentence(path: Path) -> str:
    """What the reader says about a file that it refuses, without the folder."""
    with pytest.raises(DataError) as caught:
        list(questions_in_file(path))
    return str(caught.value).replace(f"{path.parent}/", "")


@pytest.mark.parametrize("name", FORMATS)
def test_a_row_becomes_a_question_in_every_format(tmp_path: Path, name: str) -> None:
    path = write_rows(tmp_path / name, ROW)

    (question,) = questions_in_file(path)

    assert (question.id, question.title, question.question) == ("q", "t", "who?")
    assert question.context == "Norman was here"
    assert question.answers == [ANSWER]


@pytest.mark.parametrize("name", FORMATS)
def test_rows_of_one_paragraph_share_their_context(tmp_path: Path, name: str) -> None:
    path = write_rows(tmp_path / name, ROW, {**ROW, "id": "r"})

    first, second = questions_in_file(path)

    assert first.context is second.context


def test_answers_may_be_a_list_of_objects(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "rows.parquet", {**ROW, "answers": [ANSWER]})

    (question,) = questions_in_file(path)

    assert question.answers == [ANSWER]


def test_extra_columns_are_ignored(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "rows.parquet", {**ROW, "split": "dev"})

    assert len(list(questions_in_file(path))) == 1


@pytest.mark.parametrize(
    ("name", "locations"),
    [
        ("rows.parquet", ["row 0 (id 'q')", "row 1 (id 'r')"]),
        ("rows.jsonl", ["line 1 (id 'q')", "line 2 (id 'r')"]),
    ],
)
def test_rows_count_from_0_and_lines_from_1(
    tmp_path: Path, name: str, locations: list[str]
) -> None:
    path = write_rows(tmp_path / name, ROW, {**ROW, "id": "r"})

    found = [question.location for question in questions_in_file(path)]

    assert found == [f"{path}: {location}" for location in locations]


def test_empty_lines_are_skipped_but_counted(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(f"\n{json.dumps(ROW)}\n\n")

    (question,) = questions_in_file(path)

    assert question.location == f"{path}: line 2 (id 'q')"


def test_a_row_without_a_usable_id_is_located_by_its_number(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "rows.parquet", {**ROW, "id": 5})

    (question,) = questions_in_file(path)

    assert question.location == f"{path}: row 0"


@pytest.mark.parametrize("name", ["rows.parquet", "stream.arrow", "file.arrow"])
def test_missing_columns_are_named_with_those_that_exist(tmp_path: Path, name: str) -> None:
    path = write_rows(tmp_path / name, {"id": "q", "text": "Norman was here", "answers": []})

    assert sentence(path) == (
        f"{name}: has no column 'context', 'question', only 'id', 'text', 'answers'; "
        "a data set needs 'id', 'context', 'question', 'answers'"
    )


def test_a_column_that_stands_twice_is_named(tmp_path: Path) -> None:
    table = pa.Table.from_pylist([ROW])
    path = tmp_path / "rows.parquet"
    pq.write_table(table.append_column("context", table["context"]), path)

    assert sentence(path) == "rows.parquet: has 2 columns 'context'; keep one of them"


@pytest.mark.parametrize("name", ["rows.parquet", "rows.arrow", "rows.jsonl"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    assert sentence(tmp_path / name) == f"{name}: not found; check the path"


@pytest.mark.parametrize("name", ["rows.parquet", "rows.arrow"])
def test_other_bytes_under_the_name_of_a_format_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"no such thing")

    found = sentence(tmp_path / name)

    assert found.startswith(f"{name}: not a whole {Path(name).suffix} file (")
    assert found.endswith("); get or write it again")


def test_more_lines_than_bytes_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl.gz"
    path.write_bytes(gzip.compress(b"{}\n" * 100_000))

    assert sentence(path) == f"rows.jsonl.gz: unpacks to more than 128 times {UNPACK_FIRST}"


def test_a_line_that_unpacks_to_megabytes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl.gz"
    path.write_bytes(gzip.compress(b"\n{" + b" " * 2_000_000))

    assert sentence(path) == f"rows.jsonl.gz: line 2: unpacks to more than 20 times {UNPACK_FIRST}"


def test_lines_that_repeat_a_long_context_are_read(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl.gz"
    context = " ".join(str(number**5) for number in range(1200))
    rows = [{**ROW, "id": f"{number**9:032x}", "context": context} for number in range(200)]

    assert len(list(questions_in_file(write_rows(path, *rows)))) == 200


@pytest.mark.parametrize("suffix", [".parquet", ".arrow"])
def test_a_packed_table_is_read_or_refused_by_its_size(tmp_path: Path, suffix: str) -> None:
    path = write_rows(tmp_path / f"{'rows' if suffix == '.parquet' else 'file'}{suffix}", ROW)
    content = path.read_bytes()

    path.write_bytes(gzip.compress(content))
    (question,) = questions_in_file(path)
    path.write_bytes(gzip.compress(content + b"\0" * 2_000_000))

    assert question.id == "q"
    assert sentence(path) == f"{path.name}: unpacks to more than 128 times {UNPACK_FIRST}"


@pytest.mark.parametrize("column", ["context", "question", "title"])
def test_a_table_that_repeats_a_long_text_too_often_is_refused(tmp_path: Path, column: str) -> None:
    rows = 5000
    repeated = pa.DictionaryArray.from_arrays(pa.array([0] * rows), pa.array(["x" * 50_000]))
    table = pa.Table.from_pylist([{**ROW, "id": f"{number}"} for number in range(rows)])
    index = table.schema.get_field_index(column)
    path = tmp_path / "rows.parquet"
    pq.write_table(table.set_column(index, column, repeated), path)

    assert sentence(path) == (
        "rows.parquet: would take more than 16,777,216 bytes of memory, 128 times its size; "
        "write each text once or name another file"
    )


def test_a_list_of_too_many_answers_is_refused(tmp_path: Path) -> None:
    texts = {"text": ["x" * 10_000] * 5000, "answer_start": [0] * 5000}
    path = write_rows(tmp_path / "rows.parquet", {**ROW, "answers": texts})

    assert sentence(path).startswith("rows.parquet: would take more than 16,777,216 bytes")


def test_large_columns_that_are_not_used_do_not_count(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "rows.parquet", {**ROW, "vector": [0.0] * 1_000_000})

    assert len(list(questions_in_file(path))) == 1


def test_batches_that_unpack_to_megabytes_are_refused(tmp_path: Path) -> None:
    table = pa.Table.from_pylist([{**ROW, "context": "x" * 2_000_000}])
    path = tmp_path / "rows.arrow"
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with pa.ipc.new_file(path, table.schema, options=options) as writer:
        writer.write(table)

    assert sentence(path) == (
        "rows.arrow: would take more than 128 times the size of the file; "
        "write each text once, without compression"
    )


def test_batches_that_repeat_a_long_text_too_often_are_refused(tmp_path: Path) -> None:
    rows = 2000
    repeated = pa.DictionaryArray.from_arrays(pa.array([0] * rows), pa.array(["x" * 50_000]))
    table = pa.Table.from_pylist([{**ROW, "id": f"{number}"} for number in range(rows)])
    table = table.set_column(table.schema.get_field_index("question"), "question", repeated)
    path = tmp_path / "rows.arrow"
    with pa.ipc.new_stream(path, table.schema) as writer:
        writer.write(table)

    assert sentence(path).startswith("rows.arrow: would take more than 128 times")


def test_offsets_beyond_a_table_are_refused(tmp_path: Path) -> None:
    context = "Norman was here " * 99
    path = write_rows(tmp_path / "stream.arrow", {**ROW, "context": context})
    offsets = (0).to_bytes(4, "little") + len(context).to_bytes(4, "little")
    content = path.read_bytes()
    # The first is the length of the buffer, which a file states before it.
    before, _, after = content.rpartition(offsets)
    path.write_bytes(before + (0).to_bytes(4, "little") + b"\xff\xff\xff\x7f" + after)

    assert sentence(path).startswith("stream.arrow: is damaged (")


def test_texts_of_a_table_that_are_not_utf_8_are_refused(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "stream.arrow", ROW)
    path.write_bytes(path.read_bytes().replace(b"Norman was here", b"Norm\xffn was here"))

    assert sentence(path).startswith("stream.arrow: is damaged (")


def test_names_of_columns_that_are_not_utf_8_are_refused(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "stream.arrow", {**ROW, "speaker": "x"})
    path.write_bytes(path.read_bytes().replace(b"speaker", b"spe\xffker"))

    assert sentence(path) == ("stream.arrow: has a text that is not UTF-8; save texts as UTF-8")


def test_a_broken_line_is_named_with_its_column(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(f'{json.dumps(ROW)}\n{{"id": }}\n')

    assert sentence(path) == (
        "rows.jsonl: not valid JSON at line 2, column 8 (Expecting value); "
        "the file may be cut off: get or write it again"
    )


def test_a_line_that_is_no_object_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text("[]\n")

    assert sentence(path) == (
        "rows.jsonl: line 1 is a list, not an object; "
        "write one question a line, with the columns of SQuAD"
    )


def test_another_encoding_is_named_by_its_byte_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b"{}\n{}\n\xff")

    assert sentence(path) == "rows.jsonl: byte 6 is not UTF-8; save the file as UTF-8"
