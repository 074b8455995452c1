"""Shows how far the answering of questions is: a bar on a terminal, elsewhere a line at times."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Column
from rich.text import Text
from typing_extensions import override

from qareport.inference.callback import Advance, ignore
from qareport.report.console import TextConsole, moving
from qareport.report.printing import is_quiet, print_remarks

INTERVAL_SECONDS = 15.0
"""Between two lines, where there is no terminal."""
PACE_SECONDS = 120.0
"""Over which a bar takes the mean, since long windows take their time."""
NARROW = 60
"""Columns of a terminal that has no room for a bar beside the figures."""
SLOW = 10
"""Questions a second below which a fraction of them is told."""
MINUTE, HOUR = 60, 3600

Clock = Callable[[], float]
"""Seconds from any moment on."""


@contextmanager
def showing_progress(step: str, total: int, *, clock: Clock = time.monotonic) -> Iterator[Advance]:
    """Yields a function to call with how many more of `total` questions are done.

    The pace counts what comes after the first call, which may tell what an earlier run has done.
    """
    console = TextConsole(stderr=True)
    if is_quiet():
        yield ignore
    elif console.is_interactive:
        bar = Progress(
            *_columns(console),
            console=console,
            transient=True,
            get_time=clock,
            speed_estimate_period=PACE_SECONDS,
        )
        with moving(bar):
            task = bar.add_task(step, total=total)
            yield lambda done: bar.advance(task, done)
    else:
        yield _LineProgress(step, total, clock, logged_at=clock())


def progress_line(step: str, done: int, total: int, *, pace: float | None) -> str:
    """How far a step is, in words; `pace` is in questions a second, None where it is not known."""
    counted = f"{step}: {done:,} of {total:,} questions"
    if not pace:
        return counted
    left = f", {duration((total - done) / pace)} left" if done < total else ""
    return f"{counted}, {per_second(pace)} a second{left}"


def per_second(pace: float) -> str:
    """A pace in few digits."""
    return f"{pace:.2g}" if pace < SLOW else f"{pace:,.0f}"


def duration(seconds: float) -> str:
    """A time in one or two units."""
    whole = round(seconds)
    if whole < MINUTE:
        return f"{whole} s"
    if whole < HOUR:
        return f"{whole // MINUTE} min {whole % MINUTE} s"
    return f"{whole // HOUR} h {whole % HOUR // MINUTE} min"


@dataclass(slots=True)
class _LineProgress:
    """Prints a line where the last one is long ago, and at the end if there was one before."""

    step: str
    total: int
    clock: Clock
    logged_at: float
    has_logged: bool = False
    done: int = 0
    begun: tuple[float, int] | None = None
    """When the first call came, and what was done then."""

    def __call__(self, more: int) -> None:
        now = self.clock()
        self.done += more
        if self.begun is None:
            self.begun = now, self.done
        is_end = self.has_logged and self.done >= self.total
        if is_end or now - self.logged_at >= INTERVAL_SECONDS:
            print_remarks(progress_line(self.step, self.done, self.total, pace=self._pace(now)))
            self.logged_at, self.has_logged = now, True

    def _pace(self, now: float) -> float | None:
        begun_at, done_before = self.begun or (now, self.done)
        return (self.done - done_before) / (now - begun_at) if now > begun_at else None


class _PaceColumn(ProgressColumn):
    """Questions a second."""

    @override
    def render(self, task: Task) -> Text:
        pace = task.finished_speed or task.speed
        return Text(f"{per_second(pace)}/s" if pace else "")


def _columns(console: Console) -> list[ProgressColumn]:
    """What stands in the line of a bar, as there is room for."""
    named = Column(no_wrap=True, overflow="ellipsis", max_width=console.width // 3)
    name = TextColumn("{task.description}", markup=False, table_column=named)
    bar = [] if console.width < NARROW else [BarColumn()]
    return [name, *bar, MofNCompleteColumn(), _PaceColumn(), TimeRemainingColumn(compact=True)]
