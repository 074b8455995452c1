"""Candidates become one row for each window, with the spans that exist."""

import math
from pathlib import Path

from pyarrow import parquet

from qareport.evaluation.record.candidates_file import SCHEMA, candidates_table
from tests.answering_builders import FoundSpan, FoundWindow, span_candidates


def test_columns_are_those_of_the_schema() -> None:
    table = candidates_table(span_candidates(FoundWindow()))

    assert table.schema == SCHEMA


def test_a_window_is_written_with_all_that_decoding_needs(tmp_path: Path) -> None:
    window = FoundWindow(
        2.5,
        [FoundSpan(3, 4, 1.5), FoundSpan(4, 4, 0.5)],
        example_id="ü",
        number=1,
        first_token=3,
        token_chars=((10, 12), (13, 17)),
    )
    candidates = span_candidates(FoundWindow(example_id="x"), window)
    path = tmp_path / "candidates.parquet"

    parquet.write_table(candidates_table(candidates), path)

    span = {"first_token": 3, "last_token": 4, "start_logit": 1.5, "end_logit": 0.0}
    assert parquet.read_table(path).to_pylist()[1] == {
        "example_id": "ü",
        "window": 1,
        "first_token": 3,
        "token_starts": [10, 13],
        "token_ends": [12, 17],
        "null_start_logit": 2.5,
        "null_end_logit": 0.0,
        "start_log_total": 1.5,
        "end_log_total": 2.5,
        "n_best": [span, {**span, "first_token": 4, "start_logit": 0.5}],
        "any_length": [span],
    }


def test_spans_that_do_not_exist_are_left_out() -> None:
    spans = [FoundSpan(0, 0, 1.0), FoundSpan(0, 0, -math.inf)]

    table = candidates_table(span_candidates(FoundWindow(0.0, spans), FoundWindow(), ranks=5))

    assert [len(row) for row in table["n_best"].to_pylist()] == [1, 0]
    assert [len(row) for row in table["any_length"].to_pylist()] == [1, 0]


def test_a_window_without_context_has_empty_lists() -> None:
    table = candidates_table(span_candidates(FoundWindow(token_chars=()), FoundWindow()))

    assert [len(row) for row in table["token_starts"].to_pylist()] == [0, 9]
    assert [len(row) for row in table["token_ends"].to_pylist()] == [0, 9]
