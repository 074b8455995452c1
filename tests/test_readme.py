"""What the README says is true: its commands exist and run, its map is the tree."""

import re
import subprocess

import pytest

from tests.command_lines import code_blocks, command_lines, commands, parse
from tests.repository import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = [block.text for block in code_blocks(README)]
COMMAND_LINES = command_lines(README)


def test_every_command_has_its_row() -> None:
    rows = re.findall(r"^\| `qareport (\w+)[^`]*` \|", README, flags=re.MULTILINE)

    assert rows == list(commands())


@pytest.mark.parametrize("line", COMMAND_LINES)
def test_every_command_line_is_one_that_the_program_takes(line: str) -> None:
    parse(line)


def test_the_command_lines_are_found() -> None:
    assert len(COMMAND_LINES) == 5


@pytest.mark.parametrize(("target", "program"), [("demo", "qareport demo"), ("test", "pytest")])
def test_make_runs_a_program_and_says_whether_all_is_well(target: str, program: str) -> None:
    plan = ("make", "--no-print-directory", "--dry-run", target)

    run = subprocess.run(plan, cwd=ROOT, capture_output=True, text=True, check=True)

    last = run.stdout.splitlines()[-1]
    assert f"/bin/{program} " in last
    assert 'echo "All is well: ' in last
    assert 'echo "Not well: ' in last


def test_every_picture_and_link_of_the_readme_is_there() -> None:
    places = re.findall(r"\]\(([^):#]+)\)", README)

    assert [place for place in places if not (ROOT / place).exists()] == []
    assert {"docs/pictures/terminal.svg", "docs/pictures/report.png"} <= set(places)


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
