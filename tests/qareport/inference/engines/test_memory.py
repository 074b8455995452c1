"""What torch and OpenVINO keep for shapes of batches is bounded, and freed memory goes back."""

import os
from pathlib import Path

import pytest
import torch

from qareport.inference.engines.memory import TORCH_CACHES, bound_kernel_caches, return_freed_memory
from qareport.inference.loading.models import load_model
from qareport.inference.options import EngineOptions
from tests.tiny_models import build_tiny_model

MEBIBYTE = 2**20
STATM = Path("/proc/self/statm")


def resident() -> int:
    """Bytes of this process in memory."""
    return int(STATM.read_text(encoding="utf-8").split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.parametrize("name", TORCH_CACHES)
def test_caches_of_torch_are_bounded_before_an_engine_runs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    # Set first, so that what the test leaves is put back.
    monkeypatch.setenv(name, "")
    monkeypatch.delenv(name)

    load_model(str(build_tiny_model("bert", tmp_path)), EngineOptions(engine="torch", device="cpu"))

    assert os.environ[name] == TORCH_CACHES[name]


@pytest.mark.parametrize("name", TORCH_CACHES)
def test_a_bound_that_the_user_set_stays(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "7")

    bound_kernel_caches()

    assert os.environ[name] == "7"


@pytest.mark.skipif(not STATM.exists(), reason="reads Linux's own figures")
def test_freed_memory_goes_back_to_the_system() -> None:
    # Small enough not to be mapped one by one, and each second one stays between the others.
    kept = [torch.zeros(MEBIBYTE // 64) for _ in range(4000)]
    before = resident()
    del kept[::2]
    held = resident()

    return_freed_memory()

    assert before - held < 50 * MEBIBYTE
    assert held - resident() > 50 * MEBIBYTE


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_other_systems_are_left_alone(monkeypatch: pytest.MonkeyPatch, platform: str) -> None:
    def refuse(_name: object) -> None:
        raise AssertionError

    monkeypatch.setattr("sys.platform", platform)
    monkeypatch.setattr("ctypes.CDLL", refuse)

    return_freed_memory()


def test_a_library_without_the_function_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("ctypes.CDLL", lambda _name: object())

    return_freed_memory()
