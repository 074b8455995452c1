"""The command line as a whole: its commands, its help, its start."""

import gc
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

import pytest

from qareport.cli.commands import COMMANDS
from qareport.cli.signals import ENDING, Stopped
from tests.command_line import heavy_imports_of, run_qareport
from tests.command_lines import commands
from tests.repository import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_help_lists_the_commands_of_the_readme() -> None:
    in_readme = re.findall(r"^\| `qareport (\w+)[^`]*` \|", README, flags=re.MULTILINE)

    run = run_qareport("--help")

    # Typer draws a box of options, then one of commands, a command to a line.
    assert re.findall(r"^│ ([a-z]+) ", run.output, flags=re.MULTILINE) == in_readme


@pytest.mark.parametrize("name", list(commands()))
def test_every_option_of_every_command_has_help(name: str) -> None:
    command = commands()[name]

    assert command.help
    assert [option.name for option in command.params if not vars(option)["help"]] == []


def test_cycles_are_searched_as_before_once_a_command_has_ended() -> None:
    before = gc.get_threshold()

    run_qareport("--help")

    assert gc.get_threshold() == before


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


def go_wrong() -> None:
    """Go wrong as a library might."""
    raise KeyError("title")


def lose_signal() -> None:
    """Lose a signal, as the import of an extension module does."""
    with suppress(Stopped):
        os.kill(os.getpid(), signal.SIGTERM)


def change_signal() -> None:
    """Make another error of a signal."""
    lose_signal()
    raise ImportError


class PanicError(BaseException):
    """What an extension in Rust raises."""


def panic() -> None:
    """Fail as an extension in Rust does."""
    raise PanicError("unwrap")


@pytest.fixture
def _bad_commands(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = {each: signal.signal(each, signal.SIG_DFL) for each in ENDING}
    for command in (go_wrong, lose_signal, change_signal, panic):
        monkeypatch.setitem(COMMANDS, command.__name__, f"{__name__}:{command.__name__}")
    yield
    for each, handler in before.items():
        signal.signal(each, handler)


@pytest.mark.usefixtures("_bad_commands")
def test_an_error_of_a_library_is_named_in_a_sentence() -> None:
    run = run_qareport("go_wrong")
    debugged = run_qareport("--debug", "go_wrong")

    assert run.exit_code == debugged.exit_code == 1
    assert run.errors == "Error: KeyError: 'title'; `qareport --debug ...` shows where it arose\n"
    assert "in go_wrong" in debugged.errors
    assert debugged.errors.endswith("Error: KeyError: 'title'\n")


@pytest.mark.usefixtures("_bad_commands")
def test_a_panic_of_a_library_is_named_in_a_sentence() -> None:
    run = run_qareport("panic")

    assert run.exit_code == 1
    assert run.errors.startswith("Error: PanicError: unwrap; `qareport --debug")


def test_next_to_nothing_is_imported_before_ctrl_c_is_received() -> None:
    probe = (
        "import sys, signal\nbefore = {*sys.modules}\nimport qareport.cli.app\n"
        "print(*sorted({*sys.modules} - before))"
    )

    run = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)

    loaded = {name for name in run.stdout.split() if not name.startswith("importlib")}
    assert loaded <= {"qareport", "qareport.cli", "qareport.cli.app", "warnings", "_warnings"}


@pytest.mark.parametrize("moment", ["import of the guard", "import of a command"])
def test_ctrl_c_while_modules_are_imported_shows_no_traceback(moment: str, tmp_path: Path) -> None:
    module = {"import of the guard": "qareport.cli.ending", "import of a command": "typer"}[moment]
    probe = (
        "import os, signal, sys\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "class Interrupting:\n"
        "    def find_spec(self, name, *others):\n"
        f"        if name == {module!r}: os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Interrupting())\n"
        "from qareport.cli.app import main\nmain(['lint', 'none.md'])"
    )

    run = subprocess.run(
        [sys.executable, "-c", probe],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )

    assert run.returncode in {-signal.SIGINT, 130}
    assert run.stderr in {"", "Stopped: no file that was there before is lost\n"}


@pytest.mark.usefixtures("_bad_commands")
@pytest.mark.parametrize("command", ["lose_signal", "change_signal"])
def test_a_signal_that_a_library_keeps_ends_the_command_all_the_same(command: str) -> None:
    run = run_qareport(command)

    assert run.exit_code == 143
    assert run.errors == "Stopped: no file that was there before is lost\n"


def test_the_exit_code_stays_where_the_sentence_cannot_be_written() -> None:
    with Path(os.devnull).open("rb") as unwritable:
        run = subprocess.run(
            [sys.executable, "-m", "qareport", "lint", "none.md"], stderr=unwritable, check=False
        )

    assert run.returncode == 1


@pytest.mark.slow
def test_python_m_qareport_is_qareport() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "qareport", "--version"], capture_output=True, text=True, check=True
    )

    assert run.stdout == f"qareport {version('qareport')}\n"


@pytest.mark.parametrize("name", list(commands()))
def test_every_command_can_be_silenced(name: str) -> None:
    assert any("--quiet" in vars(option)["opts"] for option in commands()[name].params)
