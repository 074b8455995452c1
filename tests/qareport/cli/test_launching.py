"""Of several processes with the same arguments one speaks, and only what they share is run."""

import signal
import sys
from collections.abc import Iterator

import pytest

from qareport.cli.app import COMMANDS
from qareport.cli.launching import check_command, speaking
from qareport.launch import Launch
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


@pytest.mark.slow
@pytest.mark.usefixtures("_signals_as_before")
def test_helper_that_was_refused_keeps_its_exit_code() -> None:
    with pytest.raises(SystemExit) as caught, speaking(["evaluate"], SECOND, COMMANDS):
        sys.exit(2)

    assert caught.value.code == 2


def test_slip_of_the_programmer_is_heard() -> None:
    with pytest.raises(ZeroDivisionError), speaking(["evaluate"], SECOND, COMMANDS):
        raise ZeroDivisionError
