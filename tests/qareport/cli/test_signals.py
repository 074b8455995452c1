"""Signals that end a command raise an error that no library keeps, and are ignored afterwards."""

import os
import signal
import subprocess
import sys
import time
import types
from collections.abc import Iterator

import pytest

from qareport.cli.signals import ENDING, Stopped, ending_at_once, receiving_signals
from qareport.errors import ExitCode


@pytest.fixture(autouse=True)
def _signals_as_before() -> Iterator[None]:
    """What a terminal would send, though the tests may run where it is ignored."""
    before = {each: signal.signal(each, signal.SIG_DFL) for each in ENDING}
    yield
    for each, handler in before.items():
        signal.signal(each, handler)


@pytest.mark.parametrize("number", ENDING)
def test_a_signal_raises_what_no_library_catches(number: signal.Signals) -> None:
    with pytest.raises(Stopped) as caught, receiving_signals() as received:
        os.kill(os.getpid(), number)

    assert received == [number]
    assert not isinstance(caught.value, Exception)
    assert caught.value.exit_code in {ExitCode.HANGUP, ExitCode.INTERRUPTED, ExitCode.TERMINATED}


def test_a_signal_that_is_ignored_stays_so() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)

    with receiving_signals() as received:
        os.kill(os.getpid(), signal.SIGHUP)

    assert received == []


def test_signals_mean_what_they_did_when_the_block_has_ended() -> None:
    before = [signal.getsignal(each) for each in ENDING]

    with receiving_signals():
        pass

    assert [signal.getsignal(each) for each in ENDING] == before


def test_a_signal_that_comes_twice_is_heard_once() -> None:
    with pytest.raises(Stopped), receiving_signals() as received:
        os.kill(os.getpid(), signal.SIGINT)

    os.kill(os.getpid(), signal.SIGINT)

    assert received == [signal.SIGINT]


class Finalised:
    """What is told to stop while it is removed, where nothing can be raised."""

    def __del__(self) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0.01)


def lose_a_signal() -> None:
    """Has a signal come in a finaliser, and goes on for a while."""
    finalised = Finalised()
    del finalised
    for _ in range(200):
        time.sleep(0.05)


def test_a_signal_that_is_lost_in_a_finaliser_is_given_again(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(Stopped), receiving_signals() as received:
        lose_a_signal()

    assert received == [signal.SIGTERM, signal.SIGTERM]
    assert capsys.readouterr().err == ""


def test_other_errors_of_finalisers_are_told_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", told.append)

    with receiving_signals():
        sys.unraisablehook(types.SimpleNamespace(exc_value=ValueError()))

    assert len(told) == 1


def test_a_process_that_has_nothing_to_say_ends_at_once() -> None:
    with ending_at_once():
        during = [signal.getsignal(each) for each in ENDING]

    assert set(during) == {signal.SIG_DFL}


def test_ctrl_c_while_python_ends_shows_no_traceback() -> None:
    code = (
        "import atexit, os, signal\n"
        "atexit.register(lambda: os.kill(os.getpid(), signal.SIGINT))\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from qareport.cli.signals import receiving_signals\n"
        "with receiving_signals(): pass"
    )

    run = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)

    assert (run.returncode, run.stderr) == (-signal.SIGINT, "")
