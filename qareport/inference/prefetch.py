"""Items to results in two steps; a thread does the first one of the next item meanwhile."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")
Ready = TypeVar("Ready")
Result = TypeVar("Result")


def overlap(
    items: Iterable[Item],
    *,
    prepare: Callable[[Item], Ready],
    finish: Callable[[Ready], Result],
) -> Iterator[Result]:
    """What `finish` makes of what `prepare` makes of each item, in order.

    While an item is finished, a thread prepares the next one, and none beyond that. The thread
    ends before the result is given, so nothing is at work while the caller looks at it, forks, or
    asks for no more. An error in preparing an item is raised where its result is due.
    """
    waiting = iter(items)
    ready = [prepare(item) for item in islice(waiting, 1)]
    while ready:
        with ThreadPoolExecutor(max_workers=1) as preparer:
            coming = [preparer.submit(prepare, item) for item in islice(waiting, 1)]
            result = finish(ready.pop())
        yield result
        ready = [each.result() for each in coming]
