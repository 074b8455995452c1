"""Commands are imported when they are called, and listed by what their sources say."""

import inspect
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from qareport.cli.commands import COMMAND_GROUP, COMMANDS, make_app
from qareport.cli.late_commands import LateCommand, read_docstring
from tests.command_line import run_qareport

PAGE = '"""Shouts."""\nraise SystemExit("imported")\n\n\ndef shout():\n    """Shout a word."""\n'


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder from which modules can be imported."""
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def place(value: str) -> EntryPoint:
    return EntryPoint("shout", value, COMMAND_GROUP)


def test_a_docstring_is_read_without_importing_anything(package: Path) -> None:
    (package / "late_shouting.py").write_text(PAGE)

    assert read_docstring(place("late_shouting:shout")) == "Shout a word."
    assert "late_shouting" not in sys.modules


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(
            'def make():\n    def inner():\n        """Shout."""\n    return inner\n'
            "shout = make()\n",
            id="made elsewhere",
        ),
        pytest.param(
            'class Words:\n    def shout():\n        """Shout."""\nshout = Words.shout\n',
            id="of a class",
        ),
    ],
)
def test_a_command_that_is_not_written_out_is_imported_for_its_docstring(
    source: str, package: Path, request: pytest.FixtureRequest
) -> None:
    module = f"made_{request.node.callspec.id.replace(' ', '_')}"
    (package / f"{module}.py").write_text(source)

    assert read_docstring(place(f"{module}:shout")) == "Shout."
    assert module in sys.modules


def test_a_command_of_compiled_modules_is_imported_for_its_docstring() -> None:
    assert read_docstring(place("math:sqrt")) == inspect.getdoc(__import__("math").sqrt)


@pytest.mark.parametrize(
    "late",
    [each for each in make_app().commands.values() if isinstance(each, LateCommand)],
    ids=lambda late: late.place.name,
)
def test_the_list_says_of_a_command_what_its_own_help_says(late: LateCommand) -> None:
    assert read_docstring(late.place) == late.loaded.help


def test_a_command_that_cannot_be_imported_hinders_no_other(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(COMMANDS, "broken", "no_such_module:broken")

    run = run_qareport("lint", tmp_path / "none.md")

    assert run.exit_code == 1
    assert "none.md" in run.errors


def test_a_late_command_is_imported_once(package: Path) -> None:
    (package / "once_shouting.py").write_text(PAGE.replace('raise SystemExit("imported")', ""))
    command = LateCommand(place("once_shouting:shout"))

    assert command.loaded is command.loaded
    assert command.loaded.help == "Shout a word."
