"""The commands of the README run in their order, and print what stands there."""

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from qareport.data.types import Prediction
from tests.command_line import Run, run_qareport
from tests.command_lines import code_blocks, command_lines
from tests.hub.pushing import SECRET, Pusher, environment
from tests.hub.state import Account
from tests.repository import ROOT
from tests.tiny_models import build_tiny_masked_model, build_tiny_model

README = (ROOT / "README.md").read_text(encoding="utf-8")
LEFT_OUT = "…"
WIDTH = "88"
"""Of the terminal that the README shows."""
STAND_INS = ("deepset/roberta-large-squad2", "deepset/xlm-roberta-large-squad2")


NO_ANSWERS: Mapping[str, list[object]] = {"text": [], "answer_start": []}


@dataclass(frozen=True, slots=True)
class Step:
    """A command of the README and the lines that it prints there."""

    words: tuple[str, ...]
    printed: tuple[str, ...]


def steps(markdown: str) -> Iterator[Step]:
    """The commands of its console blocks, in order."""
    for block in code_blocks(markdown):
        if block.language == "console":
            for part in block.text.replace("\\\n", " ").split("$ qareport ")[1:]:
                line, *printed = part.splitlines()
                yield Step(tuple(shlex.split(line)), tuple(printed))


def without_figures(line: str) -> str:
    """The line with a sign for every number and rule, which differ between machines and tables."""
    figure = r"\b[0-9a-f]{12}\b|[-+]?\d[\d,.:e-]*"
    return re.sub(r"[\s─━═╸┃│]+", " ", re.sub(figure, "#", line)).strip()


def unsaid(printed: Sequence[str], output: str) -> list[str]:
    """The lines of the README that a command did not print in their order."""
    said = iter([without_figures(line) for line in output.splitlines()])
    wanted = (without_figures(line) for line in printed if line.strip() != LEFT_OUT)
    return [line for line in wanted if line and line not in said]


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What of the repository the commands read, in a folder to write into."""
    for name in ("demo", "examples"):
        shutil.copytree(ROOT / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", WIDTH)
    return tmp_path


@pytest.mark.slow
def test_the_look_around_prints_what_the_readme_shows(
    pushing: Pusher, clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = list(steps(README))
    monkeypatch.setattr(pushing.hub, "accounts", {SECRET: Account("my-name", ())})

    for step in done:
        run = pushed(pushing, clone, step) if step.words[0] == "push" else run_qareport(*step.words)
        assert run.exit_code == 0, (step.words, run.errors)
        assert unsaid(step.printed, run.output) == [], (step.words, run.output)
    names = {step.words[0] for step in done}
    assert names >= {"evaluate", "ask", "compare", "train", "card", "lint", "verify", "push"}


@pytest.mark.slow
@pytest.mark.usefixtures("clone")
def test_the_python_of_the_readme_answers() -> None:
    (code,) = (block.text for block in code_blocks(README) if block.language == "python")
    names: dict[str, object] = {}

    exec(code, names)  # noqa: S102 - our own page

    assert isinstance(names["prediction"], Prediction)
    assert names["prediction"].text == "Ada"


def pushed(pushing: Pusher, clone: Path, step: Step) -> Run:
    """The push in a process of its own, to the Hub that is here."""
    run = subprocess.run(
        [sys.executable, "-m", "qareport", *step.words],
        env=environment(pushing.hub, clone),
        check=False,
        capture_output=True,
        text=True,
    )
    return Run(run.returncode, run.stdout, run.stderr)


def row(number: int) -> Mapping[str, object]:
    """A question as the Hub's SQuAD has it."""
    context = f"The mill has {number} wheels. It grinds rye."
    golds = {"text": ["rye"], "answer_start": [context.index("rye")]}
    return {
        "id": str(number),
        "title": f"Article {number % 4}",
        "context": context,
        "question": "What does it grind?" if number % 2 else "Who owns it?",
        "answers": golds if number % 2 else NO_ANSWERS,
    }


@pytest.mark.slow
def test_the_commands_for_the_two_models_run_on_small_ones_of_their_names(clone: Path) -> None:
    for name in STAND_INS:
        build_tiny_model("xlm-roberta" if "xlm" in name else "roberta", clone / name)
    build_tiny_masked_model("roberta", clone / "FacebookAI/roberta-base", seed=1)
    build_tiny_masked_model("xlm-roberta", clone / "FacebookAI/xlm-roberta-base", seed=1)
    rows = [row(number) for number in range(8)]
    (clone / "rajpurkar/squad_v2").mkdir(parents=True)
    for split in ("train", "validation"):
        pq.write_table(pa.Table.from_pylist(rows), clone / f"rajpurkar/squad_v2/{split}.parquet")
    lines = [line for line in command_lines(README) if "roberta" in line]

    for line in lines:
        run = run_qareport(*shlex.split(line))
        assert run.exit_code == 0, (line, run.errors)

    assert [line.split()[0] for line in lines] == ["train", "train", "train", "rescore", "card"]
