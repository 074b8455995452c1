"""A command that is told to stop says what is left, and ends with the shells' exit code."""

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from qareport.cli.terminal import STANDARD_STREAMS, printing, stopping, stopping_suite

FULL = Path("/dev/full")
"""A device on which every write fails as on a full disk."""
SHOW_NUMBER = """
import sys
from qareport.cli.terminal import open_closed_streams
open_closed_streams()
with open(sys.argv[1], "w") as file:
    file.write(str(file.fileno()))
"""


@pytest.fixture(autouse=True)
def _ctrl_c_interrupts() -> Iterator[None]:
    """Ctrl-C means what it does in a terminal, though the tests may run where it is ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def stopped_by(number: signal.Signals, output: Path | None) -> int:
    """The exit code of a command that gets a signal."""
    with pytest.raises(typer.Exit) as caught, stopping(output):
        os.kill(os.getpid(), number)
    return caught.value.exit_code


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_exit_code_is_that_of_the_signal(number: signal.Signals, code: int) -> None:
    assert stopped_by(number, None) == code


def test_kept_answers_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / ".work").mkdir()
    (tmp_path / ".work/00000000.shard").touch()

    stopped_by(signal.SIGINT, tmp_path)

    assert capsys.readouterr().err == (
        f"Stopped: what is answered is kept in {tmp_path / '.work'}, and the same command goes on "
        "from there\n"
    )


@pytest.mark.parametrize("has_output", [True, False])
def test_nothing_is_promised_where_nothing_is_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], *, has_output: bool
) -> None:
    stopped_by(signal.SIGTERM, tmp_path if has_output else None)

    assert capsys.readouterr().err == (
        "Stopped: nothing is answered yet that could be kept, so the same command begins anew\n"
    )


def test_signals_mean_what_they_did_when_the_command_has_ended() -> None:
    before = signal.getsignal(signal.SIGTERM)

    with stopping(None):
        during = signal.getsignal(signal.SIGTERM)

    assert signal.getsignal(signal.SIGTERM) == before != during


def test_ctrl_c_that_comes_twice_is_heard_once(capsys: pytest.CaptureFixture[str]) -> None:
    stopped_by(signal.SIGINT, None)

    os.kill(os.getpid(), signal.SIGINT)

    assert capsys.readouterr().err.count("Stopped: ") == 1


@pytest.mark.parametrize("kept", ["evaluation.json", ".work/00000000.shard"])
def test_kept_pairs_of_a_suite_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kept: str
) -> None:
    path = tmp_path / "model/data" / kept
    path.parent.mkdir(parents=True)
    path.touch()

    with pytest.raises(typer.Exit) as caught, stopping_suite(tmp_path):
        os.kill(os.getpid(), signal.SIGTERM)

    assert caught.value.exit_code == 143
    assert capsys.readouterr().err == (
        f"Stopped: what is answered is kept in {tmp_path}, and the same command goes on from "
        "there\n"
    )


def test_nothing_is_promised_where_no_pair_is_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit), stopping_suite(tmp_path / "none"):
        os.kill(os.getpid(), signal.SIGTERM)

    assert "nothing is answered yet that could be kept" in capsys.readouterr().err


@pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")
def test_output_onto_a_full_disk_ends_in_a_sentence() -> None:
    with FULL.open("w") as full:
        run = subprocess.run(
            [sys.executable, "-m", "qareport", "--help"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert run.returncode == 1
    assert run.stderr == (
        "Error: the standard output cannot be written (No space left on device); "
        "lead it elsewhere\n"
    )


@pytest.mark.parametrize("stream", STANDARD_STREAMS)
def test_no_file_takes_the_place_of_a_closed_stream(stream: int, tmp_path: Path) -> None:
    closing = f'exec "$@" {stream}>&-'
    python = [sys.executable, "-c", SHOW_NUMBER, str(tmp_path / "file")]

    subprocess.run(["/bin/sh", "-c", closing, "", *python], check=True)

    assert int((tmp_path / "file").read_text()) > max(STANDARD_STREAMS)


def test_an_error_about_a_file_is_none_about_the_output(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), printing():
        (tmp_path / "missing").read_text()


def test_an_error_that_no_writing_gives_is_none_about_the_output() -> None:
    with pytest.raises(OSError, match="no memory"), printing():
        raise OSError(errno.ENOMEM, "no memory")
