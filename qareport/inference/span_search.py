"""Searches windows for span candidates: runs the engine in batches and keeps the best spans."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Float32, Int64
from torch import Tensor
from torch.nn import functional

from qareport.errors import ModelError
from qareport.inference.batches import TokenBudget, pad_windows, plan_batches
from qareport.inference.best_spans import NEVER, WindowSpans, best_span, best_spans
from qareport.inference.callback import ignore
from qareport.inference.candidates import ANY_LENGTH, SpanCandidates, Spans
from qareport.inference.engines.engine import Engine, SpanLogits, TokenBatch
from qareport.inference.engines.memory import return_freed_memory
from qareport.inference.windows import Window

SEARCHED_TOGETHER = 128
"""Number of windows from which a search pays: for fewer, calls take longer than arithmetic."""

RUNNING_ERRORS = (
    ArithmeticError,
    AttributeError,
    LookupError,
    NameError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""Errors that a model raises when its configuration does not go with its code or weights."""


@dataclass(frozen=True, slots=True)
class AnswerLogits:
    """Start and end logits of the tokens that can be answers; all finite where `is_sound`."""

    starts: Float32[Tensor, "window token"]
    """Logits of the context tokens; -inf elsewhere."""
    ends: Float32[Tensor, "window token"]
    null_starts: Float32[Tensor, "window 1"]
    null_ends: Float32[Tensor, "window 1"]
    is_sound: Bool[Tensor, "window"]


def find_candidates(  # noqa: PLR0913 - one callback beside what a search needs
    engine: Engine,
    windows: Sequence[Window],
    *,
    n_best: int,
    max_answer_length: int,
    budget: TokenBudget,
    padding_id: int,
    watch: Callable[[Sequence[int]], None] = ignore,
) -> SpanCandidates:
    """The best spans and the null score of every window, in the order of the windows.

    `watch` is called after each batch, with the indices of the windows that no batch had before.

    Where the device has too little memory for a batch, the budget is halved, and only the windows
    that have not been searched go through the model again.

    Raises:
        ModelError: the model fails, a logit of an answer token is not a finite number, or the
            device has too little memory for a single window.
    """
    found = blank_candidates(windows, n_best)
    answer_tokens = find_answer_tokens(windows)
    unsearched = set(range(len(windows)))
    unread = set(unsearched)

    def run(batch: list[int]) -> SpanLogits:
        logits = _run(engine, pad_windows([windows[row] for row in batch], padding_id=padding_id))
        watch([row for row in batch if row in unread])
        unread.difference_update(batch)
        return logits

    while unsearched:
        left = sorted(unsearched)
        lengths = [len(windows[position]) for position in left]
        plan = plan_batches(lengths, batch_tokens=budget.tokens)
        try:
            for batches in group_batches([left[index] for index in batch] for batch in plan):
                logits = join_logits(map(run, batches))
                rows = np.concatenate(batches)
                search_logits(
                    found, rows, answer_tokens[rows], logits, max_answer_length=max_answer_length
                )
                unsearched.difference_update(rows.tolist())
        except torch.OutOfMemoryError:
            budget.halve([len(windows[position]) for position in unsearched])
    return_freed_memory()
    return found


def _run(engine: Engine, batch: TokenBatch) -> SpanLogits:
    try:
        return engine.compute_logits(batch)
    except torch.OutOfMemoryError:
        raise
    except RUNNING_ERRORS as error:
        cause = str(error).strip().split("\n", maxsplit=1)[0] or type(error).__name__
        raise ModelError(
            f"the model cannot answer ({cause}); its config.json may not go with its weights: "
            "get both from one source again"
        ) from error


def search_logits(
    found: SpanCandidates,
    rows: Int64[np.ndarray, "window"],
    answer_tokens: Int64[np.ndarray, "window 3"],
    all_logits: SpanLogits,
    *,
    max_answer_length: int,
) -> None:
    """Searches the logits of windows, and stores the results in their rows of `found`."""
    logits = pick_answer_logits(
        torch.from_numpy(answer_tokens).to(all_logits.starts.device),
        all_logits.starts,
        all_logits.ends,
    )
    unsound = rows[~_on_host(logits.is_sound)]
    if len(unsound):
        raise ModelError(
            f"the model's logits for question {found.example_ids[unsound[0]]!r} are not finite "
            "numbers; its weights are damaged, or the number format is too small (try --dtype "
            "float32)"
        )
    found.null_start_logits[rows] = _on_host(logits.null_starts[:, 0])
    found.null_end_logits[rows] = _on_host(logits.null_ends[:, 0])
    found.start_log_totals[rows] = _on_host(log_total(logits.starts, logits.null_starts))
    found.end_log_totals[rows] = _on_host(log_total(logits.ends, logits.null_ends))
    shifts = (found.first_tokens[rows] - answer_tokens[:, 0])[:, None]
    n_best = best_spans(
        logits.starts,
        logits.ends,
        n_best=found.n_best.first.shape[1],
        max_answer_length=max_answer_length,
    )
    _store_spans(found.n_best, rows, n_best, shifts=shifts)
    any_length = best_span(logits.starts, logits.ends, max_answer_length=ANY_LENGTH)
    _store_spans(found.any_length, rows, any_length, shifts=shifts)


def blank_candidates(windows: Sequence[Window], n_best: int) -> SpanCandidates:
    """Candidates of the windows, with empty arrays for their scores."""
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


def group_batches(plan: Iterable[list[int]]) -> Iterator[list[list[int]]]:
    """Consecutive batches, in groups that are large enough for a search."""
    taken: list[list[int]] = []
    for batch in plan:
        taken.append(batch)
        if sum(map(len, taken)) >= SEARCHED_TOGETHER:
            yield taken
            taken = []
    if taken:
        yield taken


def join_logits(batches: Iterable[SpanLogits]) -> SpanLogits:
    """The logits of all batches as one batch, padded to the longest windows."""
    logits = list(batches)
    if len(logits) == 1:
        return logits[0]
    tokens = max(each.starts.shape[1] for each in logits)
    starts, ends = (
        torch.cat([functional.pad(side, (0, tokens - side.shape[1])) for side in sides])
        for sides in zip(*((each.starts, each.ends) for each in logits), strict=True)
    )
    return SpanLogits(starts, ends)


def find_answer_tokens(windows: Sequence[Window]) -> Int64[np.ndarray, "window 3"]:
    """Positions of the first context token, of the one after the last, and of the null token."""
    rows = [
        (
            window.context_position,
            window.context_position + len(window.token_chars),
            window.null_position,
        )
        for window in windows
    ]
    return np.array(rows, dtype=np.int64).reshape(-1, 3)


def pick_answer_logits(
    answer_tokens: Int64[Tensor, "window 3"],
    starts: Float32[Tensor, "window token"],
    ends: Float32[Tensor, "window token"],
) -> AnswerLogits:
    """The logits of the answer tokens out of those of all tokens of the windows."""
    begin, stop, null = answer_tokens.T[:, :, None]
    token = torch.arange(starts.shape[1], device=starts.device)
    is_context = (token >= begin) & (token < stop)
    # A number minus itself is 0 if it is finite, and nan if not; faster than isfinite.
    flaws = (starts - starts + ends - ends).where(is_context | (token == null), 0.0)
    return AnswerLogits(
        starts=starts.where(is_context, NEVER),
        ends=ends.where(is_context, NEVER),
        null_starts=starts.gather(1, null),
        null_ends=ends.gather(1, null),
        is_sound=flaws.sum(dim=1) == 0,
    )


def log_total(
    logits: Float32[Tensor, "window token"], null_logits: Float32[Tensor, "window 1"]
) -> Float32[Tensor, "window"]:
    """Log of the sum of exp(logit) over the context and null token; logits are -inf or finite."""
    return torch.logaddexp(logits.logsumexp(dim=1), null_logits[:, 0])


def _store_spans(
    spans: Spans,
    rows: Int64[np.ndarray, "window"],
    best: WindowSpans,
    *,
    shifts: Int64[np.ndarray, "window 1"],
) -> None:
    """Stores the spans in their rows, with indices of tokens in the whole context."""
    ranks = slice(best.first.shape[1])
    spans.start_logits[rows, ranks] = _on_host(best.start_logits)
    spans.end_logits[rows, ranks] = _on_host(best.end_logits)
    exists = np.isfinite(spans.start_logits[rows, ranks])
    spans.first[rows, ranks] = np.where(exists, _on_host(best.first) + shifts, 0)
    spans.last[rows, ranks] = np.where(exists, _on_host(best.last) + shifts, 0)


def _on_host(tensor: Tensor) -> np.ndarray:
    return tensor.numpy(force=True)
