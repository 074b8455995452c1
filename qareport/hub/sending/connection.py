"""Environment and token to a connection with the Hub, and calls over it that may be repeated."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from huggingface_hub import (
    HfApi,
    constants,
    get_session,
    get_token,
    is_offline_mode,
)
from huggingface_hub.errors import OIDCError

from qareport.errors import PublishError, UnreachableError
from qareport.hub.sending.addresses import checked_endpoint
from qareport.hub.sending.client import HTTPError, logging
from qareport.hub.sending.client_errors import Attempt, causes, http_error

CLIENT_ERRORS = (HTTPError, OIDCError, OSError, ValueError, RuntimeError, KeyError, TypeError)
"""What the client library raises when the Hub refuses, is away, or answers nonsense."""
TRANSIENT = frozenset({408, 429, 500, 502, 503, 504})
WAITS = (1.0, 2.0, 4.0)
"""Seconds between tries of what may be repeated."""
LONGEST_WAIT = 60.0
ANSWER_SECONDS = 120.0
"""How long one piece of an answer may take."""
_TOKEN = re.compile(r"[!-~]+")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Connection:
    """A way to the Hub for one account, or for nobody."""

    api: HfApi = field(repr=False)
    endpoint: str
    token: str | None = field(repr=False)

    def attempt(self, deed: str, repository: str) -> Attempt:
        """What is about to be tried, with where."""
        get_session().timeout = ANSWER_SECONDS
        return Attempt(deed, f"{self.endpoint}/{repository}".rstrip("/"), self.token)

    def repeat(self, attempt: Attempt, call: Callable[[], T]) -> T:
        """What a call answers that changes nothing, tried again when the Hub has trouble.

        Raises:
            PublishError: the Hub refuses, or its trouble goes on.
        """
        for wait in WAITS:
            try:
                return call()
            except CLIENT_ERRORS as error:
                if not is_transient(error):
                    raise attempt.failure(error) from None
                pause = max(wait, _wanted_pause(error))
            time.sleep(pause)
        try:
            return call()
        except CLIENT_ERRORS as error:
            raise attempt.failure(error) from None


def connect(token: str | None = None) -> Connection:
    """The connection that the environment names, with the stored token if none is given.

    Raises:
        PublishError: the Hub must not be used, its address is none, or the token cannot be one.
    """
    if is_offline_mode():
        raise UnreachableError("HF_HUB_OFFLINE is set; unset it to push")
    # Its warnings tell addresses to which anybody could upload.
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]  # the library leaves it bare
    endpoint = checked_endpoint(constants.ENDPOINT)
    try:
        known = token or get_token()
    except CLIENT_ERRORS as error:
        raise Attempt("getting the token", endpoint).failure(error) from None
    if known is not None and not _TOKEN.fullmatch(known):
        raise PublishError("the token has characters that no token has; set HF_TOKEN again")
    return Connection(HfApi(token=known or False, library_name="qareport"), endpoint, known)


def is_transient(error: Exception) -> bool:
    """Whether the same call may do better a little later."""
    answered = http_error(error)
    if answered is not None:
        return answered.response.status_code in TRANSIENT
    return any(isinstance(cause, HTTPError) for cause in causes(error))


def _wanted_pause(error: Exception) -> float:
    """Seconds that the Hub asks to wait, up to a minute; 0 where it does not."""
    answered = http_error(error)
    wanted = answered.response.headers.get("Retry-After", "") if answered else ""
    return min(float(wanted), LONGEST_WAIT) if wanted.isdecimal() else 0.0
