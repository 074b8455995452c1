"""A trial batch is one that the model can run; speeds and logits are those of the engines."""

import math
from dataclasses import dataclass

import pytest
import torch
from transformers import AutoModelForQuestionAnswering

from qareport.inference.engines.engine import SpanLogits, TokenBatch
from qareport.inference.engines.trials import TRIALS, agree, trial_batch, windows_per_second
from tests.answering_builders import TableEngine
from tests.tiny_models import build_tiny_model


@dataclass(slots=True)
class CountingEngine:
    """Keeps count of its batches."""

    batches: int = 0

    def compute_logits(self, batch: TokenBatch) -> SpanLogits:
        """Zeros."""
        self.batches += 1
        return TableEngine().compute_logits(batch)


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> TokenBatch:
    folder = build_tiny_model("bert", tmp_path_factory.mktemp("model"))
    model = AutoModelForQuestionAnswering.from_pretrained(folder)
    return trial_batch(model, windows=3, tokens=300)


def test_ids_are_in_the_vocabulary_and_none_is_padding(batch: TokenBatch) -> None:
    assert batch.token_ids.shape == (3, 300)
    assert batch.token_ids.min() == 1
    assert batch.token_ids.max() < 1000


def test_the_first_window_is_whole_and_the_others_are_padded(batch: TokenBatch) -> None:
    assert batch.is_token.sum(dim=1).tolist() == [300, 297, 297]


def test_the_first_run_of_an_engine_does_not_count(batch: TokenBatch) -> None:
    engines = [CountingEngine(), CountingEngine()]

    speeds = windows_per_second(engines, batch)

    assert min(speeds) > 0
    assert [engine.batches for engine in engines] == [1 + TRIALS] * 2


@pytest.mark.parametrize(
    ("logit", "is_like"), [(100.1, True), (99.9, True), (100.2, False), (math.nan, False)]
)
def test_engines_agree_where_no_logit_is_far_from_the_reference(
    batch: TokenBatch, logit: float, *, is_like: bool
) -> None:
    token = int(batch.token_ids[0, 0])
    reference = TableEngine(starts={token: 100.0}, ends={token: 1.0})
    engine = TableEngine(starts={token: logit}, ends={token: 1.0})

    assert agree(engine, reference, batch, tolerance=1.5e-3) is is_like


def test_logits_of_padding_may_differ() -> None:
    ids = torch.tensor([[1, 2], [3, 9]])
    batch = TokenBatch(ids, torch.zeros_like(ids), is_token=ids != 9)

    assert agree(TableEngine({9: 5.0}), TableEngine(), batch, tolerance=0.0)
