"""Candidates come back from candidates.parquet as they were; other files are refused."""

import tempfile
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from qareport.errors import DataError
from qareport.evaluation.record.candidates_file import candidates_table, read_candidates
from qareport.inference.candidates import SpanCandidates
from qareport.inference.decoding import predict_all
from qareport.inference.options import AnsweringOptions
from tests.answering_builders import FoundSpan, FoundWindow, span_candidates
from tests.builders import example

FULL = FoundWindow(2.5, [FoundSpan(0, 2, 1.5), FoundSpan(1, 1, -0.5)])
"""A window with a span for each of two ranks."""
SPANLESS = FoundWindow(token_chars=((0, 4),))
EMPTY = FoundWindow(token_chars=())
WINDOWS = st.builds(
    FoundWindow,
    null=st.floats(-9, 9, width=32),
    spans=st.lists(st.builds(FoundSpan, st.just(2), st.just(4), st.floats(-9, 9, width=32))).map(
        lambda spans: sorted(spans, key=lambda span: -span.score)[:3]
    ),
    first_token=st.integers(0, 2),
)


OTHER_COLUMNS = (
    "not the candidates of a record (its columns are not those of this version); "
    "evaluate again to get them"
)


def reread(candidates: SpanCandidates) -> SpanCandidates:
    """The candidates, written and read."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "candidates.parquet"
        parquet.write_table(candidates_table(candidates), path)
        return read_candidates(path)


def refusal_of(path: Path) -> str:
    """Why a file holds no candidates."""
    with pytest.raises(DataError) as caught:
        read_candidates(path)
    return str(caught.value)


def test_candidates_are_read_as_they_were_written() -> None:
    other = FoundWindow(1.0, FULL.spans, example_id="ü", number=3, first_token=5)
    candidates = span_candidates(FULL, other, ranks=2)

    np.testing.assert_equal(asdict(reread(candidates)), asdict(candidates))


@given(st.lists(WINDOWS, min_size=1, max_size=4))
def test_whatever_was_found_gives_the_same_predictions_after_reading(
    windows: list[FoundWindow],
) -> None:
    candidates = span_candidates(*windows)
    asked = [example(context="abcdefghi")]

    written, read = (
        list(predict_all(asked, each, AnsweringOptions(n_best_size=5)))
        for each in (candidates, reread(candidates))
    )

    assert read == written


@given(st.lists(WINDOWS, min_size=1, max_size=4))
def test_candidates_that_were_read_are_written_as_the_same_table(
    windows: list[FoundWindow],
) -> None:
    table = candidates_table(span_candidates(*windows))

    assert candidates_table(reread(span_candidates(*windows))) == table


@pytest.mark.parametrize("windows", [(SPANLESS,), (SPANLESS, FULL), (FULL, SPANLESS)])
def test_a_window_without_spans_still_has_none(windows: tuple[FoundWindow, ...]) -> None:
    read = reread(span_candidates(*windows))

    counts = np.isfinite(read.n_best.scores).sum(axis=1)
    assert counts.tolist() == [len(window.spans) for window in windows]


def test_there_is_a_best_span_of_any_length_to_look_for_in_every_window() -> None:
    read = reread(span_candidates(SPANLESS, EMPTY))

    assert read.any_length.first.shape == (2, 1)


def test_a_rank_without_a_span_can_never_be_chosen() -> None:
    read = reread(span_candidates(FULL, SPANLESS))

    for spans in (read.n_best, read.any_length):
        assert np.isneginf(spans.start_logits[1]).all()
        assert np.isneginf(spans.end_logits[1]).all()


@pytest.mark.parametrize("windows", [(EMPTY,), (EMPTY, FULL), (FULL, EMPTY), (EMPTY, EMPTY)])
def test_a_window_without_context_is_read_without(windows: tuple[FoundWindow, ...]) -> None:
    read = reread(span_candidates(*windows))

    assert [chars.shape for chars in read.token_chars] == [
        (len(window.token_chars), 2) for window in windows
    ]


def test_spans_that_were_left_out_do_not_come_back() -> None:
    read = reread(span_candidates(FULL, FULL).up_to(1))

    assert read.n_best.first.tolist() == [[1], [1]]
    assert read.n_best.start_logits.tolist() == [[-0.5], [-0.5]]
    assert read.any_length.last.tolist() == [[2], [2]]


def test_windows_of_several_row_groups_are_read_in_order(tmp_path: Path) -> None:
    path = tmp_path / "candidates.parquet"
    windows = [FULL, SPANLESS, EMPTY, FULL]

    parquet.write_table(candidates_table(span_candidates(*windows)), path, row_group_size=1)

    np.testing.assert_equal(
        asdict(read_candidates(path)), asdict(reread(span_candidates(*windows)))
    )


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "candidates.parquet"

    sentence = refusal_of(path)

    assert sentence.startswith(f"{path}: not the candidates of a record (")
    assert sentence.endswith("); evaluate again to get them")


@pytest.mark.parametrize("content", [b"", b"{}", b"PAR1 and nothing more PAR1"])
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "candidates.parquet"
    path.write_bytes(content)

    assert refusal_of(path).startswith(f"{path}: not the candidates of a record (")


def test_a_table_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "candidates.parquet"
    parquet.write_table(pa.table({"window": ["first"]}), path)

    assert refusal_of(path) == f"{path}: {OTHER_COLUMNS}"


@pytest.mark.parametrize("column", ["example_id", "token_ends", "null_end_logit", "n_best"])
def test_a_table_without_one_of_the_columns_is_refused(tmp_path: Path, column: str) -> None:
    path = tmp_path / "candidates.parquet"
    parquet.write_table(candidates_table(span_candidates(FULL)).drop_columns([column]), path)

    assert refusal_of(path) == f"{path}: {OTHER_COLUMNS}"
