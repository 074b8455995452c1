"""The torch engine gives the model's own logits, in float32, whatever format it computes in."""

from pathlib import Path

import pytest
import torch
from transformers import AutoModelForQuestionAnswering

from qareport.inference.batches import pad_windows
from qareport.inference.engines.engine import TokenBatch, TorchEngine
from qareport.inference.options import AnsweringOptions
from tests.answering_builders import windows_of
from tests.builders import example
from tests.tiny_models import FAMILIES, build_tiny_model

HOST = torch.device("cpu")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A saved model."""
    return build_tiny_model("bert", tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def engine(folder: Path) -> TorchEngine:
    """That model in float32."""
    return engine_of(folder, torch.float32)


def engine_of(folder: Path, dtype: torch.dtype) -> TorchEngine:
    """The saved model, computing in a number format."""
    model = AutoModelForQuestionAnswering.from_pretrained(folder).eval()
    return TorchEngine(model, HOST, dtype, takes_type_ids=True)


def batch_of(*contexts: str) -> TokenBatch:
    """The windows of some contexts."""
    examples = [example(context=context) for context in contexts]
    windows = windows_of(FAMILIES["bert"].tokenizer(), *examples, options=AnsweringOptions())
    return pad_windows(windows, padding_id=0)


def test_logits_are_those_of_the_model(engine: TorchEngine) -> None:
    batch = batch_of("The Normans", "a")

    logits = engine.compute_logits(batch)

    with torch.no_grad():
        expected = engine.model(batch.token_ids, batch.is_token.long(), batch.type_ids)
    torch.testing.assert_close(logits.starts, expected.start_logits)
    torch.testing.assert_close(logits.ends, expected.end_logits)


def test_padding_does_not_change_the_logits_of_a_window(engine: TorchEngine) -> None:
    alone = engine.compute_logits(batch_of("a"))

    together = engine.compute_logits(batch_of("The Normans gave their name", "a"))

    tokens = alone.starts.shape[1]
    torch.testing.assert_close(together.starts[1:, :tokens], alone.starts, atol=1e-4, rtol=0)
    torch.testing.assert_close(together.ends[1:, :tokens], alone.ends, atol=1e-4, rtol=0)


def test_segments_change_the_logits_of_a_model_that_takes_them(engine: TorchEngine) -> None:
    batch = batch_of("The Normans")
    without = TorchEngine(engine.model, HOST, torch.float32, takes_type_ids=False)

    difference = engine.compute_logits(batch).starts - without.compute_logits(batch).starts

    assert difference.abs().max() > 0.01


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_smaller_formats_give_finite_float32_logits_near_the_exact_ones(
    folder: Path, engine: TorchEngine, dtype: torch.dtype
) -> None:
    batch = batch_of("The Normans", "a")

    logits = engine_of(folder, dtype).compute_logits(batch)

    exact = engine.compute_logits(batch)
    torch.testing.assert_close(logits.starts, exact.starts, atol=0.2, rtol=0)
    assert not torch.equal(logits.starts, exact.starts)


def test_logits_carry_no_gradient(engine: TorchEngine) -> None:
    assert not engine.compute_logits(batch_of("a")).starts.requires_grad
