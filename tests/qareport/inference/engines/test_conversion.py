"""Every family of models is converted, and a model that comes out otherwise is refused."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import torch
from torch import Tensor
from transformers import AutoModelForQuestionAnswering, BertConfig, BertForQuestionAnswering
from transformers.modeling_outputs import QuestionAnsweringModelOutput
from typing_extensions import override

from qareport.errors import EngineError
from qareport.inference.engines.engine import Engine, TorchEngine
from qareport.inference.engines.onnxruntime.conversion import convert as convert_for_onnxruntime
from qareport.inference.engines.onnxruntime.engine import start_engine
from qareport.inference.engines.openvino.conversion import convert as convert_for_openvino
from qareport.inference.engines.openvino.engine import compile_engine
from qareport.inference.engines.trials import trial_batch
from tests.answering_builders import in_torch
from tests.tiny_models import FAMILIES, build_tiny_model

pytestmark = pytest.mark.slow
SMALL = BertConfig(
    hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=8, vocab_size=50
)


def by_openvino(whole: TorchEngine) -> Engine:
    """The model converted for OpenVINO, ready to run."""
    return compile_engine(convert_for_openvino(whole), "float32", whole=whole, settings={})


def by_onnxruntime(whole: TorchEngine) -> Engine:
    """The model converted for ONNX Runtime, ready to run."""
    return start_engine(convert_for_onnxruntime(whole), whole=whole, settings={})


CONVERTERS: Mapping[str, Callable[[TorchEngine], Engine]] = {
    "openvino": by_openvino,
    "onnxruntime": by_onnxruntime,
}


class ShapeBoundModel(BertForQuestionAnswering):
    """Adds what tracing takes for a constant: the size of the batch that it was shown."""

    @override
    def forward(self, input_ids: Tensor, **_: Tensor) -> QuestionAnsweringModelOutput:
        """Logits that grow with the number of windows."""
        logits = input_ids.float() + float(len(input_ids.tolist()))
        return QuestionAnsweringModelOutput(start_logits=logits, end_logits=logits)


class UntraceableModel(BertForQuestionAnswering):
    """Cannot be run at all."""

    @override
    def forward(self, input_ids: Tensor, **_: Tensor) -> QuestionAnsweringModelOutput:
        """None.

        Raises:
            ValueError: always.
        """
        raise ValueError(f"{input_ids.ndim} axes\nare not enough")


@pytest.mark.parametrize("engine", CONVERTERS)
@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_gives_the_logits_of_torch(family: str, engine: str, tmp_path: Path) -> None:
    model = AutoModelForQuestionAnswering.from_pretrained(build_tiny_model(family, tmp_path))
    model.eval()
    known = in_torch(model)
    batch = trial_batch(model, windows=5, tokens=70)

    converted = CONVERTERS[engine](known)

    torch.testing.assert_close(
        converted.compute_logits(batch).starts[batch.is_token],
        known.compute_logits(batch).starts[batch.is_token],
        atol=1e-3,
        rtol=1e-3,
    )


@pytest.mark.parametrize("engine", CONVERTERS)
def test_the_model_itself_answers_as_before(engine: str) -> None:
    with_dropout = BertConfig(**{**SMALL.to_dict(), "hidden_dropout_prob": 0.5})
    known = in_torch(BertForQuestionAnswering(with_dropout).eval())
    batch = trial_batch(known.model, windows=2, tokens=30)
    before = known.compute_logits(batch).starts

    CONVERTERS[engine](known)

    assert torch.equal(known.compute_logits(batch).starts, before)


@pytest.mark.parametrize("engine", CONVERTERS)
def test_a_model_that_comes_out_otherwise_is_refused(engine: str) -> None:
    model = ShapeBoundModel(SMALL)

    with pytest.raises(EngineError) as caught:
        CONVERTERS[engine](in_torch(model))

    assert str(caught.value) == (
        f"ShapeBoundModel gives other logits by {engine} than by torch; use --engine torch"
    )


@pytest.mark.parametrize("engine", CONVERTERS)
def test_a_model_that_cannot_be_traced_is_refused_with_the_cause(engine: str) -> None:
    model = UntraceableModel(SMALL)

    with pytest.raises(EngineError) as caught:
        CONVERTERS[engine](in_torch(model))

    message = str(caught.value)
    assert message.startswith(f"UntraceableModel cannot be converted for {engine} (")
    assert message.endswith("); use --engine torch")
    assert "\n" not in message
