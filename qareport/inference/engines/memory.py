"""Keeps the memory of long runs from growing with the number of shapes that batches have."""

import ctypes
import os
import sys
from collections.abc import Mapping

KEPT_KERNELS = 128
"""Kernels that torch keeps for later batches: those of some twenty shapes."""
TORCH_CACHES: Mapping[str, str] = {
    "ONEDNN_PRIMITIVE_CACHE_CAPACITY": str(KEPT_KERNELS),
    "LRU_CACHE_CAPACITY": str(KEPT_KERNELS),
}
"""Variables of oneDNN, and of ideep between it and torch, which read them at their first use.

Both keep 1,024 kernels by default, about 1.5 MB for each shape of a batch in bfloat16, and those of
float32 lie between freed buffers, so that malloc cannot give these back.
"""


def bound_kernel_caches() -> None:
    """Bounds what torch keeps for shapes that it has seen; values that the user set stay."""
    for name, capacity in TORCH_CACHES.items():
        os.environ.setdefault(name, capacity)


def return_freed_memory() -> None:
    """Has malloc give freed memory back to the system, where it does not do so by itself."""
    if sys.platform == "linux":
        # Only glibc has the function; other libraries give large buffers back at once.
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
