"""Draws on the terminal with Rich, which nothing from outside steers."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from rich.console import Console, ConsoleOptions, RenderableType
from rich.live import Live
from rich.progress import Progress
from rich.segment import Segment
from rich.status import Status
from typing_extensions import override

from qareport.data.printable import PrintableStream, printable, printable_streams


class TextConsole(Console):
    """A console to which text is text, and never markup, an emoji code or a control character."""

    def __init__(self, *, stderr: bool = False) -> None:
        stream = sys.stderr if stderr else sys.stdout
        self._shown = printable
        if isinstance(stream, PrintableStream):
            self._shown, stream = stream.shown, stream.rich_proxied_file
        super().__init__(file=stream, stderr=stderr, markup=False, emoji=False, highlight=False)

    @override
    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        for segment in super().render(renderable, options):
            text, style, control = segment
            yield segment if control else Segment(self._shown(text), style)


@contextmanager
def moving(bars: Progress | Status | Live) -> Iterator[None]:
    """Shows what moves while the block runs, above which other lines are printed."""
    with bars, printable_streams():
        yield
