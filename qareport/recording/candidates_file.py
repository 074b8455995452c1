"""Span candidates to the rows of candidates.parquet, one for each window."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from qareport.candidates import SpanCandidates, Spans

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
`any_length` hold the spans that exist, best first; see `qareport.candidates` for the rest."""


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
