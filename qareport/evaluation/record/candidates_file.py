"""Turns span candidates into rows of candidates.parquet, one for each window, and reads them."""

from collections.abc import Sequence
from functools import partial
from itertools import accumulate, pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
from jaxtyping import Bool, Int32, Shaped
from pyarrow import compute

from qareport.errors import DataError
from qareport.evaluation.record.column_rules import (
    ITEM,
    CellRule,
    Rows,
    has_item,
    is_below,
    is_missing,
    is_negative,
    is_not_finite,
    items_of,
    numbers_of,
    require_possible,
    rows_with,
)
from qareport.evaluation.record.table_file import read_table, read_table_file
from qareport.inference.candidates import SpanCandidates, Spans

SPAN = pa.struct(
    [
        ("first_token", pa.int32()),
        ("last_token", pa.int32()),
        ("start_logit", pa.float32()),
        ("end_logit", pa.float32()),
    ]
)
SCHEMA = pa.schema(
    [
        ("example_id", pa.string()),
        ("window", pa.int32()),
        ("first_token", pa.int32()),
        ("token_starts", pa.list_(pa.int32())),
        ("token_ends", pa.list_(pa.int32())),
        ("null_start_logit", pa.float32()),
        ("null_end_logit", pa.float32()),
        ("start_log_total", pa.float32()),
        ("end_log_total", pa.float32()),
        ("n_best", pa.list_(SPAN)),
        ("any_length", pa.list_(SPAN)),
    ]
)
"""Tokens are counted in the whole context, characters too; `token_starts` and `token_ends` hold
the characters of the window's context tokens, the ends exclusive. The list columns `n_best` and
`any_length` hold the spans that exist, best first; see
`qareport.inference.candidates` for the rest."""

MOST_SPREAD = 32
"""Times as many places for spans as there are spans; windows of short contexts have few."""
ALWAYS_SPREAD = 1 << 22
"""Places for spans that any candidates may take."""


def candidates_table(candidates: SpanCandidates) -> pa.Table:
    """The candidates as rows of `SCHEMA`."""
    return pa.table(
        [
            candidates.example_ids,
            candidates.window_numbers,
            candidates.first_tokens,
            _char_lists(candidates, column=0),
            _char_lists(candidates, column=1),
            candidates.null_start_logits,
            candidates.null_end_logits,
            candidates.start_log_totals,
            candidates.end_log_totals,
            _span_lists(candidates.n_best),
            _span_lists(candidates.any_length),
        ],
        schema=SCHEMA,
    )


def read_candidates(path: Path) -> SpanCandidates:
    """The candidates in a file that this module wrote.

    Raises:
        DataError: the file is missing or holds something else.
    """
    try:
        return _candidates_in(read_table_file(path, SCHEMA))
    except DataError as error:
        raise DataError(
            f"{path}: not the candidates of a record ({error}); evaluate again to get them"
        ) from error


def candidates_from(content: bytes) -> SpanCandidates:
    """The candidates in the bytes of such a file.

    Raises:
        DataError: they hold something else; the message is without a path.
    """
    return _candidates_in(read_table(pa.BufferReader(content), SCHEMA))


def _has_longer_list(table: pa.Table, name: str, *, most: int) -> Rows:
    """Lists with more items than that."""
    broken: Rows = _lengths(table, name) > most
    return broken


def _has_other_length(table: pa.Table, name: str) -> Rows:
    """Lists with more or fewer items than the starts of tokens."""
    broken: Rows = _lengths(table, name) != _lengths(table, "token_starts")
    return broken


def _has_turned_token(table: pa.Table, name: str) -> Rows:
    """Lists of ends of tokens of which one is before its start."""
    starts, _ = items_of(table, "token_starts")
    ends, rows = items_of(table, name)
    return rows_with(table, rows[numbers_of(ends[ITEM]) < numbers_of(starts[ITEM])])


def _leaves_window(table: pa.Table, name: str) -> Rows:
    """Lists of spans of which one is not within the tokens of its window."""
    spans, rows = items_of(table, name)
    first_tokens = numbers_of(table["first_token"]).astype(np.int64)
    ends = first_tokens + _lengths(table, "token_starts")
    firsts, lasts = numbers_of(spans["first_token"]), numbers_of(spans["last_token"])
    return rows_with(table, rows[(firsts < first_tokens[rows]) | (lasts >= ends[rows])])


def _needs_wide_rows(table: pa.Table, name: str) -> Rows:
    """The longest list, where it would make rows of one length too wide for memory."""
    lengths = _lengths(table, name)
    longest = lengths.max(initial=0)
    is_wide = len(lengths) * int(longest) > max(ALWAYS_SPREAD, MOST_SPREAD * int(lengths.sum()))
    broken: Rows = (lengths == longest) & is_wide
    return broken


def _lengths(table: pa.Table, name: str) -> Int32[np.ndarray, " row"]:
    lengths: Int32[np.ndarray, " row"] = numbers_of(compute.list_value_length(table[name]))
    return lengths


SPAN_LISTS = ("n_best", "any_length")
RULES = (
    CellRule(SCHEMA.names, is_missing, "must not be missing"),
    CellRule(("window", "first_token"), is_negative, "must be 0 or more"),
    CellRule(
        ("null_start_logit", "null_end_logit", "start_log_total", "end_log_total"),
        is_not_finite,
        "must be a finite number",
    ),
    CellRule(("token_starts", "token_ends"), has_item(ITEM, is_missing), "must have numbers"),
    CellRule(("token_starts",), has_item(ITEM, is_negative), "must have numbers of 0 or more"),
    CellRule(("token_ends",), _has_other_length, "must have as many numbers as 'token_starts'"),
    CellRule(("token_ends",), _has_turned_token, "no token may end before it starts"),
    *(
        CellRule(
            SPAN_LISTS, has_item(field.name, is_missing), f"must have a {field.name} in each span"
        )
        for field in SPAN
    ),
    *(
        CellRule(SPAN_LISTS, has_item(name, is_not_finite), f"must have finite numbers as {name}")
        for name in ("start_logit", "end_logit")
    ),
    CellRule(
        SPAN_LISTS,
        has_item("last_token", is_below("first_token")),
        "no span may end before it starts",
    ),
    CellRule(SPAN_LISTS, _leaves_window, "must have spans within the tokens of the window"),
    CellRule(("any_length",), partial(_has_longer_list, most=1), "must have one span at most"),
    CellRule(("n_best",), _needs_wide_rows, "must not have far more spans than the others"),
)
"""What the cells of `SCHEMA` must be; each rule builds on those before it."""


def _candidates_in(rows: pa.Table) -> SpanCandidates:
    """The candidates in rows of `SCHEMA`."""
    require_possible(rows, RULES, id_column="example_id")
    table = rows.combine_chunks()
    return SpanCandidates(
        example_ids=tuple(table["example_id"].to_pylist()),
        window_numbers=numbers_of(table["window"]),
        first_tokens=numbers_of(table["first_token"]),
        token_chars=_token_chars(table),
        null_start_logits=numbers_of(table["null_start_logit"]),
        null_end_logits=numbers_of(table["null_end_logit"]),
        start_log_totals=numbers_of(table["start_log_total"]),
        end_log_totals=numbers_of(table["end_log_total"]),
        n_best=_spans(table["n_best"]),
        any_length=_spans(table["any_length"]),
    )


def _char_lists(candidates: SpanCandidates, *, column: int) -> pa.ListArray:
    lengths = [len(chars) for chars in candidates.token_chars]
    values = np.concatenate([chars[:, column] for chars in candidates.token_chars])
    return pa.ListArray.from_arrays(_list_offsets(lengths), pa.array(values))


def _span_lists(spans: Spans) -> pa.ListArray:
    exists = np.isfinite(spans.scores)
    columns = (spans.first, spans.last, spans.start_logits, spans.end_logits)
    flat = pa.StructArray.from_arrays([pa.array(column[exists]) for column in columns], fields=SPAN)
    return pa.ListArray.from_arrays(_list_offsets(exists.sum(axis=1).tolist()), flat)


def _list_offsets(lengths: Sequence[int]) -> pa.Array:
    return pa.array(np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32))


def _token_chars(table: pa.Table) -> tuple[Int32[np.ndarray, "token 2"], ...]:
    """The characters of the tokens of each window, whose lists of starts and ends are as long."""
    lists = [table[name].combine_chunks() for name in ("token_starts", "token_ends")]
    chars = np.stack([numbers_of(each.flatten()) for each in lists], axis=1)
    bounds = accumulate(_lengths(table, "token_starts").tolist(), initial=0)
    return tuple(chars[first:end] for first, end in pairwise(bounds))


def _spans(column: pa.ChunkedArray) -> Spans:
    """The lists of spans as rows of one length, filled up with spans that do not exist."""
    lists = column.combine_chunks()
    lengths = np.diff(numbers_of(lists.offsets))
    exists = np.arange(lengths.max(initial=1)) < lengths[:, None]  # (window, rank)
    first, last, start_logits, end_logits = (
        _spread(numbers_of(field), exists) for field in lists.flatten().flatten()
    )
    return Spans(
        first=first,
        last=last,
        start_logits=np.where(exists, start_logits, -np.inf).astype(np.float32),
        end_logits=np.where(exists, end_logits, -np.inf).astype(np.float32),
    )


def _spread(
    values: Shaped[np.ndarray, " span"], exists: Bool[np.ndarray, "window rank"]
) -> Shaped[np.ndarray, "window rank"]:
    """The values where spans exist, in order, and 0 elsewhere."""
    rows = np.zeros(exists.shape, dtype=values.dtype)
    rows[exists] = values
    return rows
