"""Faults that the local Hub has on demand."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

ALWAYS = 1_000_000


class Effect(Enum):
    """What happens to a request."""

    REFUSE = "answered with a status"
    SLOW = "answered late"
    CUT_REQUEST = "connection closed in the middle of the request's body"
    CUT_ANSWER = "connection closed in the middle of the answer's body"
    CUT_AFTER = "done, and the connection closed before the answer"
    MEANWHILE = "somebody else does something first"
    NONSENSE = "answered with a page that is not JSON"


@dataclass(slots=True)
class Fault:
    """One thing that goes wrong, at the next requests to a route."""

    route: str
    effect: Effect
    times: int = 1
    status: int = 500
    code: str = "Fault"
    message: str = "injected fault"
    retry_after: int | None = None
    seconds: float = 0.0
    after: int = 0
    """Requests to the route that go well before."""
    action: Callable[[], object] = bool
    """What somebody else does meanwhile."""

    def applies(self, route: str) -> bool:
        """Whether a request to this route goes wrong; counts it if so."""
        if route != self.route or self.times == 0:
            return False
        if self.after:
            self.after -= 1
            return False
        self.times -= 1
        return True


def refused(route: str, status: int, *, times: int = 1, code: str = "Fault") -> Fault:
    """Requests to a route are answered with a status."""
    return Fault(route, Effect.REFUSE, times, status, code)
