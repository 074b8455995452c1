"""What the README says is true: its commands exist and run, its map is the tree."""

import re
from pathlib import Path

import pytest

from tests.command_line import run_qareport
from tests.command_lines import code_blocks, command_lines, commands, parse

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = [block.text for block in code_blocks(README)]
COMMAND_LINES = command_lines(README)


def test_every_command_has_its_row() -> None:
    rows = re.findall(r"^\| `qareport (\w+) ", README, flags=re.MULTILINE)

    assert rows == list(commands().commands)


@pytest.mark.parametrize("line", COMMAND_LINES)
def test_every_command_line_is_one_that_the_program_takes(line: str) -> None:
    parse(line)


def test_the_command_lines_are_found() -> None:
    assert len(COMMAND_LINES) == 29


def test_the_output_of_the_demo_is_as_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)

    doctor = run_qareport("doctor", "examples/questions.json")
    score = run_qareport("score", "examples/questions.json", "examples/predictions.json")

    printed = (doctor.output + score.output).splitlines()
    assert "\n".join(line.rstrip() for line in printed) in README


def test_make_knows_the_two_commands_and_runs_what_is_printed() -> None:
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)

    assert {"demo", "test"} <= set(targets)


@pytest.mark.parametrize(
    ("package", "unlisted"), [("qareport", {"__main__.py"}), ("trainer", {"__init__.py"})]
)
def test_the_map_is_the_tree(package: str, unlisted: set[str]) -> None:
    (tree,) = (block for block in BLOCKS if block.startswith(f"{package}/\n"))
    entries = [line.split()[0].rstrip("/") for line in tree.splitlines()[1:]]
    modules = {
        path.name
        for path in (ROOT / package).iterdir()
        if path.suffix == ".py" or (path / "__init__.py").is_file()
    }

    folders = {each.name for root in (ROOT, ROOT / package) for each in root.iterdir()}
    assert modules - set(entries) == unlisted
    assert set(entries) <= modules | folders
