"""Computes logits by OpenVINO on a CPU."""

from collections.abc import Mapping
from dataclasses import dataclass

import openvino as ov
import torch

from qareport.errors import UsageError
from qareport.inference.engines.conversion import inputs_of
from qareport.inference.engines.engine import Engine, SpanLogits, TokenBatch, TorchEngine

DEVICE = "CPU"
FLOATS: Mapping[str, ov.Type] = {"float32": ov.Type.f32, "bfloat16": ov.Type.bf16}
GROUP = 64
"""Numbers that share a scale in products with 8 bits; larger groups are less exact."""
KEPT_KERNELS = 16
"""Kernels of each kind that OpenVINO keeps for later batches; by default it is 5,000, with about a
megabyte for each shape of a batch."""


@dataclass(frozen=True, slots=True)
class OpenVinoEngine:
    """A compiled model."""

    request: ov.InferRequest
    whole: TorchEngine
    """The model that was converted, in float32."""
    settings: Mapping[str, object]
    """What affects logits beside the weights."""

    def in_float32(self) -> Engine:
        """The model that was converted."""
        return self.whole

    def compute_logits(self, batch: TokenBatch) -> SpanLogits:
        """Logits of all tokens of `batch`, on the host."""
        found = self.request.infer(inputs_of(batch, takes_type_ids=self.whole.takes_type_ids))
        return SpanLogits(torch.from_numpy(found[0]), torch.from_numpy(found[1]))


def has_bfloat16() -> bool:
    """Whether OpenVINO computes in bfloat16 on this CPU, as far as OV_CPU_MAX_ISA lets it."""
    return "BF16" in ov.Core().get_property(DEVICE, "OPTIMIZATION_CAPABILITIES")


def floats_of(dtype: str) -> ov.Type:
    """The type of a model's floats; in int8, of all that is not a product of whole numbers."""
    if dtype in FLOATS:
        return FLOATS[dtype]
    return ov.Type.bf16 if has_bfloat16() else ov.Type.f32


def compile_properties(dtype: str) -> dict[str, object]:
    """OpenVINO's properties for running a model in a number format."""
    return {
        "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_PRECISION_HINT": floats_of(dtype).get_type_name(),
        "INFERENCE_NUM_THREADS": torch.get_num_threads(),
        # Has no effect where weights are floats.
        "DYNAMIC_QUANTIZATION_GROUP_SIZE": GROUP,
        "CPU_RUNTIME_CACHE_CAPACITY": str(KEPT_KERNELS),
    }


def compile_engine(
    model: ov.Model, dtype: str, *, whole: TorchEngine, settings: Mapping[str, object]
) -> OpenVinoEngine:
    """The model ready to run in a number format, on as many cores as torch may use.

    Raises:
        UsageError: this CPU does not have the format.
    """
    wanted = floats_of(dtype)
    compiled = ov.Core().compile_model(model, DEVICE, compile_properties(dtype))
    # OpenVINO falls back to float32 silently.
    if compiled.get_property("INFERENCE_PRECISION_HINT") != wanted:
        raise UsageError(
            f"engine 'openvino' has no {dtype} on this CPU; leave out --dtype or use float32"
        )
    deciding = {"floats": wanted.get_type_name(), "group": GROUP}
    return OpenVinoEngine(compiled.create_infer_request(), whole, {**settings, **deciding})
