"""Makes fitting tiny models fast."""

import gc
from collections.abc import Iterator

import pytest
import torch


@pytest.fixture(autouse=True, scope="package")
def _light_process() -> Iterator[None]:
    """One thread, and no collector that looks through torch whenever accelerate calls it."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    gc.freeze()
    yield
    gc.unfreeze()
    torch.set_num_threads(threads)
