"""Long steps to a moving line on standard error, where that is a terminal, and to remarks."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


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
    """Gives a function that is told how many more of `total` are done, while the block runs."""
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


def tell(remark: str) -> None:
    """Puts a remark on what a step does on standard error."""
    typer.echo(f"Note: {remark}", err=True)
