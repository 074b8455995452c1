"""Estimates the operations, memory and disk that a model takes.

A token costs 2 operations for each weight it meets, and 4 for each layer, unit of width and token
that it attends to (two products of matrices); training costs three times as much as a forward
pass, for the backward pass is two. So 6 for each weight and token, and
`12 * layers * width * tokens²` for each window: Kaplan et al. 2020, "Scaling Laws for Neural
Language Models", section 2.1, and Chowdhery et al. 2022, "PaLM", appendix B. Embeddings are looked
up, not multiplied.
"""

from dataclasses import dataclass

from torch import nn
from transformers import PreTrainedModel

from trainer.planning.padded_tokens import TokenLoad
from trainer.recipe import Training

FLOAT_BYTES = 4
"""Weights and all that the optimiser keeps are float32."""
MULTIPLY_ADD = 2
ATTENTION_PRODUCTS = 2
"""Queries with keys, and their probabilities with values."""
PASSES_PER_UPDATE = 3
"""A forward pass, and a backward pass that costs two of them."""
STORED_FLOATS = 3
"""Of each weight in a checkpoint: itself and the two moments of AdamW."""
TRAINING_FLOATS = 4
"""Of each weight in memory: itself, its gradient and the two moments of AdamW."""
ACTIVATION_BYTES = 2 * 34
"""Kept for the backward pass for each token, unit of width and layer: Korthikanti et al. 2022,
"Reducing Activation Recomputation in Large Transformer Models", equation 1, at 4 bytes a number.
Without the scores of attention, which torch's own attention does not keep."""
ATTENTION_BYTES = 9
"""Kept for each pair of tokens, head and layer where scores are kept: probabilities before and
after dropout at 4 bytes, and its mask; equation 1 of the same paper has 5, at 2 bytes a number."""


@dataclass(frozen=True, slots=True)
class ModelSize:
    """The sizes that determine a model's costs; too low for ALBERT, whose layers share weights."""

    family: str
    parameters: int
    parameters_without_embeddings: int
    layers: int
    width: int
    heads: int


def measure_size(model: PreTrainedModel) -> ModelSize:
    """The size of a model, with weights or without."""
    looked_up = {
        id(parameter): parameter.numel()
        for module in model.modules()
        if isinstance(module, nn.Embedding)
        for parameter in module.parameters()
    }
    parameters = model.num_parameters()
    return ModelSize(
        family=model.config.model_type,
        parameters=parameters,
        parameters_without_embeddings=parameters - sum(looked_up.values()),
        layers=model.config.num_hidden_layers,
        width=model.config.hidden_size,
        heads=model.config.num_attention_heads,
    )


def forward_flops(size: ModelSize, load: TokenLoad) -> float:
    """Operations of a forward pass over all windows of the load."""
    by_weights = MULTIPLY_ADD * size.parameters_without_embeddings * load.tokens
    attended = ATTENTION_PRODUCTS * MULTIPLY_ADD * size.layers * size.width * load.squared_tokens
    return float(by_weights + attended)


def training_flops(size: ModelSize, load: TokenLoad, training: Training) -> float:
    """Operations of training on all windows of the load once."""
    passes = PASSES_PER_UPDATE + training.gradient_checkpointing
    return passes * forward_flops(size, load)


def weight_bytes(size: ModelSize) -> int:
    """Bytes of a saved model, and of one in memory that is not trained."""
    return FLOAT_BYTES * size.parameters


def checkpoint_bytes(size: ModelSize) -> int:
    """Bytes of one checkpoint from which a run can resume."""
    return STORED_FLOATS * weight_bytes(size)


def training_bytes(size: ModelSize, tokens: int, training: Training) -> int:
    """Bytes of memory, roughly, to train a model on so many tokens at once."""
    kept = _kept_layers(size, training)
    activations = ACTIVATION_BYTES * tokens * size.width * kept
    if training.gradient_checkpointing:
        activations += FLOAT_BYTES * tokens * size.width * size.layers
    return TRAINING_FLOATS * weight_bytes(size) + activations


def attention_bytes(size: ModelSize, squared_tokens: int, training: Training) -> int:
    """Bytes of memory, roughly, of attention scores that are kept for the backward pass."""
    return ATTENTION_BYTES * squared_tokens * size.heads * _kept_layers(size, training)


def _kept_layers(size: ModelSize, training: Training) -> int:
    """Layers whose activations are kept at a time."""
    # Layers that are computed again keep what goes into them, and one at a time the rest.
    return 1 if training.gradient_checkpointing else size.layers
