"""Operations and bytes are those of the published formulas, and near to what torch counts."""

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from tests.starting_builders import tiny_model
from trainer.planning.costs import (
    ModelSize,
    attention_bytes,
    checkpoint_bytes,
    forward_flops,
    measure_size,
    training_bytes,
    training_flops,
    weight_bytes,
)
from trainer.planning.padded_tokens import TokenLoad
from trainer.recipe import Training

SIZE = ModelSize(
    "bert", parameters=5000, parameters_without_embeddings=1000, layers=2, width=8, heads=4
)
LOAD = TokenLoad(windows=3, tokens=30, squared_tokens=300)
COUNTED = TokenLoad(windows=2, tokens=2 * 100, squared_tokens=2 * 100**2)
RECOMPUTING = Training(gradient_checkpointing=True)


def test_embeddings_are_counted_apart() -> None:
    size = measure_size(tiny_model("bert"))

    # Four maps of attention, two of the feed-forward part, two norms.
    layer = 4 * (32 * 32 + 32) + (32 * 64 + 64) + (64 * 32 + 32) + 2 * 64
    norm_of_embeddings, head = 64, 2 * 32 + 2
    assert size.parameters_without_embeddings == 2 * layer + norm_of_embeddings + head
    assert (size.family, size.layers, size.width) == ("bert", 2, 32)


def test_a_pass_costs_two_for_each_weight_and_token_and_its_attention() -> None:
    assert forward_flops(SIZE, LOAD) == 2 * 1000 * 30 + 4 * 2 * 8 * 300


def test_training_costs_three_passes() -> None:
    assert training_flops(SIZE, LOAD, Training()) == 6 * 1000 * 30 + 12 * 2 * 8 * 300


def test_computing_activations_again_costs_another_pass() -> None:
    assert training_flops(SIZE, LOAD, RECOMPUTING) == 4 * forward_flops(SIZE, LOAD)


@pytest.mark.parametrize("family", ["bert", "distilbert", "electra", "roberta"])
def test_the_formula_is_near_to_what_torch_counts(family: str) -> None:
    model = tiny_model(family)
    torch.nn.Module.to(model, "meta")
    with FlopCounterMode(display=False) as counter, torch.device("meta"):
        model(input_ids=torch.ones(2, 100, dtype=torch.long))

    formula = forward_flops(measure_size(model), COUNTED)

    assert formula == pytest.approx(counter.get_total_flops(), rel=0.05)


def test_bytes_are_those_of_float32() -> None:
    assert weight_bytes(SIZE) == 4 * 5000
    assert checkpoint_bytes(SIZE) == 3 * 4 * 5000


def test_learning_keeps_four_numbers_for_each_weight_and_the_activations() -> None:
    expected = 4 * 4 * 5000 + 68 * 30 * 8 * 2

    assert training_bytes(SIZE, 30, Training()) == expected


def test_attention_keeps_nine_bytes_for_each_pair_of_tokens_head_and_layer() -> None:
    assert attention_bytes(SIZE, 900, Training()) == 9 * 900 * 4 * 2
    assert attention_bytes(SIZE, 900, RECOMPUTING) == 9 * 900 * 4


def test_activations_that_are_computed_again_take_less_memory() -> None:
    expected = 4 * 4 * 5000 + 68 * 30 * 8 + 4 * 30 * 8 * 2

    assert training_bytes(SIZE, 30, RECOMPUTING) == expected
