"""Every family of models is converted, and a model that comes out otherwise is refused."""

from pathlib import Path

import pytest
import torch
from torch import Tensor
from transformers import AutoModelForQuestionAnswering, BertConfig, BertForQuestionAnswering
from transformers.modeling_outputs import QuestionAnsweringModelOutput
from typing_extensions import override

from qareport.errors import EngineError
from qareport.inference.engines.openvino.conversion import convert
from qareport.inference.engines.openvino.engine import compile_engine
from qareport.inference.engines.trials import trial_batch
from tests.answering_builders import in_torch
from tests.tiny_models import FAMILIES, build_tiny_model

pytestmark = pytest.mark.slow
SMALL = BertConfig(
    hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=8, vocab_size=50
)


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


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_gives_the_logits_of_torch(family: str, tmp_path: Path) -> None:
    model = AutoModelForQuestionAnswering.from_pretrained(build_tiny_model(family, tmp_path))
    model.eval()
    known = in_torch(model)
    batch = trial_batch(model, windows=5, tokens=70)

    engine = compile_engine(convert(known), "float32", whole=known, settings={})

    torch.testing.assert_close(
        engine.compute_logits(batch).starts[batch.is_token],
        known.compute_logits(batch).starts[batch.is_token],
        atol=1e-3,
        rtol=1e-3,
    )


def test_a_model_that_comes_out_otherwise_is_refused() -> None:
    model = ShapeBoundModel(SMALL)

    with pytest.raises(EngineError) as caught:
        convert(in_torch(model))

    assert str(caught.value) == (
        "ShapeBoundModel gives other logits by openvino than by torch; use --engine torch"
    )


def test_a_model_that_cannot_be_traced_is_refused_with_the_cause() -> None:
    model = UntraceableModel(SMALL)

    with pytest.raises(EngineError) as caught:
        convert(in_torch(model))

    message = str(caught.value)
    assert message.startswith("UntraceableModel cannot be converted for openvino (")
    assert message.endswith("); use --engine torch")
    assert "\n" not in message
