"""Converts transformers models for OpenVINO, and compares their logits with torch's."""

import warnings

import openvino as ov
import torch
from openvino.frontend import FrontEndManager
from openvino.frontend.pytorch.ts_decoder import TorchScriptPythonDecoder
from torch import Tensor
from transformers import PreTrainedModel
from typing_extensions import override

from qareport.errors import EngineError
from qareport.inference.engines.engine import TorchEngine
from qareport.inference.engines.openvino.engine import compile_engine
from qareport.inference.engines.trials import agree, trial_batch

CONVERSION_ERRORS = (AttributeError, IndexError, KeyError, RuntimeError, TypeError, ValueError)
"""Errors that torch's tracing raises; those of OpenVINO are subclasses of RuntimeError."""
CHECKED = (3, 40)
"""Numbers of windows and tokens of the batch that is compared with torch."""
TOLERANCE = 1e-3
"""The largest difference from torch's logit, as a share of the largest logit."""


def convert(whole: TorchEngine) -> ov.Model:
    """A model for OpenVINO, in float32, for any number of windows and tokens.

    Raises:
        EngineError: OpenVINO cannot run the model, or gets other logits than torch.
    """
    name = type(whole.model).__name__
    try:
        converted = _trace(whole.model, takes_type_ids=whole.takes_type_ids)
        agrees = _agrees(converted, whole)
    except CONVERSION_ERRORS as error:
        cause = str(error).strip().split("\n", maxsplit=1)[0] or type(error).__name__
        raise EngineError(
            f"{name} cannot be converted for openvino ({cause}); use --engine torch"
        ) from error
    if not agrees:
        raise EngineError(
            f"{name} gives other logits by openvino than by torch; use --engine torch"
        )
    return converted


class _LogitsAlone(torch.nn.Module):
    """A model that takes positional arguments, as tracing needs."""

    def __init__(self, model: PreTrainedModel, *, takes_type_ids: bool) -> None:
        super().__init__()
        self.model = model
        self.names = ("input_ids", "attention_mask", "token_type_ids")[: 2 + takes_type_ids]

    @override
    def forward(self, *tensors: Tensor) -> tuple[Tensor, Tensor]:
        """Start and end logits."""
        output = self.model(**dict(zip(self.names, tensors, strict=True)))
        return output.start_logits, output.end_logits


def _trace(model: PreTrainedModel, *, takes_type_ids: bool) -> ov.Model:
    batch = trial_batch(model, windows=2, tokens=12)
    inputs = (batch.token_ids, batch.is_token.long(), batch.type_ids)[: 2 + takes_type_ids]
    with torch.inference_mode(), warnings.catch_warnings():
        # torch warns that tracing is deprecated, but OpenVINO needs it; its faults are found below.
        warnings.simplefilter("ignore")
        decoder = TorchScriptPythonDecoder(
            _LogitsAlone(model, takes_type_ids=takes_type_ids), example_input=inputs
        )
        front_end = FrontEndManager().load_by_framework("pytorch")
        converted: ov.Model = front_end.convert(front_end.load(decoder))
    converted.reshape({index: ov.PartialShape([-1, -1]) for index in range(len(inputs))})
    return converted


def _agrees(converted: ov.Model, whole: TorchEngine) -> bool:
    """Whether both give the same logits, up to rounding, for windows that were not traced."""
    windows, tokens = CHECKED
    batch = trial_batch(whole.model, windows=windows, tokens=tokens)
    engine = compile_engine(converted, "float32", whole=whole, settings={})
    return agree(engine, whole, batch, tolerance=TOLERANCE)
