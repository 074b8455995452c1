"""Chooses device, number format and batch size by what this machine has."""

import platform

import torch
from transformers import PreTrainedModel

from qareport.errors import UsageError
from qareport.inference.engines.cpu_formats import BFLOAT16, read_cpu
from qareport.inference.engines.table import TORCH
from qareport.inference.identity import Hardware
from qareport.inference.options import AUTO

TORCH_DTYPES = {
    "float32": torch.float32,
    "bfloat16": torch.bfloat16,
    "float16": torch.float16,
}
"""torch's types of the number formats that are floats."""
HOST_BATCH_TOKENS = 4096
DEVICE_BATCH_TOKENS = 32768
"""Enough for any accelerator; larger batches would only have more padding."""
TOKENS_PER_GIBIBYTE = 4096
"""Tokens for each GiB of a CUDA device: 256 KiB a token, several times what encoders need."""


def pick_device(name: str) -> torch.device:
    """The device named, or the fastest kind that is here.

    Raises:
        UsageError: there is no such device here.
    """
    if name == AUTO:
        kinds = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
        return torch.device(next((kind for kind, is_here in kinds.items() if is_here), "cpu"))
    try:
        device = torch.device(name)
        # Some, such as "meta", have tensors and cannot give them back.
        torch.empty(0, device=device).cpu()
    except (RuntimeError, AssertionError, ImportError) as error:
        raise UsageError(
            f"device {name!r} is not available here; use auto, cpu, cuda or mps"
        ) from error
    return device


def pick_dtype(name: str, device: torch.device) -> str:
    """The number format named, or bfloat16 where the device is fast in it, else float32."""
    if name != AUTO:
        return name
    return "bfloat16" if _is_fast_in_bfloat16(device) else "float32"


def choose_attention(model: PreTrainedModel, device: torch.device) -> None:
    """Sets the model's implementation of attention to the one that is fastest on the device."""
    # torch's own attention has no kernel with dropout for CPUs, and is slower there even without.
    if device.type == "cpu":
        model.set_attn_implementation("eager")


def describe_hardware(
    device: torch.device,
    dtype: str,
    *,
    batch_tokens: int | None,
    engine: str = TORCH,
) -> Hardware:
    """The hardware as records name it."""
    return Hardware(
        device=str(device),
        device_name=_device_name(device),
        dtype=dtype,
        batch_tokens=batch_tokens or _default_batch_tokens(device),
        engine=engine,
    )


def fitting_batch_tokens(memory: int) -> int:
    """Tokens of the largest batch on a CUDA device with so many bytes of memory, a power of two."""
    tokens = max(HOST_BATCH_TOKENS, memory * TOKENS_PER_GIBIBYTE // 2**30)
    return min(DEVICE_BATCH_TOKENS, 1 << (tokens.bit_length() - 1))


def _default_batch_tokens(device: torch.device) -> int:
    if device.type == "cuda":
        # All memory, not what is free: a run that goes on must find the batches that it began with.
        return fitting_batch_tokens(torch.cuda.get_device_properties(device).total_memory)
    return HOST_BATCH_TOKENS if device.type == "cpu" else DEVICE_BATCH_TOKENS


def _is_fast_in_bfloat16(device: torch.device) -> bool:
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    if device.type == "cpu":
        return read_cpu().has(BFLOAT16.features)
    return False


def _device_name(device: torch.device) -> str:
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    if device.type == "cpu":
        return str(torch.cpu.get_capabilities().get("cpu_name", platform.machine()))
    return platform.machine()
