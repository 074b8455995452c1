"""The command line as a whole: its commands, its help, its start."""

import re
import subprocess
import sys
from importlib.metadata import version

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from qareport.cli.commands import make_app
from tests.command_line import heavy_imports_of, run_qareport
from tests.repository import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands() -> TyperGroup:
    group = get_command(make_app())
    assert isinstance(group, TyperGroup)
    return group


def test_the_help_lists_the_commands_of_the_readme() -> None:
    in_readme = re.findall(r"^\| `qareport (\w+)[^`]*` \|", README, flags=re.MULTILINE)

    run = run_qareport("--help")

    # Typer draws a box of options, then one of commands, a command to a line.
    assert re.findall(r"^│ ([a-z]+) ", run.output, flags=re.MULTILINE) == in_readme


@pytest.mark.parametrize("name", list(commands().commands))
def test_every_option_of_every_command_has_help(name: str) -> None:
    command = commands().commands[name]

    assert command.help
    assert [option.name for option in command.params if not vars(option)["help"]] == []


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [["--help"], ["score", "--help"], ["evaluate", "--help"]])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    run = f"from qareport.cli.app import main\ntry: main({arguments!r})\nexcept SystemExit: pass"

    assert heavy_imports_of(run) == []


def test_without_a_command_the_help_is_shown() -> None:
    run = run_qareport()

    assert "evaluate" in run.output + run.errors
    assert run.exit_code == 2


def test_version_is_that_of_the_package() -> None:
    run = run_qareport("--version")

    assert run.output == f"qareport {version('qareport')}\n"
    assert run.exit_code == 0


def test_an_unknown_option_is_wrong_usage() -> None:
    run = run_qareport("score", "--colour")

    assert "No such option: --colour" in run.errors
    assert run.exit_code == 2


@pytest.mark.slow
def test_python_m_qareport_is_qareport() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "qareport", "--version"], capture_output=True, text=True, check=True
    )

    assert run.stdout == f"qareport {version('qareport')}\n"
