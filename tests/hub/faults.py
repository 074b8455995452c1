"""Defines the faults that the local Hub can be made to have."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

ALWAYS = 1_000_000


class Effect(Enum):
    """How a request goes wrong."""

    REFUSE = "answered with a status"
    SLOW = "answered late"
    CUT_REQUEST = "connection closed in the middle of the request's body"
    CUT_ANSWER = "connection closed in the middle of the answer's body"
    CUT_AFTER = "done, and the connection closed before the answer"
    MEANWHILE = "somebody else does something first"
    NONSENSE = "answered with a page that is not JSON"


@dataclass(slots=True)
class Fault:
    """One fault of the next requests to a route."""

    route: str
    effect: Effect
    times: int = 1
    status: int = 500
    code: str = "Fault"
    message: str = "injected fault"
    retry_after: int | None = None
    seconds: float = 0.0
    after: int = 0
    """How many requests to the route succeed first."""
    action: Callable[[], object] = bool
    """What somebody else does in the meantime."""

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
