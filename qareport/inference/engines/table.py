"""Lists the engines that can run a model, with how each is made and what it can do."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from qareport.errors import EngineError
from qareport.inference.callback import Log

if TYPE_CHECKING:
    from qareport.inference.engines.engine import Engine
    from qareport.inference.engines.make import ModelToRun

FLOAT32 = "float32"
FLOATS = (FLOAT32, "bfloat16", "float16")
INT8 = "int8"
INT8_CALIBRATED = "int8-calibrated"
"""The same with scales that fit the data: faster, and less exact."""
TORCH = "torch"
"""The engine that others are compared with."""
TORCH_COMPILED = "torch-compiled"
"""The same, compiled for the device at hand before it answers."""
OPENVINO = "openvino"
"""Faster on CPUs, and an extra."""
ONNXRUNTIME = "onnxruntime"
"""The same, and fast in 8 bits on CPUs without VNNI too."""
WITHOUT_TELEMETRY = {"CI": "true", "NNCF_CI": "true"}
"""Environment in which OpenVINO and NNCF, when imported, do not report it to their makers."""


@dataclass(frozen=True, slots=True)
class EngineKind:
    """An engine that users can choose by its name."""

    make: Callable[["ModelToRun", str, Log], "Engine"]
    """Makes it of a model in memory, for one of `dtypes`; what is slow to import, it imports."""
    dtypes: tuple[str, ...] = (FLOAT32,)
    """Its number formats; "auto" is float32 where the device's own choice is not among them."""
    devices: tuple[str, ...] = ()
    """The kinds of devices that it is for, the preferred one first; empty for all."""
    packages: tuple[str, ...] = ()
    """What the extra of its name installs; records name their versions."""
    note: str = ""
    """What the help adds to its name."""


def make_torch(source: "ModelToRun", dtype: str, _: Log) -> "Engine":
    """The model run as it is, or with linear layers in 8 bits."""
    return source.in_torch(dtype)


def make_compiled(source: "ModelToRun", dtype: str, log: Log) -> "Engine":
    """The model compiled by torch, which takes from seconds to minutes."""
    from qareport.inference.engines.compiled import compile_engine  # noqa: PLC0415 - torch is slow

    log("engine torch-compiled compiles the model, which may take minutes")
    return compile_engine(source.in_torch(dtype))


def make_openvino(source: "ModelToRun", dtype: str, log: Log) -> "Engine":
    """The model converted for OpenVINO, from its cache where it is there."""
    with without_telemetry():
        from qareport.inference.engines.openvino.make import ConvertibleModel  # noqa: PLC0415 - an extra
    return ConvertibleModel(source.in_torch(FLOAT32), source.weights_sha256, log).engine(dtype)


def make_onnxruntime(source: "ModelToRun", dtype: str, log: Log) -> "Engine":
    """The model converted for ONNX Runtime, from its cache where it is there."""
    from qareport.inference.engines.onnxruntime.make import ExportableModel  # noqa: PLC0415 - an extra

    return ExportableModel(source.in_torch(FLOAT32), source.weights_sha256, log).engine(dtype)


ENGINES: Mapping[str, EngineKind] = {
    TORCH: EngineKind(make_torch, (*FLOATS, INT8)),
    TORCH_COMPILED: EngineKind(make_compiled, FLOATS),
    OPENVINO: EngineKind(
        make_openvino,
        (FLOAT32, "bfloat16", INT8, INT8_CALIBRATED),
        devices=("cpu",),
        packages=("openvino", "nncf"),
        note="for CPUs",
    ),
    ONNXRUNTIME: EngineKind(
        make_onnxruntime,
        (FLOAT32, INT8),
        devices=("cpu",),
        packages=("onnxruntime", "onnx"),
        note="for CPUs",
    ),
}
DTYPES = tuple(dict.fromkeys(dtype for kind in ENGINES.values() for dtype in kind.dtypes))
"""The number formats that any engine has."""

DTYPE_HELP = f"{', '.join(DTYPES)}; auto is bfloat16 where that is fast."
ENGINE_HELP = "; ".join(
    (
        *(f"{name}, {kind.note}" if kind.note else name for name, kind in ENGINES.items()),
        "auto takes the faster of torch and openvino.",
    )
)


def require_packages(engine: str) -> None:
    """Raises an error unless all packages of an engine are installed.

    Raises:
        EngineError: some are not.
    """
    missing = [name for name in ENGINES[engine].packages if find_spec(name) is None]
    if missing:
        raise EngineError(
            f"engine {engine!r} needs {' and '.join(missing)}; "
            f"run: pip install 'qareport[{engine}]'"
        )


@contextmanager
def without_telemetry() -> Iterator[None]:
    """Keeps OpenVINO and NNCF from reporting their use, where the block imports them."""
    before = {name: os.environ.get(name) for name in WITHOUT_TELEMETRY}
    os.environ.update(WITHOUT_TELEMETRY)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
