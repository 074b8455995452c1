"""Turns span candidates into rows of candidates.parquet, one for each window, and reads them."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
from jaxtyping import Bool, Int32, Shaped

from qareport.evaluation.record.table_file import read_table_file
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
    return table_candidates(read_table_file(path, SCHEMA, content="candidates"))


def table_candidates(rows: pa.Table) -> SpanCandidates:
    """The candidates in rows of `SCHEMA`."""
    table = rows.combine_chunks()
    chars = zip(_lists(table["token_starts"]), _lists(table["token_ends"]), strict=True)
    return SpanCandidates(
        example_ids=tuple(table["example_id"].to_pylist()),
        window_numbers=table["window"].to_numpy(),
        first_tokens=table["first_token"].to_numpy(),
        token_chars=tuple(np.stack(pair, axis=1) for pair in chars),
        null_start_logits=table["null_start_logit"].to_numpy(),
        null_end_logits=table["null_end_logit"].to_numpy(),
        start_log_totals=table["start_log_total"].to_numpy(),
        end_log_totals=table["end_log_total"].to_numpy(),
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


def _lists(column: pa.ChunkedArray) -> list[Int32[np.ndarray, " item"]]:
    lists = column.combine_chunks()
    return np.split(lists.flatten().to_numpy(), lists.offsets.to_numpy()[1:-1])


def _spans(column: pa.ChunkedArray) -> Spans:
    """The lists of spans as rows of one length, filled up with spans that do not exist."""
    lists = column.combine_chunks()
    lengths = np.diff(lists.offsets.to_numpy())
    exists = np.arange(lengths.max(initial=1)) < lengths[:, None]  # (window, rank)
    first, last, start_logits, end_logits = (
        _spread(field.to_numpy(), exists) for field in lists.flatten().flatten()
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
