"""Runs one command in several processes, of which only the first prints."""

import json
import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import typer

from qareport.cli.signals import ending_at_once
from qareport.cli.terminal import waiting
from qareport.data.secrets import hide_all_secrets
from qareport.errors import QareportError, UsageError
from qareport.inference.distributed.launch import Launch

if TYPE_CHECKING:
    from qareport.inference.answerer import Answerer
    from qareport.inference.distributed.leader import Answering
    from qareport.inference.identity import Hardware

SHARED = frozenset({"evaluate"})
"""The commands that several processes run together; the trainer looks after its own."""
PATIENCE_SECONDS = 5.0
"""More than the first process needs to say why it ends, when another one knows already."""
REASON_FILE = "TORCHELASTIC_ERROR_FILE"
"""In the environment, names the file in which torchrun looks for why a process has failed."""


def named_command(arguments: Sequence[str]) -> str:
    """The command among the arguments; options of all commands stand before it."""
    return next((word for word in arguments if not word.startswith("-")), "")


def check_command(arguments: Sequence[str], launch: Launch, commands: Mapping[str, object]) -> None:
    """Refuses to run a command in several processes that cannot share it.

    Raises:
        UsageError: several run one of these commands that is the work of one.
    """
    named = named_command(arguments)
    if launch.count > 1 and named in commands.keys() - SHARED:
        raise UsageError(
            f"{launch.count} processes were launched together, and {named!r} is the work of one; "
            f"start it without torchrun (only {', '.join(sorted(SHARED))} and train are shared)"
        )


def tell_launcher(error: QareportError, environment: Mapping[str, str]) -> None:
    """Writes the error where torchrun looks for why a process failed, so that it prints it last.

    Else the only sentence would stand above some forty lines of its own, and on the machine of the
    first process alone.
    """
    if REASON_FILE not in environment:
        return
    seconds = str(int(time.time()))
    reason = {
        "message": {"message": hide_all_secrets(str(error)), "extraInfo": {"timestamp": seconds}}
    }
    # It is printed on standard error too, so a full disk does not hide it.
    with suppress(OSError):
        Path(environment[REASON_FILE]).write_text(
            json.dumps(reason), encoding="utf-8", newline="\n"
        )


@contextmanager
def speaking(
    arguments: Sequence[str], launch: Launch, commands: Mapping[str, object]
) -> Iterator[None]:
    """Silences all processes but the first, during the block, where they run these commands.

    The first one prints what they would print; a traceback, which leaves the block, is still shown.
    """
    if not launch.follows:
        yield
        return
    if named_command(arguments) not in commands:
        with ending_at_once():
            yield
        return
    with (
        Path(os.devnull).open("w", encoding="utf-8") as nowhere,
        redirect_stdout(nowhere),
        redirect_stderr(nowhere),
        ending_at_once(),
    ):
        try:
            yield
        except SystemExit as end:
            if end.code:
                _let_first_end()
            raise


@contextmanager
def sharing(launch: Launch, *, device: str) -> Iterator[Callable[["Answerer"], "Answering"]]:
    """Gives what shares an answerer among all processes, of which this one is the first.

    Raises:
        LostProcessError: they are not there.
    """
    if launch.count == 1:
        yield _alone
        return
    with ExitStack() as stack:
        with waiting(f"waiting for {launch.count} processes"):
            from qareport.inference.distributed.leader import leading

            leader = stack.enter_context(leading(launch, device))
        yield leader.share


def help_out(launch: Launch, load: Callable[["Hardware"], "Answerer"], *, device: str) -> None:
    """Answers what the first process deals to this one, and ends with the exit code of that.

    Raises:
        LostProcessError: another process has ended or hangs.
    """
    from qareport.inference.distributed.follower import follow_launched

    if exit_code := follow_launched(launch, load, device=device):
        raise typer.Exit(exit_code)


def _let_first_end() -> None:
    """Waits for the launcher's signal: it stops all others as soon as one ends with an error."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    with suppress(KeyboardInterrupt):
        time.sleep(PATIENCE_SECONDS)


def _alone(answerer: "Answerer") -> "Answerer":
    return answerer
