"""A model in memory and a wish to the engine that runs it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import torch
from transformers import PreTrainedModel

from qareport.errors import EngineError, UsageError
from qareport.inference.callback import Listener, say_nothing
from qareport.inference.engines.compiled import compile_engine
from qareport.inference.engines.devices import TORCH_DTYPES, pick_device, pick_dtype
from qareport.inference.engines.engine import Engine, TorchEngine
from qareport.inference.engines.extras import require_openvino, without_telemetry
from qareport.inference.engines.int8 import quantise_linear_layers
from qareport.inference.engines.trials import trial_batch, windows_per_second
from qareport.inference.options import (
    AUTO,
    INT8,
    INT8_CALIBRATED,
    OPENVINO,
    TORCH,
    TORCH_COMPILED,
    EngineOptions,
)

HOST = "cpu"
TRIAL_WINDOWS, TRIAL_TOKENS = 16, 128
"""Of the batches by which engines are compared: a second or two for models of usual size."""


@dataclass(frozen=True, slots=True)
class ModelToRun:
    """A model in eval mode, on its device."""

    model: PreTrainedModel
    takes_type_ids: bool
    weights_sha256: str
    """Empty where the weights may still change."""

    def in_torch(self, dtype: torch.dtype) -> TorchEngine:
        """The model as it is, with products in a number format."""
        return TorchEngine(self.model, self.model.device, dtype, self.takes_type_ids)


@dataclass(frozen=True, slots=True)
class MadeEngine:
    """An engine, and what a record says of it."""

    engine: Engine
    name: str
    dtype: str


def choose_device(options: EngineOptions) -> torch.device:
    """The device for an engine, before anything is loaded.

    Raises:
        EngineError: the engine is not installed.
        UsageError: there is no such device here, or not for this engine.
    """
    if options.engine == OPENVINO:
        if options.device not in {AUTO, HOST}:
            raise UsageError(
                f"engine 'openvino' runs on CPUs only, not on {options.device!r}; "
                "leave out --device, or use --engine torch"
            )
        require_openvino()
        return torch.device(HOST)
    return pick_device(options.device)


def make_engine(
    source: ModelToRun, options: EngineOptions, *, tell: Listener = say_nothing
) -> MadeEngine:
    """The engine that was wished for.

    Raises:
        EngineError: it is not installed, or cannot run the model.
        UsageError: it does not have the number format.
    """
    return MAKERS[options.engine](source, options.dtype, tell)


def make_torch(source: ModelToRun, dtype_wish: str, _: Listener) -> MadeEngine:
    """The model run as it is, or with linear layers in 8 bits."""
    dtype = pick_dtype(dtype_wish, source.model.device)
    if dtype == INT8_CALIBRATED:
        raise UsageError(
            f"engine 'torch' has no {dtype}; use --engine openvino on a CPU, or another --dtype"
        )
    if dtype == INT8:
        whole = source.in_torch(torch.float32)
        engine = replace(whole, model=quantise_linear_layers(source.model), whole=whole)
    else:
        engine = source.in_torch(TORCH_DTYPES[dtype])
    return MadeEngine(engine, TORCH, dtype)


def make_compiled(source: ModelToRun, dtype_wish: str, tell: Listener) -> MadeEngine:
    """The model compiled by torch, which takes from seconds to minutes."""
    dtype = pick_dtype(dtype_wish, source.model.device)
    if dtype not in TORCH_DTYPES:
        raise UsageError(
            f"engine 'torch-compiled' has no {dtype}; use --dtype bfloat16, float16 or float32, or "
            "another --engine"
        )
    tell("engine torch-compiled compiles the model, which may take minutes")
    plain = source.in_torch(TORCH_DTYPES[dtype])
    return MadeEngine(compile_engine(plain), TORCH_COMPILED, dtype)


def make_openvino(source: ModelToRun, dtype_wish: str, tell: Listener) -> MadeEngine:
    """The model converted for OpenVINO, from its cache where it is there."""
    require_openvino()
    dtype = pick_dtype(dtype_wish, torch.device(HOST))
    if dtype == "float16":
        raise UsageError(
            "engine 'openvino' has no float16 on CPUs; use --dtype bfloat16, float32 or int8"
        )
    with without_telemetry():
        from qareport.inference.engines.openvino.make import ConvertibleModel  # noqa: PLC0415 - an extra
    convertible = ConvertibleModel(source.in_torch(torch.float32), source.weights_sha256, tell)
    return MadeEngine(convertible.engine(dtype), OPENVINO, dtype)


def make_fastest(source: ModelToRun, dtype_wish: str, tell: Listener) -> MadeEngine:
    """The engine that is fastest on this machine; on accelerators torch, without a trial.

    8 bits are OpenVINO's, where that can run the model: both are not the same model, so no race.
    """
    if source.model.device.type != HOST:
        return make_torch(source, dtype_wish, tell)
    try:
        converted = make_openvino(source, dtype_wish, tell)
    except (EngineError, UsageError) as error:
        tell(f"engine auto takes torch: {error}")
        return make_torch(source, dtype_wish, tell)
    if dtype_wish in {INT8, INT8_CALIBRATED}:
        tell(f"engine auto takes openvino for {dtype_wish}")
        return converted
    return race((make_torch(source, dtype_wish, tell), converted), source.model, tell)


def race(candidates: Sequence[MadeEngine], model: PreTrainedModel, tell: Listener) -> MadeEngine:
    """The candidate that answers most windows a second."""
    batch = trial_batch(model, windows=TRIAL_WINDOWS, tokens=TRIAL_TOKENS)
    speeds = windows_per_second([each.engine for each in candidates], batch)
    fastest = max(range(len(speeds)), key=speeds.__getitem__)
    measured = ", ".join(
        f"{each.name} {speed:.1f}" for each, speed in zip(candidates, speeds, strict=True)
    )
    tell(f"engine auto takes {candidates[fastest].name}; windows a second: {measured}")
    return candidates[fastest]


MAKERS: Mapping[str, Callable[[ModelToRun, str, Listener], MadeEngine]] = {
    TORCH: make_torch,
    TORCH_COMPILED: make_compiled,
    OPENVINO: make_openvino,
    AUTO: make_fastest,
}
