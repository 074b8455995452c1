"""Says which number formats are slower than float32 on this CPU, and what to take instead."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch

from qareport.errors import EngineError
from qareport.inference.callback import Log
from qareport.inference.engines.table import (
    INT8,
    INT8_CALIBRATED,
    ONNXRUNTIME,
    OPENVINO,
    TORCH,
    TORCH_COMPILED,
)

WIDEST = "AVX512"
"""The CPU capability that torch must be allowed to use for what needs it."""
NEEDING_WIDEST = ("avx512", "amx")
"""Beginnings of the names of such features."""
IN_8_BITS = f"--engine {ONNXRUNTIME} --dtype {INT8}"
IN_FLOAT32 = "--dtype float32"


@dataclass(frozen=True, slots=True)
class Cpu:
    """What a CPU can do, as far as torch may use it."""

    features: Mapping[str, bool]
    """By the names that torch gives them; those of other kinds of CPUs are missing."""

    def has(self, names: tuple[str, ...]) -> bool:
        """Whether it has any of these features."""
        return any(self.features.get(name, False) for name in names)

    def lacks(self, names: tuple[str, ...]) -> bool:
        """Whether it is known to have none of these features."""
        return any(name in self.features for name in names) and not self.has(names)


@dataclass(frozen=True, slots=True)
class Need:
    """What a number format needs of a CPU to be faster than float32."""

    features: tuple[str, ...]
    """Any of them is enough."""
    name: str


BFLOAT16 = Need(("avx512_bf16", "amx_bf16"), "instructions for products of it")
FLOAT16 = Need(("avx512_fp16", "amx_fp16"), BFLOAT16.name)
VNNI = Need(("avx512_vnni", "avx_vnni", "avx_vnni_int8", "amx_int8"), "VNNI")

NEEDS: Mapping[tuple[str, str], Need] = {
    (TORCH, "bfloat16"): BFLOAT16,
    (TORCH, "float16"): FLOAT16,
    (TORCH, INT8): VNNI,
    (TORCH_COMPILED, "bfloat16"): BFLOAT16,
    (TORCH_COMPILED, "float16"): FLOAT16,
    (OPENVINO, INT8): VNNI,
    (OPENVINO, INT8_CALIBRATED): VNNI,
}
"""By engine and number format; what is not here is faster than float32 on any CPU, or refused by
the engine itself."""


def read_cpu() -> Cpu:
    """The CPU of this machine, or the older one as which ATEN_CPU_CAPABILITY has torch run."""
    # The features do not obey the variable.
    is_whole = torch.backends.cpu.get_cpu_capability() == WIDEST
    return Cpu(
        {
            name: value and (is_whole or not name.startswith(NEEDING_WIDEST))
            for name, value in torch.cpu.get_capabilities().items()
            if isinstance(value, bool)
        }
    )


def check_format(engine: str, dtype: str, cpu: Cpu, log: Log) -> None:
    """Logs a warning where a number format is slower than float32 on this CPU.

    Raises:
        EngineError: it is so slow that no run would end: torch's int8 without VNNI.
    """
    need = NEEDS.get((engine, dtype))
    if need is None or not cpu.lacks(need.features):
        return
    if (engine, dtype) == (TORCH, INT8):
        raise EngineError(
            f"torch's int8 takes several times as long as float32 on this CPU, which has no "
            f"{need.name}; use {IN_8_BITS}, or {IN_FLOAT32}"
        )
    instead = IN_8_BITS if need is VNNI else IN_FLOAT32
    log(
        f"{dtype} by {engine} is slower than float32 on this CPU, which has no "
        f"{need.name}; {instead} is faster"
    )
