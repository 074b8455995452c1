"""Builds tiny models of any depth, and runs them on a question."""

import torch
from torch import Tensor
from transformers import (
    AutoModelForQuestionAnswering,
    PreTrainedConfig,
    PreTrainedModel,
    PreTrainedTokenizerFast,
)

from tests.tiny_models import FAMILIES, SENTENCES, tiny_config

CONTEXT, QUESTION = SENTENCES[:2]
ATTENTION_KINDS = ("full_attention", "sliding_attention", "sliding_attention")
"""Of ModernBERT's layers, over and over."""


def tiny_model(
    family: str, tokenizer: PreTrainedTokenizerFast | None = None, *, layers: int = 2
) -> PreTrainedModel:
    """A model of the family with random weights, for its own tokenizer or another."""
    config = tiny_config(family, tokenizer or FAMILIES[family].tokenizer())
    config.num_hidden_layers = layers
    if family == "modernbert":
        config.layer_types = [ATTENTION_KINDS[layer % 3] for layer in range(layers)]
    return random_model(config)


def random_model(config: PreTrainedConfig) -> PreTrainedModel:
    """A model with random weights, ready to answer."""
    with torch.random.fork_rng(devices=()):
        torch.manual_seed(0)
        model: PreTrainedModel = AutoModelForQuestionAnswering.from_config(config)
    model.eval()
    return model


def span_logits(
    model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast, context: str = CONTEXT
) -> Tensor:
    """Start and end logits of the model for a question and its context."""
    with torch.no_grad():
        output = model(**tokenizer(QUESTION, context, return_tensors="pt"))
    return torch.stack([output.start_logits, output.end_logits])
