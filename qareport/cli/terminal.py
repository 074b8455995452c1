"""Shows progress, and says what is left of a command that is stopped."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from qareport.cli.signals import Stopped
from qareport.errors import LostProcessError, noting
from qareport.inference.callback import Advance
from qareport.report.printing import is_quiet

NOTHING_LEFT = "nothing is answered yet that could be kept, so the same command begins anew"


@contextmanager
def waiting(step: str) -> Iterator[None]:
    """Shows that `step` goes on, while the block runs."""
    from rich.status import Status
    from rich.text import Text

    from qareport.report.console import TextConsole, moving

    console = TextConsole(stderr=True)
    is_shown = console.is_interactive and not is_quiet()
    shown = moving(Status(Text(step), console=console)) if is_shown else nullcontext()
    with noting(f"while {step}"), shown:
        yield


@contextmanager
def counting(step: str, total: int) -> Iterator[Advance]:
    """Yields a function to call with how many more of `total` are done, while the block runs."""
    from qareport.report.progress import showing_progress

    with noting(f"while {step}"), showing_progress(step, total) as advance:
        yield advance


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


@contextmanager
def _ending(what_is_left: Callable[[], str]) -> Iterator[None]:
    try:
        yield
    except Stopped as stop:
        raise Stopped(stop.number, what_is_left()) from None
    except LostProcessError as error:
        raise LostProcessError(f"{error}; {what_is_left()}") from error


def _left_of_record(output: Path | None) -> str:
    from qareport.evaluation.resume import SHARDS, WORK

    if output is None or not any((output / WORK).glob(SHARDS)):
        return NOTHING_LEFT
    return f"what is answered is kept in {output / WORK}, and the same command goes on from there"


def _left_of_pairs(output: Path) -> str:
    from qareport.evaluation.record.writer import EVALUATION
    from qareport.evaluation.resume import SHARDS, WORK

    kept = (f"*/*/{EVALUATION}", f"*/*/{WORK}/{SHARDS}")
    if not any(any(output.glob(pattern)) for pattern in kept):
        return NOTHING_LEFT
    return f"what is answered is kept in {output}, and the same command goes on from there"
