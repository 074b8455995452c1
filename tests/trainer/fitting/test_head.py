"""A head has dropout and temperature while it learns, and neither afterwards."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor
from torch.nn import Linear
from transformers import PreTrainedModel

from tests.fitting_builders import tiny_model, training_windows, weights_of
from tests.tiny_models import FAMILIES
from trainer.errors import PreflightError
from trainer.fitting.batching import Collator
from trainer.fitting.head import TEMPERATURE, dropout_before_head, find_head, head_temperature
from trainer.fitting.objectives import span_logits


def logits_of(model: PreTrainedModel) -> Tensor:
    return span_logits(model, Collator(0, takes_type_ids=False)(training_windows(2)))


@pytest.mark.parametrize("family", FAMILIES)
def test_head_of_every_family_is_found(family: str) -> None:
    model = tiny_model(family)

    logits = logits_of(model)
    with torch.no_grad():
        find_head(model).bias.add_(torch.tensor([1.0, 2.0]))

    moved = logits_of(model) - logits
    assert torch.allclose(moved, torch.tensor([1.0, 2.0]), atol=1e-4)


def test_model_with_two_heads_is_refused() -> None:
    model = tiny_model()
    model.add_module("classifier", Linear(32, 2))

    with pytest.raises(PreflightError) as caught:
        find_head(model)

    assert str(caught.value) == (
        "BertForQuestionAnswering: has 2 layers of start and end logits beside its body; choose a "
        "student with a plain head for question answering"
    )


def test_dropout_before_the_head_is_on_in_training_only() -> None:
    model = tiny_model()
    plain = logits_of(model)

    with dropout_before_head(model, 0.5):
        asked = logits_of(model.eval())
        learning = logits_of(model.train())

    assert torch.equal(asked, plain)
    assert not torch.allclose(learning, plain)
    assert torch.equal(logits_of(model), plain)


def test_temperature_divides_logits_and_is_gone_afterwards() -> None:
    model = tiny_model()
    plain, names = logits_of(model), set(weights_of(model))

    with head_temperature(model):
        temperature = model.get_parameter(TEMPERATURE)
        assert temperature.item() == 1
        torch.nn.init.constant_(temperature, 2.0)
        halved = logits_of(model)

    assert torch.equal(halved, plain / 2)
    assert torch.equal(logits_of(model), plain)
    assert set(weights_of(model)) == names


# Trainer loads checkpoints without complaint about names that differ.
@pytest.mark.parametrize("family", FAMILIES)
def test_saved_weights_have_the_names_that_a_checkpoint_is_loaded_by(
    family: str, tmp_path: Path
) -> None:
    model = tiny_model(family)

    with head_temperature(model):
        model.save_pretrained(tmp_path)
        names = set(weights_of(model))

    assert set(load_file(tmp_path / "model.safetensors")) == names
