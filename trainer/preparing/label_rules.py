"""Finds the token spans of an example's gold answers.

A new rule is a function that picks gold answers, one that finds their tokens, and a line in a
table.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Int32

from qareport.data.types import Example, GoldAnswer
from qareport.evaluation.haystack.token_level import MOST_GOLDS, ContextTokenSpan, token_at


@dataclass(frozen=True, slots=True)
class LabelRule:
    """How gold answers become labels."""

    pick_golds: Callable[[Example], tuple[GoldAnswer, ...]]
    """Those that can be labels; an answerable example without one must not be learnt from."""
    find_tokens: Callable[[GoldAnswer, Int32[np.ndarray, "token 2"]], ContextTokenSpan | None]
    """The tokens of an answer, counted in the context; None where no token belongs to it."""
    beyond: int
    """How many tokens past its last one a window still counts as its own."""


def placed_golds(example: Example) -> tuple[GoldAnswer, ...]:
    """The gold answers whose text is at their offset and is more than blanks."""
    return tuple(gold for gold in example.gold_answers if _is_placed(gold, example.context))


def first_gold_if_all_placed(example: Example) -> tuple[GoldAnswer, ...]:
    """The first gold answer; none where one of those that Haystack looks at is misplaced."""
    golds = example.gold_answers[:MOST_GOLDS]
    return golds[:1] if all(_is_placed(gold, example.context) for gold in golds) else ()


def covering_tokens(
    gold: GoldAnswer, token_chars: Int32[np.ndarray, "token 2"]
) -> ContextTokenSpan | None:
    """From the first to the last token with a character of the answer, its outer blanks aside.

    Such tokens may reach over the answer's ends, or be several on one character.
    """
    start = gold.start + len(gold.text) - len(gold.text.lstrip())
    end = gold.start + len(gold.text.rstrip())
    token_starts, token_ends = token_chars[:, 0], token_chars[:, 1]
    # Byte-level tokens of a blank alone are zero-width: they have no character of any answer.
    holds = (token_starts < end) & (token_ends > start) & (token_starts < token_ends)
    tokens = np.flatnonzero(holds)
    return ContextTokenSpan(int(tokens[0]), int(tokens[-1])) if len(tokens) else None


def haystack_tokens(
    gold: GoldAnswer, token_chars: Int32[np.ndarray, "token 2"]
) -> ContextTokenSpan:
    """Haystack's tokens of an answer: one past the last token where it ends in that one."""
    starts = token_chars[:, 0].tolist()
    last_char = gold.start + len(gold.text) - 1
    return ContextTokenSpan(token_at(starts, gold.start), token_at(starts, last_char))


LABEL_RULES: Mapping[str, LabelRule] = {
    "corrected": LabelRule(placed_golds, covering_tokens, beyond=0),
    "haystack": LabelRule(first_gold_if_all_placed, haystack_tokens, beyond=1),
}
"""By the recipe's `fidelity`."""


def _is_placed(gold: GoldAnswer, context: str) -> bool:
    return bool(gold.text.strip()) and context.startswith(gold.text, gold.start)
