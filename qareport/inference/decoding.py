"""Predicts the answer of each example from its span candidates, by a null rule."""

from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np
from jaxtyping import Int64

from qareport.data.types import Example, Prediction
from qareport.inference.candidates import SpanCandidates
from qareport.inference.n_best import rank_lists, share_probability
from qareport.inference.options import NULL_RULES, AnsweringOptions


def predict_all(
    examples: Sequence[Example], candidates: SpanCandidates, options: AnsweringOptions
) -> Iterator[Prediction]:
    """A prediction for each example; `candidates` has the windows of all of them, in order.

    All spans of the candidates are considered, whatever `options` say about their length.
    """
    rule, size = NULL_RULES[options.null_rule], options.n_best_size
    contexts, owners = [example.context for example in examples], _owners(examples, candidates)
    ranked_lists = list(rank_lists(candidates, owners, contexts, size=size))
    margins = [ranked.null_margin for ranked in ranked_lists]
    if rule.stays_in_window:
        margins = _lowest_margins(contexts, candidates, owners, size=size)
    for example, ranked, null_margin in zip(examples, ranked_lists, margins, strict=True):
        is_withheld = rule.abstains(null_margin, options.null_threshold)
        answer = None if is_withheld else ranked.best
        yield Prediction(
            example_id=example.id,
            text=answer.text if answer else "",
            span=answer.span if answer else None,
            null_margin=null_margin,
            n_best=ranked.n_best,
            probabilities=share_probability(ranked.n_best),
        )


def _owners(
    examples: Sequence[Example], candidates: SpanCandidates
) -> Int64[np.ndarray, " window"]:
    """The index of the example of each window."""
    owners = groupby(candidates.example_ids)
    counts = [sum(1 for _ in windows) for _, (_, windows) in zip(examples, owners, strict=True)]
    return np.repeat(np.arange(len(examples)), counts)


def _lowest_margins(
    contexts: Sequence[str],
    candidates: SpanCandidates,
    owners: Int64[np.ndarray, " window"],
    *,
    size: int,
) -> list[float]:
    """The lowest null margin within any one window of each context."""
    windows = np.arange(len(owners))
    own_contexts = [contexts[owner] for owner in owners]
    in_windows = rank_lists(candidates, windows, own_contexts, size=size)
    margins = [ranked.null_margin for ranked in in_windows]
    lowest: list[float] = np.minimum.reduceat(
        margins, np.searchsorted(owners, range(len(contexts)))
    ).tolist()
    return lowest
