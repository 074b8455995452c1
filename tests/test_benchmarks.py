"""The benchmarks of the README run, here on as little as they take."""

import re
import runpy
import sys
from collections.abc import Mapping

import pytest

from tests.repository import ROOT

QUESTIONS = "examples/questions.json"
SMALL_PRODUCTS = ("--square", "64", "--product-rounds", "1")
FLOAT32 = ("--ways", "float32")
RECORD = "reports/demo/stories"
ONE_ROUND = ("--questions", "4", "--rounds", "1")
SMALL: Mapping[str, tuple[str, ...]] = {
    "answering": ("demo/model", QUESTIONS, *ONE_ROUND, *FLOAT32),
    "limits": ("demo/model", QUESTIONS, *ONE_ROUND, *SMALL_PRODUCTS),
    "run_qa_shortcut": ("demo/model", QUESTIONS),
    "around": ("demo/model", QUESTIONS, "--rounds", "1"),
    "fake_device": ("demo/model", QUESTIONS),
    "start": ("--rounds", "1"),
    "commands": (RECORD, QUESTIONS, "examples/predictions.json", "--rounds", "1"),
    "scoring": (QUESTIONS, "examples/predictions.json"),
    "sampling": ("reports/minilm-l3/student", "--questions", "50", "--samples", "2"),
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
@pytest.mark.filterwarnings("default")  # a benchmark may run what warns, as its users do
@pytest.mark.parametrize("name", SMALL)
def test_a_benchmark_ends_with_figures(
    name: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    program = programs_of_the_readme()[name][-1]
    monkeypatch.setattr(sys, "argv", [program, *SMALL[name]])
    monkeypatch.chdir(ROOT)

    if program.endswith(".py"):
        runpy.run_path(program, run_name="__main__")
    else:
        runpy.run_module(program, run_name="__main__")

    assert re.search(r"\d\.\d", capfd.readouterr().out)
