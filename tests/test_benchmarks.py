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
ONE_ROUND = ("--questions", "4", "--rounds", "1")
SMALL: Mapping[str, tuple[str, ...]] = {
    "answering": ("demo/model", QUESTIONS, *ONE_ROUND, *FLOAT32),
    "limits": ("demo/model", QUESTIONS, *ONE_ROUND),
    "run_qa_shortcut": ("demo/model", QUESTIONS),
    "decoding": ("--windows", "64", "--rounds", "1"),
    "scoring": (QUESTIONS, "examples/predictions.json"),
    "training": ("demo/model", QUESTIONS, "--windows", "4", "--batch-size", "2"),
    "gpu": ("demo/model", QUESTIONS, *ONE_ROUND, "--device", "cpu"),
}


def programs_of_the_readme() -> Mapping[str, list[str]]:
    """How Python is given each benchmark, by its name."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    programs = re.findall(r"`python (benchmarks/\w+\.py|-m benchmarks\.\w+)", readme)
    return {re.split(r"[/.]", program)[1]: program.split() for program in programs}


def test_all_benchmarks_of_the_readme_are_tried() -> None:
    assert list(programs_of_the_readme()) == list(SMALL)


@pytest.mark.slow
@pytest.mark.parametrize("name", SMALL)
def test_a_benchmark_ends_with_figures(name: str) -> None:
    program = programs_of_the_readme()[name]

    run = subprocess.run(
        [sys.executable, *program, *SMALL[name]],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )

    assert run.returncode == 0, run.stderr
    assert re.search(r"\d\.\d", run.stdout)
