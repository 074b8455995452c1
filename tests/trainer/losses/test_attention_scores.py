"""Scores taken from hooks are those that the model's own attention is made of."""

import gc
import weakref
from pathlib import Path

import pytest
import torch
from torch import Tensor
from transformers import AutoModelForQuestionAnswering, PreTrainedModel

from tests.tiny_models import FAMILIES as TINY_FAMILIES
from tests.tiny_models import build_tiny_model, tiny_config
from trainer.errors import PreflightError, TrainingError
from trainer.losses.attention_scores import FAMILIES, collect_attention_scores
from trainer.losses.intermediate import attention_loss

TOKEN_IDS = torch.tensor([[2, 7, 9, 8, 3, 11], [2, 6, 5, 3, 0, 0]])
IS_TOKEN = torch.tensor([[True] * 6, [True] * 4 + [False] * 2])
REFUSED = [family for family in TINY_FAMILIES if family not in FAMILIES]


@pytest.fixture
def bert() -> PreTrainedModel:
    """A model of two layers and two heads."""
    return untrained("bert")


def untrained(family: str, **settings: int) -> PreTrainedModel:
    config = tiny_config(family, TINY_FAMILIES[family].tokenizer())
    config.update(settings)
    with torch.random.fork_rng(devices=()):
        torch.manual_seed(0)
        model: PreTrainedModel = AutoModelForQuestionAnswering.from_config(config).eval()
    return model


def run(model: PreTrainedModel) -> None:
    model(TOKEN_IDS, attention_mask=IS_TOKEN.long())


def scores_of(model: PreTrainedModel) -> tuple[Tensor, ...]:
    with collect_attention_scores(model) as collector:
        run(model)
        return collector.scores()


@pytest.mark.parametrize("family", FAMILIES)
def test_softmax_of_the_scores_is_the_attention_of_the_model(family: str, tmp_path: Path) -> None:
    build_tiny_model(family, tmp_path)
    with_sdpa, eager = (
        AutoModelForQuestionAnswering.from_pretrained(tmp_path, attn_implementation=name).eval()
        for name in ("sdpa", "eager")
    )

    scores = scores_of(with_sdpa)

    attentions = eager(TOKEN_IDS, IS_TOKEN.long(), output_attentions=True).attentions
    assert len(scores) == len(attentions) == eager.config.num_hidden_layers
    for score, attention in zip(scores, attentions, strict=True):
        masked = score.masked_fill(~IS_TOKEN[:, None, None, :], -torch.inf)
        torch.testing.assert_close(masked.softmax(dim=-1), attention, atol=1e-5, rtol=0)


@pytest.mark.parametrize("family", REFUSED)
def test_families_whose_scores_are_more_than_queries_times_keys_are_refused(family: str) -> None:
    with (
        pytest.raises(PreflightError) as caught,
        collect_attention_scores(untrained(family)),
    ):
        pass

    assert str(caught.value) == (
        f"attention scores of the family {family!r} are not known to be queries times keys alone, "
        "as those of albert, bert, distilbert, electra, mobilebert, roberta, xlm-roberta are; "
        "leave the attention term out"
    )


def test_families_with_relative_positions_are_among_the_refused() -> None:
    assert {"deberta-v2", "modernbert", "mpnet", "xlnet"} <= set(REFUSED)


def test_a_layer_that_is_shared_gives_scores_each_time_it_is_used() -> None:
    first, *_, last = scores = scores_of(untrained("albert", num_hidden_layers=4))

    assert len(scores) == 4
    assert not torch.equal(first, last)


def test_each_forward_pass_replaces_the_scores_of_the_one_before(bert: PreTrainedModel) -> None:
    expected = scores_of(bert)

    with collect_attention_scores(bert) as collector:
        bert(TOKEN_IDS[:1, :3])
        run(bert)
        scores = collector.scores()

    assert all(torch.equal(*layers) for layers in zip(scores, expected, strict=True))


def test_training_on_the_scores_moves_queries_and_keys_of_every_layer(
    bert: PreTrainedModel,
) -> None:
    teacher = scores_of(untrained("roberta"))
    projections = [
        values
        for name, values in bert.named_parameters()
        if name.endswith(("query.weight", "key.weight"))
    ]

    loss = attention_loss(scores_of(bert), teacher, is_token=IS_TOKEN)
    gradients = torch.autograd.grad(loss, projections)

    assert len(gradients) == 4
    assert all(gradient.any() for gradient in gradients)


def test_scores_can_only_be_taken_after_a_forward_pass(bert: PreTrainedModel) -> None:
    with (
        collect_attention_scores(bert) as collector,
        pytest.raises(TrainingError) as caught,
    ):
        collector.scores()

    assert str(caught.value) == (
        "attention scores of 0 layers were collected instead of 2; take them after a forward pass "
        "of the whole model, before its backward pass and before the collecting ends"
    )


def test_scores_of_a_part_that_ran_twice_are_refused(bert: PreTrainedModel) -> None:
    with collect_attention_scores(bert) as collector:
        for _ in range(2):
            bert.base_model(TOKEN_IDS)

        with pytest.raises(TrainingError, match="of 4 layers were collected instead of 2"):
            collector.scores()


def test_nothing_is_left_behind_when_collecting_ends(bert: PreTrainedModel) -> None:
    with collect_attention_scores(bert) as collector:
        run(bert)
        collected = [weakref.ref(tensor) for tensor in (*collector.queries, *collector.keys)]
    gc.collect()
    run(bert)

    assert len(collected) == 4
    assert all(reference() is None for reference in collected)
    assert collector.queries == collector.keys == []


def test_collecting_ends_when_the_model_fails(bert: PreTrainedModel) -> None:
    beyond_the_vocabulary = torch.full((1, 2), 10**6)

    with pytest.raises(IndexError), collect_attention_scores(bert) as collector:
        bert(beyond_the_vocabulary)
    run(bert)

    assert collector.queries == collector.keys == []


def test_a_model_of_16_bits_gives_scores_of_32() -> None:
    model = untrained("bert").bfloat16()

    assert {layer.dtype for layer in scores_of(model)} == {torch.float32}


def test_autocast_does_not_round_the_products(bert: PreTrainedModel) -> None:
    with torch.autocast("cpu", dtype=torch.bfloat16), collect_attention_scores(bert) as collector:
        run(bert)
        inside = collector.scores()
        with torch.autocast("cpu", enabled=False):
            outside = collector.scores()

    assert all(torch.equal(*layers) for layers in zip(inside, outside, strict=True))
