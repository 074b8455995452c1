"""Handles JSON output, progress, signals and closed streams of the terminal that runs a command."""

import errno
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import typer
from pydantic import JsonValue
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from qareport.errors import LostProcessError, OutputError

SIGNAL_EXIT = 128
"""What shells add to the number of the signal that ended a command."""
NOTHING_LEFT = "nothing is answered yet that could be kept, so the same command begins anew"

STANDARD_STREAMS = (0, 1, 2)
UNWRITABLE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
"""Of a stream that leads into a file on a full disk, or to a terminal that is gone."""


def print_json(document: JsonValue) -> None:
    """Puts a document on standard output."""
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2))


@contextmanager
def waiting(step: str) -> Iterator[None]:
    """Shows that `step` goes on, while the block runs."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield
        return
    with console.status(step):
        yield


@contextmanager
def counting(step: str, total: int) -> Iterator[Callable[[int], None]]:
    """Yields a function to call with how many more of `total` are done, while the block runs."""
    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    ) as progress:
        task = progress.add_task(step, total=total)
        yield lambda done: progress.advance(task, done)


def log(remark: str) -> None:
    """Puts a remark on what a step does on standard error."""
    typer.echo(f"Note: {remark}", err=True)


@contextmanager
def stopping(output: Path | None) -> Iterator[None]:
    """Ends a command that writes a record into `output` in a sentence when a signal stops it."""
    with _ending(lambda: _left_of_record(output)):
        yield


@contextmanager
def stopping_suite(output: Path) -> Iterator[None]:
    """The same for a command that writes the records of pairs into folders of `output`."""
    with _ending(lambda: _left_of_pairs(output)):
        yield


def open_closed_streams() -> None:
    """Opens standard streams that are closed on the null device.

    Else the next file that is opened would take their number, and what a library prints would be
    written into it.
    """
    for stream in STANDARD_STREAMS:
        try:
            os.fstat(stream)
        except OSError:
            # The lowest free number is taken, which is this one.
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # noqa: FBT003 - no keyword


@contextmanager
def printing() -> Iterator[None]:
    """Has what is printed within it end in a sentence where it cannot be written.

    Raises:
        OutputError: the standard output cannot be written.
    """
    try:
        yield
    except OSError as error:
        # An error about a file names it.
        if error.filename is not None or error.errno not in UNWRITABLE:
            raise
        _drop_output()
        raise OutputError(
            f"the standard output cannot be written ({error.strerror}); lead it elsewhere"
        ) from error


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
    from qareport.evaluation.resume import SHARDS, WORK  # noqa: PLC0415 - pyarrow is slow

    if output is None or not any((output / WORK).glob(SHARDS)):
        return NOTHING_LEFT
    return f"what is answered is kept in {output / WORK}, and the same command goes on from there"


def _left_of_pairs(output: Path) -> str:
    from qareport.evaluation.record.writer import EVALUATION  # noqa: PLC0415 - pyarrow is slow
    from qareport.evaluation.resume import SHARDS, WORK  # noqa: PLC0415 - pyarrow is slow

    kept = (f"*/*/{EVALUATION}", f"*/*/{WORK}/{SHARDS}")
    if not any(any(output.glob(pattern)) for pattern in kept):
        return NOTHING_LEFT
    return f"what is answered is kept in {output}, and the same command goes on from there"


def _drop_output() -> None:
    """Discards what is still to be printed, lest Python complain of it when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
