"""Compares the logits and the speed of engines on batches of any tokens."""

import time
from collections.abc import Sequence

import torch
from transformers import PreTrainedModel

from qareport.inference.engines.engine import Engine, TokenBatch

PADDED = 3
"""Tokens of padding at the end of every window but the first."""
STEP = 7
"""Difference of the ids of neighbouring tokens; any number would do."""
TRIALS = 5


def trial_batch(model: PreTrainedModel, *, windows: int, tokens: int) -> TokenBatch:
    """Windows of tokens without meaning, always the same ones."""
    rows: int = next(model.get_input_embeddings().parameters()).shape[0]
    size = (windows, tokens)
    is_token = torch.ones(size, dtype=torch.bool)
    is_token[1:, tokens - PADDED :] = False
    return TokenBatch(
        token_ids=torch.arange(windows * tokens).reshape(size) * STEP % (rows - 1) + 1,
        type_ids=(torch.arange(tokens) >= tokens // 2).long().repeat(windows, 1),
        is_token=is_token,
    )


def agree(one: Engine, other: Engine, batch: TokenBatch, *, tolerance: float) -> bool:
    """Whether no logit differs by more than this share of the other engine's largest."""
    found, known = one.compute_logits(batch), other.compute_logits(batch)
    return all(
        bool((mine - theirs)[batch.is_token].abs().max() <= tolerance * theirs.abs().max())
        for mine, theirs in ((found.starts, known.starts), (found.ends, known.ends))
    )


def windows_per_second(engines: Sequence[Engine], batch: TokenBatch) -> list[float]:
    """How fast each engine answers such batches: the fastest of several rounds.

    The engines take turns, so that other work of the machine slows all of them down.
    """
    for engine in engines:
        engine.compute_logits(batch)
    rounds = [[_seconds(engine, batch) for engine in engines] for _ in range(TRIALS)]
    return [len(batch.token_ids) / min(seconds) for seconds in zip(*rounds, strict=True)]


def _seconds(engine: Engine, batch: TokenBatch) -> float:
    start = time.perf_counter()
    engine.compute_logits(batch)
    return time.perf_counter() - start
