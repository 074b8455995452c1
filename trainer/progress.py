"""Shows the steps of a run as bars on a terminal, or as lines in a log."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

Watch = Callable[[str, int, int], None]
"""Is told of a step of the run by its name, and how much of how much of it is done."""
LINES_PER_STEP = 20
"""How often a step tells of itself in a log."""


@contextmanager
def showing_steps() -> Iterator[Watch]:
    """A watcher that shows what it is told, while the block runs."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _StepLog(console)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=console) as progress:
        yield _StepBars(progress)


def show_nothing(step: str, done: int, of: int) -> None:
    """A watcher for all processes but the first."""


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

    console: Console
    told: dict[str, int] = field(default_factory=dict)

    def __call__(self, step: str, done: int, of: int) -> None:
        part = LINES_PER_STEP * done // of if of else LINES_PER_STEP
        if self.told.get(step) != part:
            self.told[step] = part
            self.console.print(f"{step}: {done} of {of}", markup=False, highlight=False)
