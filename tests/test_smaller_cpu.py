"""`make CPU=avx2` has torch, OpenVINO, NumPy and qareport believe that the CPU has no AVX-512."""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Mapping

import pytest

from tests.repository import ROOT

PROBE = """
import json, numpy, torch
from qareport.inference.engines.devices import pick_dtype
from qareport.inference.engines.openvino.engine import has_bfloat16
print(json.dumps({
    "torch": torch.backends.cpu.get_cpu_capability(),
    "--dtype auto": pick_dtype("auto", torch.device("cpu")),
    "OpenVINO has bfloat16": has_bfloat16(),
    "NumPy": numpy._core._multiarray_umath.__cpu_features__.get("X86_V4", False),
}))
"""

needs_x86 = pytest.mark.skipif(
    platform.machine() not in {"x86_64", "AMD64"}, reason="AVX2 is of x86-64"
)


def settings_of(cpu: str) -> Mapping[str, str]:
    """What `make CPU=...` adds to the environment of its commands."""
    show = ["make", "--silent", "--no-print-directory", f"CPU={cpu}", "--eval=show: ; @env", "show"]
    shown = subprocess.run(show, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    pairs = (line.split("=", 1) for line in shown.splitlines() if "=" in line)
    return {name: value for name, value in pairs if os.environ.get(name) != value}


def test_only_where_it_is_named_is_the_cpu_made_smaller() -> None:
    names = {
        "ATEN_CPU_CAPABILITY",
        "MKL_ENABLE_INSTRUCTIONS",
        "NPY_DISABLE_CPU_FEATURES",
        "ONEDNN_MAX_CPU_ISA",
        "OPENBLAS_CORETYPE",
        "OV_CPU_MAX_ISA",
    }

    assert names <= {*os.environ, *settings_of("avx2")}
    assert names & {*settings_of("")} == set()


def test_another_cpu_is_refused() -> None:
    plan = ("make", "--no-print-directory", "--dry-run", "CPU=AVX2", "test")

    run = subprocess.run(plan, cwd=ROOT, capture_output=True, text=True, check=False)

    assert run.returncode != 0
    assert "CPU=AVX2 is not known; write CPU=avx2, or leave it out" in run.stderr


@needs_x86
@pytest.mark.slow
def test_a_smaller_cpu_is_one_for_all_that_compute() -> None:
    run = subprocess.run(
        [sys.executable, "-c", PROBE],
        cwd=ROOT,
        env={**os.environ, **settings_of("avx2")},
        capture_output=True,
        text=True,
        check=True,
    )

    assert json.loads(run.stdout.splitlines()[-1]) == {
        "torch": "AVX2",
        "--dtype auto": "float32",
        "OpenVINO has bfloat16": False,
        "NumPy": False,
    }
