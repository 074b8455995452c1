"""Tables of a record are cut into row groups of one size, however their rows came."""

from collections.abc import Sequence
from itertools import accumulate, pairwise
from pathlib import Path

import pytest
from pyarrow import parquet

from qareport.evaluation.record.writer import ROW_GROUP, open_answer_files
from tests.answering_builders import FoundSpan, FoundWindow, span_candidates
from tests.builders import example
from tests.row_builders import row

ROWS = (row(example("q"), "c"), row(example("r")), row(example("s", golds=("c",)), "c"))
SPANS = (FoundSpan(0, 2, 2.5), FoundSpan(1, 1, 0.5))
MANY = 2 * ROW_GROUP + 10
CHUNKINGS = {
    "a few at a time": [1000] * 8 + [MANY - 8000],
    "whole groups": [ROW_GROUP, ROW_GROUP, 10],
    "around the edge": [ROW_GROUP - 1, 2, ROW_GROUP + 9],
    "one by one at the end": [MANY - 3, 1, 1, 1],
}


def window(number: int) -> FoundWindow:
    """A window that is unlike its neighbours."""
    return FoundWindow(
        float(number % 7),
        SPANS[: number % 3],
        example_id=f"q{number // 2}",
        number=number % 2,
        token_chars=[(index, index + 1) for index in range(number % 4)],
    )


def write_windows(folder: Path, sizes: Sequence[int]) -> Path:
    """The table of windows from 0 on that came in chunks of these sizes."""
    folder.mkdir(exist_ok=True)
    with open_answer_files(folder) as files:
        for first, end in pairwise(accumulate(sizes, initial=0)):
            files.add((), span_candidates(*map(window, range(first, end))), ())
    return folder / "candidates.parquet"


def write_rows(folder: Path, sizes: Sequence[int]) -> Path:
    """The table of many examples that came in chunks of these sizes."""
    folder.mkdir(exist_ok=True)
    with open_answer_files(folder) as files:
        for first, end in pairwise(accumulate(sizes, initial=0)):
            rows = [ROWS[number % len(ROWS)] for number in range(first, end)]
            files.add((), span_candidates(FoundWindow()), rows)
    return folder / "examples.parquet"


def group_sizes(path: Path) -> list[int]:
    """Rows of each row group."""
    metadata = parquet.read_metadata(path)
    return [metadata.row_group(index).num_rows for index in range(metadata.num_row_groups)]


@pytest.fixture(scope="module")
def at_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The table of many windows that came in one chunk."""
    return write_windows(tmp_path_factory.mktemp("at once"), [MANY])


def test_all_row_groups_but_the_last_have_one_size(at_once: Path) -> None:
    assert group_sizes(at_once) == [ROW_GROUP, ROW_GROUP, 10]


@pytest.mark.parametrize("sizes", CHUNKINGS.values(), ids=CHUNKINGS)
def test_the_bytes_of_a_table_do_not_depend_on_the_chunks_in_which_it_came(
    at_once: Path, tmp_path: Path, sizes: list[int]
) -> None:
    assert sum(sizes) == MANY

    path = write_windows(tmp_path, sizes)

    assert path.read_bytes() == at_once.read_bytes()


def test_neither_do_those_of_the_examples(tmp_path: Path) -> None:
    at_once = write_rows(tmp_path / "at once", [ROW_GROUP + 5])

    in_chunks = write_rows(tmp_path / "in chunks", [7, ROW_GROUP - 7, 4, 1])

    assert group_sizes(in_chunks) == [ROW_GROUP, 5]
    assert in_chunks.read_bytes() == at_once.read_bytes()


@pytest.mark.parametrize("count", [1, ROW_GROUP - 1, ROW_GROUP, ROW_GROUP + 1])
def test_no_row_is_lost_where_a_group_ends(tmp_path: Path, count: int) -> None:
    path = write_windows(tmp_path, [count])

    ids = parquet.read_table(path)["example_id"].to_pylist()
    assert ids == [f"q{number // 2}" for number in range(count)]
