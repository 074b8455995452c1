"""Ctrl-C and SIGTERM to one sentence and the exit code that shells know."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import typer

SIGNAL_EXIT = 128
"""What shells add to the number of the signal that ended a command."""


@contextmanager
def stopping(output: Path | None) -> Iterator[None]:
    """Ends a command that writes a record into `output` in a sentence, when it is told to stop."""
    received = [signal.SIGINT]

    def stop(number: int, _: FrameType | None) -> None:
        received.append(signal.Signals(number))
        raise KeyboardInterrupt

    previous = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    except KeyboardInterrupt:
        typer.echo(f"Stopped: {_what_is_left(output)}", err=True)
        raise typer.Exit(SIGNAL_EXIT + received[-1]) from None
    finally:
        signal.signal(signal.SIGTERM, previous)


def _what_is_left(output: Path | None) -> str:
    from qareport.recording.work_folder import SHARDS, WORK  # noqa: PLC0415 - pyarrow is slow

    if output is None or not any((output / WORK).glob(SHARDS)):
        return "nothing is answered yet that could be kept, so the same command begins anew"
    return f"what is answered is kept in {output / WORK}, and the same command goes on from there"
