"""The benchmarks of the README run, here on as little as they take."""

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
QUESTIONS = "examples/questions.json"
FLOAT32 = ("--ways", "float32")
SMALL: Mapping[str, tuple[str, ...]] = {
    "answering": ("demo/model", QUESTIONS, "--questions", "4", "--rounds", "1", *FLOAT32),
    "run_qa_shortcut": ("demo/model", QUESTIONS),
    "decoding": ("--windows", "64", "--rounds", "1"),
    "scoring": (QUESTIONS, "examples/predictions.json"),
    "training": ("demo/model", QUESTIONS, "--windows", "4", "--batch-size", "2"),
}


def test_all_benchmarks_of_the_readme_are_tried() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert re.findall(r"`python benchmarks/(\w+)\.py", readme) == list(SMALL)


@pytest.mark.slow
@pytest.mark.parametrize("name", SMALL)
def test_a_benchmark_ends_with_figures(name: str) -> None:
    run = subprocess.run(
        [sys.executable, f"benchmarks/{name}.py", *SMALL[name]],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )

    assert run.returncode == 0, run.stderr
    assert re.search(r"\d\.\d", run.stdout)
