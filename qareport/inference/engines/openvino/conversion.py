"""Converts transformers models for OpenVINO."""

import openvino as ov
from openvino.frontend import FrontEndManager
from openvino.frontend.pytorch.ts_decoder import TorchScriptPythonDecoder

from qareport.inference.engines.conversion import LogitsAlone, convert_by, traced_inputs, tracing
from qareport.inference.engines.engine import TorchEngine
from qareport.inference.engines.openvino.engine import compile_engine
from qareport.inference.engines.table import FLOAT32, OPENVINO


def convert(whole: TorchEngine) -> ov.Model:
    """A model for OpenVINO, in float32, for any number of windows and tokens.

    Raises:
        EngineError: OpenVINO cannot run the model, or gets other logits than torch.
    """
    return convert_by(
        OPENVINO,
        whole,
        trace=_trace,
        run=lambda model: compile_engine(model, FLOAT32, whole=whole, settings={}),
    )


def _trace(whole: TorchEngine) -> ov.Model:
    inputs = traced_inputs(whole)
    with tracing():
        decoder = TorchScriptPythonDecoder(LogitsAlone(whole), example_input=inputs)
        front_end = FrontEndManager().load_by_framework("pytorch")
        converted: ov.Model = front_end.convert(front_end.load(decoder))
    converted.reshape({index: ov.PartialShape([-1, -1]) for index in range(len(inputs))})
    return converted
