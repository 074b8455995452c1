"""Traces models of torch for other engines, and compares their logits with torch's."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import numpy as np
import torch
from jaxtyping import Int64
from torch import Tensor
from transformers import PreTrainedModel
from typing_extensions import override

from qareport.errors import EngineError
from qareport.inference.engines.engine import Engine, TokenBatch, TorchEngine
from qareport.inference.engines.table import TORCH
from qareport.inference.engines.trials import agree, trial_batch

INPUTS = ("input_ids", "attention_mask", "token_type_ids")
"""The inputs of a converted model, in its order; the last only where the model takes it."""
CONVERSION_ERRORS = (
    AttributeError,
    ImportError,
    IndexError,
    KeyError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""Errors that tracing raises; those of OpenVINO and of torch's exporter are RuntimeErrors."""
CHECKED = (3, 40)
"""Numbers of windows and tokens of the batch that is compared with torch."""
TOLERANCE = 1e-3
"""The largest difference from torch's logit, as a share of the largest logit."""

Converted = TypeVar("Converted")


def convert_by(
    engine: str,
    whole: TorchEngine,
    *,
    trace: Callable[[TorchEngine], Converted],
    run: Callable[[Converted], Engine],
) -> Converted:
    """What `trace` makes of the model, in float32, where it gives the logits of torch.

    Raises:
        EngineError: the engine cannot run the model, or gets other logits than torch.
    """
    name = type(whole.model).__name__
    windows, tokens = CHECKED
    batch = trial_batch(whole.model, windows=windows, tokens=tokens)
    try:
        converted = trace(whole)
        # These windows were not traced: what tracing took for constants shows.
        agrees = agree(run(converted), whole, batch, tolerance=TOLERANCE)
    except (*CONVERSION_ERRORS, EngineError) as error:
        cause = str(error).strip().split("\n", maxsplit=1)[0] or type(error).__name__
        raise EngineError(
            f"{name} cannot be converted for {engine} ({cause}); use --engine {TORCH}"
        ) from error
    if not agrees:
        raise EngineError(
            f"{name} gives other logits by {engine} than by torch; use --engine {TORCH}"
        )
    return converted


class LogitsAlone(torch.nn.Module):
    """A model that takes positional arguments, as tracing needs."""

    def __init__(self, whole: TorchEngine) -> None:
        super().__init__()
        self.model: PreTrainedModel = whole.model
        self.names = input_names(takes_type_ids=whole.takes_type_ids)
        # torch's exporter leaves all in the mode of the outermost module, which is new.
        self.eval()

    @override
    def forward(self, *tensors: Tensor) -> tuple[Tensor, Tensor]:
        """Start and end logits."""
        output = self.model(**dict(zip(self.names, tensors, strict=True)))
        return output.start_logits, output.end_logits


def input_names(*, takes_type_ids: bool) -> tuple[str, ...]:
    """The names of a model's inputs, in the order of a converted model."""
    return INPUTS[: 2 + takes_type_ids]


def traced_inputs(whole: TorchEngine) -> tuple[Tensor, ...]:
    """The inputs with which a model is traced."""
    batch = trial_batch(whole.model, windows=2, tokens=12)
    return (batch.token_ids, batch.is_token.long(), batch.type_ids)[: 2 + whole.takes_type_ids]


@contextmanager
def tracing() -> Iterator[None]:
    """Traces in the block, without gradients and without torch's warnings.

    torch warns that tracing is deprecated, but what it offers instead takes other packages and
    longer; the faults of tracing are found by comparing logits.
    """
    with torch.inference_mode(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def inputs_of(
    batch: TokenBatch, *, takes_type_ids: bool
) -> list[Int64[np.ndarray, "window token"]]:
    """The inputs of a converted model, in its order."""
    tensors = [batch.token_ids, batch.is_token.long(), batch.type_ids]
    return [tensor.numpy() for tensor in tensors[: 2 + takes_type_ids]]
