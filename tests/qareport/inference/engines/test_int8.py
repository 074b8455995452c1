"""Linear layers in 8 bits give nearly the same outputs, and the head stays as it was."""

import pytest
import torch
from transformers import AutoModelForQuestionAnswering, PreTrainedModel

from qareport.errors import UsageError
from qareport.inference.engines.int8 import EightBitLinear, quantise_linear_layers
from tests.cpu_kinds import needs_exact_products
from tests.tiny_models import build_tiny_model


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> PreTrainedModel:
    folder = build_tiny_model("bert", tmp_path_factory.mktemp("model"))
    loaded: PreTrainedModel = AutoModelForQuestionAnswering.from_pretrained(folder).eval()
    return loaded


@needs_exact_products
@pytest.mark.parametrize("has_bias", [False, True])
def test_outputs_are_near_the_exact_ones(*, has_bias: bool) -> None:
    torch.manual_seed(0)
    linear = torch.nn.Linear(16, 8, bias=has_bias)
    inputs = torch.randn(2, 5, 16)

    outputs = EightBitLinear(linear)(inputs)

    assert outputs.shape == (2, 5, 8)
    torch.testing.assert_close(outputs, linear(inputs), atol=0.05, rtol=0)


def test_a_token_does_not_drown_in_larger_ones() -> None:
    torch.manual_seed(0)
    layer = EightBitLinear(torch.nn.Linear(16, 8))
    inputs = torch.randn(2, 16)

    together = layer(torch.stack([inputs[0], 1000 * inputs[1]]))

    torch.testing.assert_close(together[0], layer(inputs)[0])


def test_an_output_whose_weights_are_zero_is_its_bias() -> None:
    linear = torch.nn.Linear(4, 2)
    torch.nn.init.zeros_(linear.weight)

    outputs = EightBitLinear(linear)(torch.ones(1, 4))

    torch.testing.assert_close(outputs[0], linear.bias)


@needs_exact_products
def test_the_body_is_quantised_and_the_head_is_not(model: PreTrainedModel) -> None:
    quantised = quantise_linear_layers(model)

    left = [
        name for name, module in quantised.named_modules() if isinstance(module, torch.nn.Linear)
    ]
    assert left == ["qa_outputs"]
    assert sum(isinstance(each, EightBitLinear) for each in quantised.modules()) == 12


@needs_exact_products
def test_the_model_itself_stays_as_it_was(model: PreTrainedModel) -> None:
    quantise_linear_layers(model)

    assert not any(isinstance(each, EightBitLinear) for each in model.modules())


def test_other_devices_than_cpus_are_refused(model: PreTrainedModel) -> None:
    config = model.config
    with torch.device("meta"):
        elsewhere = AutoModelForQuestionAnswering.from_config(config)

    with pytest.raises(UsageError, match=r"^int8 is for CPUs, not for 'meta'; use --dtype bfl"):
        quantise_linear_layers(elsewhere)


def test_products_that_overflow_are_refused(
    model: PreTrainedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(left: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
        return (left.int() @ right.int()).clamp(max=2**15)

    monkeypatch.setattr(torch, "_int_mm", cut)

    with pytest.raises(UsageError) as refused:
        quantise_linear_layers(model)

    assert str(refused.value) == (
        "torch's products in 8 bits overflow on this CPU as it is set up; use --dtype float32, or "
        "take ONEDNN_MAX_CPU_ISA and DNNL_MAX_CPU_ISA out of the environment"
    )
