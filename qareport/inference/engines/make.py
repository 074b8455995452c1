"""Makes the engine that runs a model in memory, the one that was named or the fastest."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from transformers import PreTrainedModel

from qareport.errors import EngineError, UsageError
from qareport.inference.callback import Log, ignore
from qareport.inference.engines.cpu_formats import VNNI, check_format, read_cpu
from qareport.inference.engines.devices import TORCH_DTYPES, pick_device, pick_dtype
from qareport.inference.engines.engine import Engine, TorchEngine
from qareport.inference.engines.int8 import quantise_linear_layers
from qareport.inference.engines.memory import bound_kernel_caches
from qareport.inference.engines.table import (
    ENGINES,
    FLOAT32,
    INT8,
    INT8_CALIBRATED,
    ONNXRUNTIME,
    OPENVINO,
    TORCH,
    require_packages,
)
from qareport.inference.engines.trials import trial_batch, windows_per_second
from qareport.inference.options import AUTO, EngineOptions

HOST = "cpu"
TRIAL_WINDOWS, TRIAL_TOKENS = 16, 128
"""Size of the batches with which engines are timed: a second or two for most models."""


@dataclass(frozen=True, slots=True)
class ModelToRun:
    """A model in eval mode, on its device."""

    model: PreTrainedModel
    takes_type_ids: bool
    weights_sha256: str
    """Empty where the weights may change."""

    def in_torch(self, dtype: str) -> TorchEngine:
        """The model on its device: as it is with products in floats, or in 8 bits."""
        if dtype == INT8:
            whole = self.in_torch(FLOAT32)
            return replace(whole, model=quantise_linear_layers(self.model), whole=whole)
        return TorchEngine(self.model, self.model.device, TORCH_DTYPES[dtype], self.takes_type_ids)


@dataclass(frozen=True, slots=True)
class MadeEngine:
    """An engine, with the name and number format for the record."""

    engine: Engine
    name: str
    dtype: str


def choose_device(options: EngineOptions) -> torch.device:
    """The device for an engine, before anything is loaded.

    Raises:
        EngineError: the engine is not installed.
        UsageError: there is no such device here, or not for this engine.
    """
    if options.engine == AUTO:
        return pick_device(options.device)
    devices = ENGINES[options.engine].devices
    device = devices[0] if devices and options.device == AUTO else options.device
    if devices and device.split(":")[0] not in devices:
        raise UsageError(
            f"engine {options.engine!r} runs on {' and '.join(devices)} only, not on {device!r}; "
            "leave out --device, or use --engine torch"
        )
    require_packages(options.engine)
    return pick_device(device)


def make_engine(source: ModelToRun, options: EngineOptions, *, log: Log = ignore) -> MadeEngine:
    """The engine that was asked for; "auto" is the fastest.

    Raises:
        EngineError: it is not installed, or cannot run the model.
        UsageError: it does not have the number format.
    """
    bound_kernel_caches()
    if options.engine == AUTO:
        return make_fastest(source, options.dtype, log)
    return make_named(options.engine, source, options.dtype, log)


def make_named(name: str, source: ModelToRun, dtype: str, log: Log) -> MadeEngine:
    """The engine of this name, in a number format or in the one that is best on the device.

    Raises:
        EngineError: as for `make_engine`.
        UsageError: likewise.
    """
    kind = ENGINES[name]
    require_packages(name)
    chosen = pick_dtype(dtype, source.model.device)
    if dtype == AUTO and chosen not in kind.dtypes:
        chosen = FLOAT32
    if chosen not in kind.dtypes:
        raise UsageError(
            f"engine {name!r} has no {chosen}; use another --engine, or one of its number formats "
            f"({', '.join(kind.dtypes)})"
        )
    if source.model.device.type == HOST:
        check_format(name, chosen, read_cpu(), log)
    return MadeEngine(kind.make(source, chosen, log), name, chosen)


def make_fastest(source: ModelToRun, dtype: str, log: Log) -> MadeEngine:
    """The engine that is fastest on this machine; on accelerators torch, without a trial.

    8 bits are another model by each engine, so there is no race: the first that can run it does.
    """
    if source.model.device.type != HOST:
        return make_named(TORCH, source, dtype, log)
    if dtype in {INT8, INT8_CALIBRATED}:
        return make_in_eight_bits(source, dtype, log)
    try:
        converted = make_named(OPENVINO, source, dtype, log)
    except (EngineError, UsageError) as error:
        log(f"engine auto takes torch: {error}")
        return make_named(TORCH, source, dtype, log)
    return race((make_named(TORCH, source, dtype, log), converted), source.model, log)


def make_in_eight_bits(source: ModelToRun, dtype: str, log: Log) -> MadeEngine:
    """The first engine that can run the model in these 8 bits, the fastest on this CPU first."""
    without_vnni = read_cpu().lacks(VNNI.features)
    converting = (ONNXRUNTIME, OPENVINO) if without_vnni else (OPENVINO, ONNXRUNTIME)
    for name in (each for each in converting if dtype in ENGINES[each].dtypes):
        try:
            made = make_named(name, source, dtype, log)
        except (EngineError, UsageError) as error:
            log(f"engine auto does not take {name}: {error}")
            continue
        log(f"engine auto takes {name} for {dtype}")
        return made
    return make_named(TORCH, source, dtype, log)


def race(candidates: Sequence[MadeEngine], model: PreTrainedModel, log: Log) -> MadeEngine:
    """The candidate that answers most windows a second."""
    batch = trial_batch(model, windows=TRIAL_WINDOWS, tokens=TRIAL_TOKENS)
    speeds = windows_per_second([each.engine for each in candidates], batch)
    fastest = max(range(len(speeds)), key=speeds.__getitem__)
    measured = ", ".join(
        f"{each.name} {speed:.1f}" for each, speed in zip(candidates, speeds, strict=True)
    )
    log(f"engine auto takes {candidates[fastest].name}; windows a second: {measured}")
    return candidates[fastest]
