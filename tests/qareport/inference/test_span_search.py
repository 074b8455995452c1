"""Every window gets its candidates, counted in the whole context; broken logits are refused."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest
import torch

from qareport.errors import ModelError
from qareport.evaluation.record.candidates_file import candidates_table
from qareport.inference.batches import TokenBudget
from qareport.inference.candidates import SpanCandidates
from qareport.inference.engines.engine import Engine, SpanLogits, TokenBatch
from qareport.inference.options import AnsweringOptions
from qareport.inference.span_search import find_candidates
from qareport.inference.windows import Window
from tests.answering_builders import SmallEngine, TableEngine, windows_of
from tests.builders import example
from tests.tiny_models import FAMILIES

TOKENIZER = FAMILIES["bert"].tokenizer()
IDS = TOKENIZER.get_vocab()
OPTIONS = AnsweringOptions(max_seq_length=14, doc_stride=2)
"""Beside a question of one token, ten tokens of context."""


def search(
    engine: Engine, windows: list[Window], *, n_best: int = 3, batch_tokens: int = 28
) -> SpanCandidates:
    """The candidates of windows, in batches of one or two unless more tokens are allowed."""
    return find_candidates(
        engine,
        windows,
        n_best=n_best,
        max_answer_length=2,
        budget=TokenBudget(batch_tokens),
        padding_id=0,
    )


def windows_over(*contexts: str) -> list[Window]:
    """The windows over contexts, the question being "q"."""
    examples = [example(str(number), context=text) for number, text in enumerate(contexts)]
    return windows_of(TOKENIZER, *examples, options=OPTIONS)


def test_candidates_stand_in_the_order_of_the_windows() -> None:
    windows = windows_over("a", "a b c d e f g h i j k l", "a b c")

    found = search(TableEngine(), windows)

    assert found.example_ids == ("0", "1", "1", "2")
    assert found.window_numbers.tolist() == [0, 0, 1, 0]
    assert [len(chars) for chars in found.token_chars] == [1, 10, 4, 3]


def test_spans_are_counted_in_the_tokens_of_the_whole_context() -> None:
    windows = windows_over("a a a a a a a a a a a b c")
    engine = TableEngine({IDS["b"]: 5.0}, {IDS["c"]: 3.0})

    found = search(engine, windows)

    assert found.first_tokens.tolist() == [0, 8]
    assert (found.n_best.first[1, 0], found.n_best.last[1, 0]) == (11, 12)
    assert found.n_best.scores[1, 0] == 8.0


def test_longest_answer_holds_for_the_n_best_and_not_for_any_length() -> None:
    windows = windows_over("b a a c")
    engine = TableEngine({IDS["b"]: 5.0}, {IDS["c"]: 5.0})

    found = search(engine, windows)

    assert (found.n_best.last - found.n_best.first).max() == 1
    assert (found.any_length.first.item(), found.any_length.last.item()) == (0, 3)


def test_tokens_outside_the_context_are_no_candidates() -> None:
    windows = windows_over("a")
    loud = {IDS["[SEP]"]: 9.0, IDS["q"]: 9.0, IDS["[CLS]"]: 9.0}

    found = search(TableEngine(loud, loud), windows)

    assert found.n_best.scores.tolist() == [[0.0, -math.inf, -math.inf]]


def test_null_score_is_that_of_the_null_token() -> None:
    found = search(TableEngine({IDS["[CLS]"]: 2.0}, {IDS["[CLS]"]: 3.0}), windows_over("a"))

    assert found.null_start_logits.tolist() == [2.0]
    assert found.null_end_logits.tolist() == [3.0]


def test_log_totals_take_context_and_null_token_alone() -> None:
    windows = windows_over("a b", "a b c d")
    starts = {IDS["[CLS]"]: math.log(2.0), IDS["q"]: 50.0, IDS["[PAD]"]: 50.0}

    found = search(TableEngine(starts), windows)

    np.testing.assert_allclose(found.start_log_totals, np.log([4.0, 6.0]), rtol=1e-6)
    np.testing.assert_allclose(found.end_log_totals, np.log([3.0, 5.0]), rtol=1e-6)


def test_more_spans_may_be_asked_for_than_there_are() -> None:
    found = search(TableEngine(), windows_over("a b", ""), n_best=50)

    assert np.isfinite(found.n_best.scores).sum(axis=1).tolist() == [3, 0]


@pytest.mark.parametrize("token", ["a", "[CLS]"])
@pytest.mark.parametrize("logit", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("side", ["starts", "ends"])
def test_a_logit_that_is_no_finite_number_is_refused(token: str, logit: float, side: str) -> None:
    engine = TableEngine(**{side: {IDS[token]: logit}})

    with pytest.raises(ModelError) as caught:
        search(engine, windows_over("b", "a b"))

    assert str(caught.value).startswith("the model's logits for question ")
    assert str(caught.value).endswith(
        " are not finite numbers; its weights are damaged, or the number format is too small "
        "(try --dtype float32)"
    )


def test_the_refusal_names_the_question() -> None:
    with pytest.raises(ModelError, match=r"for question '1' are not finite"):
        search(TableEngine({IDS["a"]: math.nan}), windows_over("b", "a b"))


def test_logits_that_take_no_part_may_be_anything() -> None:
    found = search(TableEngine({IDS["q"]: math.nan, IDS["[SEP]"]: -math.inf}), windows_over("a"))

    assert found.n_best.scores[0, 0] == 0.0


def test_batches_that_are_too_large_for_memory_are_halved_and_nothing_is_lost() -> None:
    windows = windows_over("a b", "a", "b c d", "a b c d e f g h i j k l", "c")
    table = TableEngine({IDS["b"]: 5.0}, {IDS["c"]: 3.0})
    engine = SmallEngine(memory_tokens=28, table=table)

    found = search(engine, windows, batch_tokens=200)

    plenty = search(table, windows)
    assert candidates_table(found).equals(candidates_table(plenty))
    assert (engine.windows, engine.failures) == (6, 2)


def test_window_that_is_too_large_for_memory_is_refused() -> None:
    with pytest.raises(ModelError) as caught:
        search(SmallEngine(memory_tokens=5), windows_over("a b", "a"))

    assert str(caught.value) == (
        "the device has too little memory for a window of 6 tokens; lower --max-seq-length, or "
        "take another --device or --dtype"
    )


@dataclass
class ForgetfulEngine:
    """Has too little memory at its second call alone."""

    calls: int = 0

    def compute_logits(self, batch: TokenBatch) -> SpanLogits:
        """Zeros.

        Raises:
            torch.OutOfMemoryError: it is the second call.
        """
        self.calls += 1
        if self.calls == 2:
            raise torch.OutOfMemoryError
        return TableEngine().compute_logits(batch)


def test_each_window_is_reported_once_after_a_batch_with_it() -> None:
    reported: list[Sequence[int]] = []
    windows = windows_over("a b c d e", "a b c d", "a b c", "a b")

    find_candidates(
        ForgetfulEngine(),
        windows,
        n_best=3,
        max_answer_length=2,
        budget=TokenBudget(2 * len(windows[0])),
        padding_id=0,
        watch=reported.append,
    )

    assert [list(rows) for rows in reported] == [[0, 1], [], [], [2], [3]]
