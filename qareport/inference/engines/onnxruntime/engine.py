"""Computes logits by ONNX Runtime on a CPU."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import onnxruntime as ort
import torch
from onnxruntime.capi import onnxruntime_pybind11_state as bindings

from qareport.errors import EngineError
from qareport.inference.engines.conversion import input_names, inputs_of
from qareport.inference.engines.engine import Engine, SpanLogits, TokenBatch, TorchEngine

PROVIDER = "CPUExecutionProvider"
OUTPUTS = ("start_logits", "end_logits")
ERRORS_ALONE = 3
"""ONNX Runtime's level of messages that leaves out warnings, which are about its own steps."""
OUT_OF_MEMORY = ("Failed to allocate memory", "bad_alloc", "bad allocation")
"""What its errors say where memory does not suffice; they are of no class of their own."""
SESSION_ERRORS = (
    bindings.Fail,
    bindings.InvalidArgument,
    bindings.InvalidGraph,
    bindings.InvalidProtobuf,
    bindings.NotImplemented,
    bindings.RuntimeException,
)
"""Errors of ONNX Runtime, which share no class of their own."""

# On Windows its packages report their use to their maker.
ort.disable_telemetry_events()


@dataclass(frozen=True, slots=True)
class OnnxRuntimeEngine:
    """A model in a session of ONNX Runtime."""

    session: ort.InferenceSession
    whole: TorchEngine
    """The model that was converted, in float32."""
    settings: Mapping[str, object]
    """What affects logits beside the weights."""
    used: frozenset[str]
    """The names of its inputs; exporting drops those that affect no logit."""

    def in_float32(self) -> Engine:
        """The model that was converted."""
        return self.whole

    def compute_logits(self, batch: TokenBatch) -> SpanLogits:
        """Logits of all tokens of `batch`, on the host.

        Raises:
            EngineError: ONNX Runtime cannot run the model.
            OutOfMemoryError: the batch is too large.
        """
        takes_type_ids = self.whole.takes_type_ids
        names = input_names(takes_type_ids=takes_type_ids)
        inputs = zip(names, inputs_of(batch, takes_type_ids=takes_type_ids), strict=True)
        used = {name: values for name, values in inputs if name in self.used}
        with translating_errors():
            starts, ends = self.session.run(OUTPUTS, used)
        return SpanLogits(torch.from_numpy(starts), torch.from_numpy(ends))


def start_engine(
    model: bytes, *, whole: TorchEngine, settings: Mapping[str, object]
) -> OnnxRuntimeEngine:
    """The model ready to run, on as many cores as torch may use.

    Raises:
        EngineError: ONNX Runtime cannot run the model.
    """
    options = ort.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    options.log_severity_level = ERRORS_ALONE
    # Batches differ in their shapes, and a plan of memory would be kept for each.
    options.enable_mem_pattern = False
    with translating_errors():
        session = ort.InferenceSession(model, options, providers=[PROVIDER])
    used = frozenset(each.name for each in session.get_inputs())
    return OnnxRuntimeEngine(session, whole, settings, used)


@contextmanager
def translating_errors() -> Iterator[None]:
    """Turns the errors of ONNX Runtime into those that engines raise."""
    try:
        yield
    except SESSION_ERRORS as error:
        cause = str(error).strip().split("\n", maxsplit=1)[0]
        if any(each in cause for each in OUT_OF_MEMORY):
            raise torch.OutOfMemoryError(cause) from error
        raise EngineError(f"onnxruntime cannot run the model ({cause})") from error
