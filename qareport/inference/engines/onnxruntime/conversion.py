"""Converts transformers models for ONNX Runtime."""

import io

import torch

from qareport.inference.engines.conversion import (
    LogitsAlone,
    convert_by,
    input_names,
    traced_inputs,
    tracing,
)
from qareport.inference.engines.engine import TorchEngine
from qareport.inference.engines.onnxruntime.engine import OUTPUTS, start_engine
from qareport.inference.engines.table import ONNXRUNTIME

OPSET = 18
"""The version of ONNX's operators that models are written in, torch's own choice."""
AXES = {0: "window", 1: "token"}
"""Of all inputs and outputs; none of them has a fixed size."""


def convert(whole: TorchEngine) -> bytes:
    """A model for ONNX Runtime, in float32, for any number of windows and tokens.

    Raises:
        EngineError: ONNX Runtime cannot run the model, or gets other logits than torch.
    """
    return convert_by(
        ONNXRUNTIME,
        whole,
        trace=_trace,
        run=lambda model: start_engine(model, whole=whole, settings={}),
    )


def _trace(whole: TorchEngine) -> bytes:
    names = input_names(takes_type_ids=whole.takes_type_ids)
    written = io.BytesIO()
    with tracing():
        torch.onnx.export(
            LogitsAlone(whole),
            traced_inputs(whole),
            # A file that is open is taken too, whatever the type says.
            written,  # type: ignore[arg-type]
            input_names=names,
            output_names=OUTPUTS,
            dynamic_axes=dict.fromkeys((*names, *OUTPUTS), AXES),
            opset_version=OPSET,
            dynamo=False,
        )
    return written.getvalue()
