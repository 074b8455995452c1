"""Wishes for device and number format become what this machine has, or one sentence."""

import pytest
import torch

from qareport.errors import UsageError
from qareport.inference.engines.devices import (
    DEVICE_BATCH_TOKENS,
    HOST_BATCH_TOKENS,
    describe_hardware,
    fitting_batch_tokens,
    pick_device,
    pick_dtype,
)
from qareport.inference.engines.table import DTYPES

HOST = torch.device("cpu")
needs_bare_host = pytest.mark.skipif(
    torch.cuda.is_available() or torch.backends.mps.is_available(),
    reason="there is an accelerator here",
)


def test_a_device_is_the_one_named() -> None:
    assert pick_device("cpu") == HOST


@needs_bare_host
def test_auto_is_the_host_where_there_is_nothing_faster() -> None:
    assert pick_device("auto") == HOST


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device here")
def test_auto_is_the_first_accelerator() -> None:
    assert pick_device("auto").type == "cuda"


@pytest.mark.parametrize("wish", ["abacus", "cuda:99", "hpu", "meta", "xpu", "", "cpu:x"])
def test_a_device_that_is_not_here_is_refused(wish: str) -> None:
    with pytest.raises(UsageError) as caught:
        pick_device(wish)

    assert str(caught.value) == (
        f"device {wish!r} is not available here; use auto, cpu, cuda or mps"
    )


@pytest.mark.parametrize("wish", DTYPES)
def test_a_number_format_is_the_one_named(wish: str) -> None:
    assert pick_dtype(wish, HOST) == wish


@pytest.mark.parametrize(
    ("features", "capability", "dtype"),
    [
        ({"avx512_bf16": True}, "AVX512", "bfloat16"),
        ({"amx_bf16": True}, "AVX512", "bfloat16"),
        ({"avx512_bf16": True}, "AVX2", "float32"),
        ({"avx512_bf16": False, "avx2": True}, "AVX512", "float32"),
        ({"neon": True}, "DEFAULT", "float32"),
    ],
)
def test_auto_on_the_host_is_bfloat16_only_where_torch_may_use_instructions_for_it(
    monkeypatch: pytest.MonkeyPatch, features: dict[str, bool], capability: str, dtype: str
) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: features)
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: capability)

    assert pick_dtype("auto", HOST) == dtype


# No such device need be here to ask for its format.
def test_auto_on_an_unknown_kind_of_device_is_float32() -> None:
    assert pick_dtype("auto", torch.device("mps")) == "float32"


def test_the_record_says_where_and_how_the_model_ran() -> None:
    hardware = describe_hardware(HOST, "bfloat16", batch_tokens=77)

    assert (hardware.device, hardware.dtype, hardware.batch_tokens) == ("cpu", "bfloat16", 77)
    assert hardware.device_name


@pytest.mark.parametrize(
    ("device", "tokens"), [("cpu", HOST_BATCH_TOKENS), ("mps", DEVICE_BATCH_TOKENS)]
)
def test_batches_are_larger_on_an_accelerator(device: str, tokens: int) -> None:
    hardware = describe_hardware(torch.device(device), "float32", batch_tokens=None)

    assert hardware.batch_tokens == tokens


@pytest.mark.parametrize(("gibibytes", "tokens"), [(0.5, 4096), (8, 32768), (79.1, 32768)])
def test_batches_grow_with_the_memory_of_a_device(gibibytes: float, tokens: int) -> None:
    assert fitting_batch_tokens(int(gibibytes * 2**30)) == tokens
