"""What the columns of an Arrow file take is known before they are unpacked."""

from pathlib import Path

import pyarrow as pa
import pytest

from qareport.data.readers.arrow_size import stated_bytes
from qareport.data.readers.row_files import arrow_questions
from qareport.errors import DataError
from tests.squad_json import ROW

TEXT = "a" * 1_000_000
TABLE = pa.Table.from_pylist([{**ROW, "context": TEXT}])
LAYOUTS = {"file": pa.ipc.new_file, "stream": pa.ipc.new_stream}


def written(path: Path, table: pa.Table, *, layout: str, compression: str | None) -> Path:
    """The path, with the table in that layout and compression."""
    options = pa.ipc.IpcWriteOptions(compression=compression)
    with LAYOUTS[layout](path, table.schema, options=options) as writer:
        writer.write_table(table)
    return path


def stated_of(table: pa.Table, folder: Path, compression: str | None) -> list[int]:
    """What each message of a stream of the table states."""
    path = written(folder / "rows", table, layout="stream", compression=compression)
    with pa.OSFile(str(path)) as stream:
        return list(stated_bytes(stream))


@pytest.mark.parametrize("compression", ["zstd", "lz4"])
def test_a_compressed_batch_states_the_bytes_of_its_columns(
    tmp_path: Path, compression: str
) -> None:
    (stated,) = stated_of(TABLE, tmp_path, compression)

    assert len(TEXT) < stated < 2 * len(TEXT)


def test_a_compressed_dictionary_states_its_bytes_too(tmp_path: Path) -> None:
    dictionary, batch = stated_of(
        pa.table({"a": pa.array([TEXT]).dictionary_encode()}), tmp_path, "zstd"
    )

    assert dictionary > len(TEXT)
    assert batch < 100


def test_a_batch_that_is_not_compressed_states_nothing(tmp_path: Path) -> None:
    assert stated_of(TABLE, tmp_path, None) == []


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("compression", ["zstd", "lz4"])
def test_a_small_file_of_large_texts_is_refused(
    tmp_path: Path, layout: str, compression: str
) -> None:
    large = pa.Table.from_pylist([{**ROW, "context": TEXT * 20}])
    path = written(tmp_path / "rows.arrow", large, layout=layout, compression=compression)

    with pytest.raises(DataError) as caught:
        list(arrow_questions(path))

    assert str(caught.value) == (
        f"{path}: would take more than 128 times the size of the file; write each text once, "
        "without compression"
    )


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("compression", ["zstd", "lz4", None])
def test_a_file_of_usual_texts_is_read(
    tmp_path: Path, layout: str, compression: str | None
) -> None:
    table = pa.Table.from_pylist([ROW])
    path = written(tmp_path / "rows.arrow", table, layout=layout, compression=compression)

    assert [question.id for question in arrow_questions(path)] == [ROW["id"]]
