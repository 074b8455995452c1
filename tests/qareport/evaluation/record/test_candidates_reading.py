"""Candidates come back from candidates.parquet as they were; other files are refused."""

import math
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
from qareport.evaluation.record.candidates_file import SCHEMA, candidates_table, read_candidates
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
    before, after = f"{path}: not the candidates of a record (", "); evaluate again to get them"
    sentence = str(caught.value)
    assert sentence.startswith(before)
    assert sentence.endswith(after)
    return sentence.removeprefix(before).removesuffix(after)


def test_candidates_are_read_as_they_were_written() -> None:
    spans = [FoundSpan(5, 7, 1.5), FoundSpan(6, 6, -0.5)]
    other = FoundWindow(1.0, spans, example_id="ü", number=3, first_token=5)
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
    assert "No such file or directory" in refusal_of(tmp_path / "candidates.parquet")


@pytest.mark.parametrize("content", [b"", b"{}", b"PAR1 and nothing more PAR1"])
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "candidates.parquet"
    path.write_bytes(content)

    assert "Parquet" in refusal_of(path)


def test_a_table_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "candidates.parquet"
    parquet.write_table(pa.table({"window": ["first"]}), path)

    assert refusal_of(path) == "column 'example_id' is missing"


@pytest.mark.parametrize("column", SCHEMA.names)
def test_a_table_without_one_of_the_columns_is_refused(tmp_path: Path, column: str) -> None:
    path = tmp_path / "candidates.parquet"
    parquet.write_table(candidates_table(span_candidates(FULL)).drop_columns([column]), path)

    assert refusal_of(path) == f"column {column!r} is missing"


MISSING, FINITE = "must not be missing", "must be a finite number"
WITHIN = "must have spans within the tokens of the window"
STARTS = list(range(9))


def span(**changes: object) -> list[dict[str, object]]:
    """A list with the one span of tokens 1 to 2, with these parts in place of its own."""
    known = {"first_token": 1, "last_token": 2, "start_logit": 1.0, "end_logit": 0.0}
    return [{**known, **changes}]


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("window", None, MISSING),
        ("first_token", None, MISSING),
        ("token_starts", None, MISSING),
        ("n_best", None, MISSING),
        ("any_length", None, MISSING),
        ("null_start_logit", None, MISSING),
        ("window", -1, "must be 0 or more"),
        ("first_token", -1, "must be 0 or more"),
        ("null_start_logit", math.inf, FINITE),
        ("null_end_logit", math.nan, FINITE),
        ("start_log_total", math.nan, FINITE),
        ("end_log_total", -math.inf, FINITE),
        ("token_starts", [None], "must have numbers"),
        ("token_ends", [None], "must have numbers"),
        ("token_starts", [-1, *STARTS[1:]], "must have numbers of 0 or more"),
        ("token_ends", [1, 2], "must have as many numbers as 'token_starts'"),
        ("token_ends", [1, 0, *STARTS[2:]], "no token may end before it starts"),
        ("n_best", [None], "must have a first_token in each span"),
        ("n_best", span(first_token=None), "must have a first_token in each span"),
        ("n_best", span(last_token=None), "must have a last_token in each span"),
        ("any_length", span(start_logit=None), "must have a start_logit in each span"),
        ("any_length", span(end_logit=math.nan), "must have finite numbers as end_logit"),
        ("n_best", span(start_logit=-math.inf), "must have finite numbers as start_logit"),
        ("n_best", span(last_token=0), "no span may end before it starts"),
        ("n_best", span(first_token=-1), WITHIN),
        ("n_best", span(last_token=9), WITHIN),
        ("any_length", span(last_token=2**31 - 1), WITHIN),
        ("any_length", [*span(), *span()], "must have one span at most"),
    ],
)
def test_a_cell_that_no_record_has_is_refused_with_its_row(
    tmp_path: Path, column: str, value: object, words: str
) -> None:
    path = tmp_path / "candidates.parquet"
    other, changed = candidates_table(span_candidates(EMPTY, FULL)).to_pylist()
    parquet.write_table(pa.Table.from_pylist([other, {**changed, column: value}], SCHEMA), path)

    refusal = refusal_of(path)

    assert refusal.startswith(f"column {column!r} of row 1, id 'q', is ")
    assert refusal.endswith(f", but {words}")


def test_a_list_that_would_make_all_windows_wide_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "candidates.parquet"
    (cells,) = candidates_table(span_candidates(FULL)).to_pylist()
    wide, narrow = {**cells, "n_best": span() * 3000}, {**cells, "n_best": []}
    parquet.write_table(pa.Table.from_pylist([narrow, wide, *[narrow] * 2000], SCHEMA), path)

    assert refusal_of(path).startswith("column 'n_best' of row 1, id 'q', is ")
    assert refusal_of(path).endswith("but must not have far more spans than the others")
