"""Windows to span candidates: runs the engine batch by batch and keeps only the best spans."""

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float32, Int
from torch import Tensor

from qareport.answering.batches import TokenBudget, context_mask, pad_windows, plan_batches
from qareport.answering.engine import Engine, SpanLogits
from qareport.answering.spans import WindowSpans, best_spans, keep_logits
from qareport.answering.windows import Window
from qareport.candidates import ANY_LENGTH, SpanCandidates, Spans
from qareport.errors import ModelError


def find_candidates(
    engine: Engine,
    windows: Sequence[Window],
    *,
    n_best: int,
    max_answer_length: int,
    budget: TokenBudget,
    padding_id: int,
) -> SpanCandidates:
    """The best spans and the null score of every window, in the order of the windows.

    Where the device has too little memory for a batch, the budget is halved, and only the windows
    that are not searched yet go through the model again.

    Raises:
        ModelError: a logit that takes part is not a finite number, or the device has too little
            memory for a single window.
    """
    found = blank_candidates(windows, n_best)
    unsearched = set(range(len(windows)))
    while unsearched:
        left = sorted(unsearched)
        lengths = [len(windows[position].encoding) for position in left]
        try:
            for places in plan_batches(lengths, batch_tokens=budget.tokens):
                rows = np.array([left[place] for place in places])
                together = [windows[row] for row in rows]
                logits = engine.compute_logits(pad_windows(together, padding_id=padding_id))
                search_batch(found, rows, together, logits, max_answer_length=max_answer_length)
                unsearched.difference_update(rows.tolist())
        except torch.OutOfMemoryError:
            budget.halve([len(windows[position].encoding) for position in unsearched])
    return found


def search_batch(
    found: SpanCandidates,
    rows: Int[np.ndarray, "window"],
    windows: Sequence[Window],
    logits: SpanLogits,
    *,
    max_answer_length: int,
) -> None:
    """Puts what is found in the windows into their rows."""
    in_context = _store_null_scores(found, rows, windows=windows, logits=logits)
    for spans, length in ((found.n_best, max_answer_length), (found.any_length, ANY_LENGTH)):
        best = best_spans(in_context, n_best=spans.first.shape[1], max_answer_length=length)
        _store_spans(spans, rows, windows=windows, best=best)


def blank_candidates(windows: Sequence[Window], n_best: int) -> SpanCandidates:
    """Candidates of the windows with room for their scores."""
    count = len(windows)
    return SpanCandidates(
        example_ids=tuple(window.example_id for window in windows),
        window_numbers=np.array([window.number for window in windows], dtype=np.int32),
        first_tokens=np.array([window.first_token for window in windows], dtype=np.int32),
        token_chars=tuple(window.token_chars for window in windows),
        null_start_logits=np.empty(count, dtype=np.float32),
        null_end_logits=np.empty(count, dtype=np.float32),
        start_log_totals=np.empty(count, dtype=np.float32),
        end_log_totals=np.empty(count, dtype=np.float32),
        n_best=_blank_spans(count, n_best),
        any_length=_blank_spans(count, 1),
    )


def _blank_spans(windows: int, ranks: int) -> Spans:
    return Spans(
        first=np.zeros((windows, ranks), dtype=np.int32),
        last=np.zeros((windows, ranks), dtype=np.int32),
        start_logits=np.full((windows, ranks), -np.inf, dtype=np.float32),
        end_logits=np.full((windows, ranks), -np.inf, dtype=np.float32),
    )


def _store_null_scores(
    found: SpanCandidates,
    rows: Int[np.ndarray, "window"],
    *,
    windows: Sequence[Window],
    logits: SpanLogits,
) -> SpanLogits:
    """Puts null scores and totals into their rows; gives the logits of the context alone."""
    is_context = context_mask(windows, tokens=logits.starts.shape[1]).to(logits.starts.device)
    null = torch.tensor([[window.null_position] for window in windows], device=is_context.device)
    is_answer = is_context.scatter(1, null, value=True)
    answer_logits = keep_logits(logits, is_answer)
    found.null_start_logits[rows] = _on_host(logits.starts.gather(1, null)[:, 0])
    found.null_end_logits[rows] = _on_host(logits.ends.gather(1, null)[:, 0])
    found.start_log_totals[rows] = _on_host(answer_logits.starts.logsumexp(dim=1))
    found.end_log_totals[rows] = _on_host(answer_logits.ends.logsumexp(dim=1))
    is_broken = is_answer & ~(logits.starts.isfinite() & logits.ends.isfinite())
    for window, broken in zip(windows, is_broken.any(dim=1).tolist(), strict=True):
        if broken:
            raise ModelError(
                f"the model's logits for question {window.example_id!r} are not finite numbers; "
                "its weights are damaged, or the number format is too small (try --dtype float32)"
            )
    return keep_logits(logits, is_context)


def _store_spans(
    spans: Spans,
    rows: Int[np.ndarray, "window"],
    *,
    windows: Sequence[Window],
    best: WindowSpans,
) -> None:
    """Puts the spans into their rows, counted in tokens of the whole context."""
    ranks = slice(best.first.shape[1])
    shifts = np.array([[window.first_token - window.context_position] for window in windows])
    spans.start_logits[rows, ranks] = _on_host(best.start_logits)
    spans.end_logits[rows, ranks] = _on_host(best.end_logits)
    exists = np.isfinite(spans.scores[rows, ranks])
    spans.first[rows, ranks] = np.where(exists, best.first.cpu().numpy() + shifts, 0)
    spans.last[rows, ranks] = np.where(exists, best.last.cpu().numpy() + shifts, 0)


def _on_host(logits: Float32[Tensor, "*slots"]) -> Float32[np.ndarray, "*slots"]:
    return logits.cpu().numpy()
