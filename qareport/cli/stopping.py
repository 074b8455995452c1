"""Ctrl-C, SIGTERM and lost helpers to one sentence on what is left, and an exit code."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import typer

from qareport.errors import LostProcessError

SIGNAL_EXIT = 128
"""What shells add to the number of the signal that ended a command."""
NOTHING_LEFT = "nothing is answered yet that could be kept, so the same command begins anew"


@contextmanager
def stopping(output: Path | None) -> Iterator[None]:
    """Ends a command that writes a record into `output` in a sentence, when it is told to stop."""
    with _ending(lambda: _left_of_record(output)):
        yield


@contextmanager
def stopping_suite(output: Path) -> Iterator[None]:
    """The same for a command that writes the records of pairs into folders of `output`."""
    with _ending(lambda: _left_of_pairs(output)):
        yield


@contextmanager
def _ending(what_is_left: Callable[[], str]) -> Iterator[None]:
    received = [signal.SIGINT]

    def stop(number: int, _: FrameType | None) -> None:
        received.append(signal.Signals(number))
        raise KeyboardInterrupt

    previous = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    except KeyboardInterrupt:
        # torchrun passes on the Ctrl-C that the terminal has sent already.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        typer.echo(f"Stopped: {what_is_left()}", err=True)
        raise typer.Exit(SIGNAL_EXIT + received[-1]) from None
    except LostProcessError as error:
        raise LostProcessError(f"{error}; {what_is_left()}") from error
    finally:
        signal.signal(signal.SIGTERM, previous)


def _left_of_record(output: Path | None) -> str:
    from qareport.evaluation.record.unfinished import SHARDS, WORK  # noqa: PLC0415 - pyarrow is slow

    if output is None or not any((output / WORK).glob(SHARDS)):
        return NOTHING_LEFT
    return f"what is answered is kept in {output / WORK}, and the same command goes on from there"


def _left_of_pairs(output: Path) -> str:
    from qareport.evaluation.record.unfinished import SHARDS, WORK  # noqa: PLC0415 - pyarrow is slow
    from qareport.evaluation.record.writer import EVALUATION  # noqa: PLC0415 - pyarrow is slow

    kept = (f"*/*/{EVALUATION}", f"*/*/{WORK}/{SHARDS}")
    if not any(any(output.glob(pattern)) for pattern in kept):
        return NOTHING_LEFT
    return f"what is answered is kept in {output}, and the same command goes on from there"
