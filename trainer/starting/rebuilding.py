"""Rebuilds a model of the same class with another configuration and its weights."""

from collections.abc import Mapping

import torch
from torch import Tensor
from transformers import PreTrainedConfig, PreTrainedModel

from trainer.errors import PreflightError

Weights = Mapping[str, Tensor]
"""Parameters and stored buffers by name."""


def rebuild(model: PreTrainedModel, config: PreTrainedConfig, weights: Weights) -> PreTrainedModel:
    """A model of the class of `model` that shares nothing with it, with `config` and `weights`.

    Raises:
        PreflightError: a model of that configuration has other weights.
    """
    # The first values are drawn in vain; they must not move the caller's random numbers.
    with torch.random.fork_rng(devices=()):
        rebuilt: PreTrainedModel = type(model)(config)
    shapes = {name: weight.shape for name, weight in weights.items()}
    expected = {name: weight.shape for name, weight in rebuilt.state_dict().items()}
    misfits = sorted(name for name, _ in shapes.items() ^ expected.items())
    if misfits:
        raise PreflightError(
            f"{type(model).__name__} cannot be cut like this: its weight {misfits[0]!r} does not "
            "fit the smaller model (ModernBERT's layer 0 must stay the first); cut it elsewhere, "
            "or start from a smaller pretrained model"
        )
    rebuilt.load_state_dict(weights)
    torch.nn.Module.to(rebuilt, model.device, model.dtype)
    rebuilt.train(model.training)
    return rebuilt
