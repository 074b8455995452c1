"""Shows the steps of a run as bars on a terminal, or as lines in a log."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

from qareport.report.console import TextConsole, moving
from qareport.report.printing import is_quiet, print_remarks

Watch = Callable[[str, int, int], None]
"""Called with the name of a step of the run, how much of it is done, and of how much."""
LINES_PER_STEP = 20
"""How often a step is logged, at most."""


@contextmanager
def showing_steps() -> Iterator[Watch]:
    """A callback that shows progress while the block runs."""
    console = TextConsole(stderr=True)
    if is_quiet():
        yield show_nothing
        return
    if not console.is_interactive:
        yield _StepLog()
        return
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
    progress = Progress(*columns, TimeRemainingColumn(), console=console)
    with moving(progress):
        yield _StepBars(progress)


def show_nothing(step: str, done: int, of: int) -> None:
    """A callback for all processes but the first."""


@dataclass(frozen=True)
class _StepBars:
    """A bar for each step."""

    progress: Progress
    tasks: dict[str, TaskID] = field(default_factory=dict)

    def __call__(self, step: str, done: int, of: int) -> None:
        if step not in self.tasks:
            self.tasks[step] = self.progress.add_task(step)
        self.progress.update(self.tasks[step], completed=done, total=of)


@dataclass(frozen=True)
class _StepLog:
    """A line now and then, for each step."""

    logged: dict[str, int] = field(default_factory=dict)

    def __call__(self, step: str, done: int, of: int) -> None:
        part = LINES_PER_STEP * done // of if of else LINES_PER_STEP
        if self.logged.get(step) != part:
            self.logged[step] = part
            print_remarks(f"{step}: {done} of {of}")
