"""Only context and null token take part."""

import math

import pytest
import torch

from qareport.inference.best_spans import NEVER
from qareport.inference.options import AnsweringOptions
from qareport.inference.span_search import (
    AnswerLogits,
    find_answer_tokens,
    log_total,
    pick_answer_logits,
)
from tests.answering_builders import windows_of
from tests.builders import example
from tests.tiny_models import FAMILIES

WINDOWS = windows_of(
    FAMILIES["bert"].tokenizer(),
    example(context=""),
    example(question="a b", context="c d"),
    options=AnsweringOptions(),
)
"""Null and question alone; and null, two tokens, a separator, two of context, a separator."""


def pick(rows: list[list[float]]) -> AnswerLogits:
    """The answer logits of the windows, the start logits being 100 more than the end logits."""
    ends = torch.tensor(rows)
    return pick_answer_logits(torch.from_numpy(find_answer_tokens(WINDOWS)), ends + 100, ends)


COUNTED = [[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0]] * 2


def test_tokens_outside_the_context_can_be_no_answer() -> None:
    picked = pick(COUNTED)

    assert picked.starts.tolist() == [[NEVER] * 7, [NEVER] * 4 + [104.0, 105.0, NEVER]]
    assert picked.ends.tolist() == [[NEVER] * 7, [NEVER] * 4 + [4.0, 5.0, NEVER]]


def test_null_logits_are_those_of_the_null_token() -> None:
    picked = pick(COUNTED)

    assert (picked.null_starts.tolist(), picked.null_ends.tolist()) == ([[100.0]] * 2, [[0.0]] * 2)


@pytest.mark.parametrize("logit", [math.nan, math.inf, NEVER])
@pytest.mark.parametrize(("place", "expected"), [(0, False), (1, True), (5, False), (6, True)])
def test_windows_are_sound_where_all_that_takes_part_is_finite(
    logit: float,
    place: int,
    expected: bool,  # noqa: FBT001 - a value that is compared
) -> None:
    rows = [[0.0] * 7, [logit if at == place else 0.0 for at in range(7)]]

    assert pick(rows).is_sound.tolist() == [True, expected]


NULL_LOGITS = [[math.log(5.0)], [3.0], [1000.0]]
TOTALS = [math.log(8.0), 3.0, 1000.0]
LOGITS = [[0.0, math.log(2.0), NEVER], [NEVER] * 3, [-1000.0, NEVER, NEVER]]


def test_log_totals_count_the_null_token() -> None:
    totals = log_total(torch.tensor(LOGITS), torch.tensor(NULL_LOGITS))

    assert totals.tolist() == pytest.approx(TOTALS)
