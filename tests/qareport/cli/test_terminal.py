"""A command that is told to stop says what is left, and ends with the shells' exit code."""

import os
import signal
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from qareport.cli.signals import Stopped, receiving_signals
from qareport.cli.terminal import counting, stopping, stopping_suite, waiting
from qareport.errors import LostProcessError, explain


@pytest.fixture(autouse=True)
def _signals_end_commands() -> Iterator[None]:
    """Signals mean what they do in a command, though the tests may run where they are ignored."""
    before = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with receiving_signals():
        yield
    for each, handler in before.items():
        signal.signal(each, handler)


def stopped_by(number: signal.Signals, output: Path | None) -> Stopped:
    """How a command ends that gets a signal."""
    with pytest.raises(Stopped) as caught, stopping(output):
        os.kill(os.getpid(), number)
    return caught.value


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_exit_code_is_that_of_the_signal(number: signal.Signals, code: int) -> None:
    assert stopped_by(number, None).exit_code == code


def test_kept_answers_are_told(tmp_path: Path) -> None:
    (tmp_path / ".work").mkdir()
    (tmp_path / ".work/00000000.shard").touch()

    assert str(stopped_by(signal.SIGINT, tmp_path)) == (
        f"what is answered is kept in {tmp_path / '.work'}, and the same command goes on from there"
    )


@pytest.mark.parametrize("has_output", [True, False])
def test_nothing_is_promised_where_nothing_is_kept(tmp_path: Path, *, has_output: bool) -> None:
    assert str(stopped_by(signal.SIGTERM, tmp_path if has_output else None)) == (
        "nothing is answered yet that could be kept, so the same command begins anew"
    )


@pytest.mark.parametrize("kept", ["evaluation.json", ".work/00000000.shard"])
def test_kept_pairs_of_a_suite_are_told(tmp_path: Path, kept: str) -> None:
    path = tmp_path / "model/data" / kept
    path.parent.mkdir(parents=True)
    path.touch()

    with pytest.raises(Stopped) as caught, stopping_suite(tmp_path):
        os.kill(os.getpid(), signal.SIGTERM)

    assert caught.value.exit_code == 143
    assert str(caught.value) == (
        f"what is answered is kept in {tmp_path}, and the same command goes on from there"
    )


def test_nothing_is_promised_where_no_pair_is_kept(tmp_path: Path) -> None:
    with pytest.raises(Stopped, match="nothing is answered yet"), stopping_suite(tmp_path / "none"):
        os.kill(os.getpid(), signal.SIGTERM)


def test_a_lost_process_says_what_is_left() -> None:
    with pytest.raises(LostProcessError, match="gone; nothing is answered yet"), stopping(None):
        raise LostProcessError("gone")


@pytest.mark.parametrize("step", [waiting("reading a.json"), counting("reading a.json", 2)])
def test_an_error_of_a_library_says_during_what_it_arose(
    step: AbstractContextManager[object],
) -> None:
    with pytest.raises(KeyError) as caught, step:
        raise KeyError("title")

    assert explain(caught.value) == "KeyError, while reading a.json: 'title'"
