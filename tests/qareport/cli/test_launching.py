"""Of several processes with the same arguments one speaks, and only what they share is run."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from qareport.cli.commands import COMMANDS
from qareport.cli.launching import check_command, speaking, tell_launcher
from qareport.errors import UsageError
from qareport.inference.distributed.launch import Launch
from tests.command_line import run_qareport

FIRST, SECOND = Launch(0, count=2), Launch(1, count=2)


@pytest.fixture
def _signals_as_before() -> Iterator[None]:
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


def test_command_of_one_process_is_refused_to_several(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RANK", "0")
    monkeypatch.setenv("WORLD_SIZE", "2")

    run = run_qareport("suite", "suite.toml")

    assert run.exit_code == 2
    assert run.errors == (
        "Error: 2 processes were launched together, and 'suite' is the work of one; start it "
        "without torchrun (only evaluate and train are shared)\n"
    )


def test_launcher_that_tells_nonsense_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RANK", "one")
    monkeypatch.setenv("WORLD_SIZE", "2")

    run = run_qareport("lint")

    assert run.exit_code == 2
    assert run.errors.startswith("Error: the environment's RANK is 'one' and not a number")


def test_launcher_is_told_why_a_process_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TORCHELASTIC_ERROR_FILE", str(tmp_path / "error.json"))

    run = run_qareport("check", tmp_path / "none", "--min", "f1=80")

    # The shape that torch.distributed.elastic reads.
    reason = json.loads((tmp_path / "error.json").read_text())["message"]
    assert run.errors == f"Error: {reason['message']}\n"
    assert int(reason["extraInfo"]["timestamp"]) > 0


def test_launcher_that_cannot_be_told_hinders_nothing(tmp_path: Path) -> None:
    tell_launcher(UsageError("no"), {"TORCHELASTIC_ERROR_FILE": str(tmp_path / "none/error.json")})
    tell_launcher(UsageError("no"), {})

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments", [["evaluate", "model"], ["train", "recipe"], ["--help"], []])
def test_shared_commands_pass(arguments: list[str]) -> None:
    check_command(arguments, FIRST, COMMANDS)


def test_single_process_may_run_every_command() -> None:
    for name in COMMANDS:
        check_command([name], Launch(), COMMANDS)


@pytest.mark.parametrize(
    ("launch", "command", "heard"),
    [(FIRST, "evaluate", "yes\n"), (SECOND, "evaluate", ""), (SECOND, "train", "yes\n")],
)
def test_only_the_first_process_is_heard(
    launch: Launch, command: str, heard: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with speaking([command], launch, COMMANDS):
        sys.stderr.write("yes\n")

    assert capsys.readouterr().err == heard


def test_helper_that_did_well_ends_at_once() -> None:
    with pytest.raises(SystemExit), speaking(["evaluate"], SECOND, COMMANDS):
        sys.exit(0)


def test_ctrl_c_ends_a_helper_at_once_and_unheard() -> None:
    code = (
        "from qareport.cli.launching import speaking\n"
        "from qareport.inference.distributed.launch import Launch\n"
        "with speaking(['evaluate'], Launch(1, count=2), {'evaluate': None}):\n"
        f"    import os; os.kill(os.getpid(), {int(signal.SIGINT)}); print('went on')"
    )

    run = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)

    assert (run.returncode, run.stdout, run.stderr) == (-signal.SIGINT, "", "")


def test_ctrl_c_means_what_it_did_when_the_helper_has_ended() -> None:
    before = signal.getsignal(signal.SIGINT)

    with speaking(["evaluate"], SECOND, COMMANDS):
        during = signal.getsignal(signal.SIGINT)

    assert during == signal.SIG_DFL
    assert signal.getsignal(signal.SIGINT) == before


@pytest.mark.slow
@pytest.mark.usefixtures("_signals_as_before")
def test_helper_that_was_refused_keeps_its_exit_code() -> None:
    with pytest.raises(SystemExit) as caught, speaking(["evaluate"], SECOND, COMMANDS):
        sys.exit(2)

    assert caught.value.code == 2


def test_slip_of_the_programmer_is_heard() -> None:
    with pytest.raises(ZeroDivisionError), speaking(["evaluate"], SECOND, COMMANDS):
        raise ZeroDivisionError
