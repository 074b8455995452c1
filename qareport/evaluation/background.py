"""Works on items in a thread while the next ones come."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

MOST_WAITING = 2
"""Items that may wait for their turn; while as many do, no further one is taken."""


def work_behind(items: Iterable[Item], work: Callable[[Item], Result]) -> Iterator[Result]:
    """What `work` returns for each item, in order.

    One thread works on the items one after the other while the caller's thread takes the next
    ones. What `work` raises is raised in place of its result. However that ends, what was taken is
    worked on, so that nothing which was answered is lost.
    """
    waiting: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(max_workers=1) as worker:
        for item in items:
            waiting.append(worker.submit(work, item))
            if len(waiting) > MOST_WAITING:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
