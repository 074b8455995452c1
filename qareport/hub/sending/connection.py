"""Connects to the Hub, and retries calls that change nothing."""

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
"""What the client library raises when the Hub refuses, is unreachable, or answers nonsense."""
TRANSIENT = frozenset({408, 429, 500, 502, 503, 504})
WAITS = (1.0, 2.0, 4.0)
"""Seconds to wait before each retry."""
LONGEST_WAIT = 60.0
ANSWER_SECONDS = 120.0
"""Seconds that each read of an answer may take."""
_TOKEN = re.compile(r"[!-~]+")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Connection:
    """A connection to the Hub for one account, or without one."""

    api: HfApi = field(repr=False)
    endpoint: str
    token: str | None = field(repr=False)

    def attempt(self, action: str, repository: str) -> Attempt:
        """An action on a repository that is about to begin."""
        get_session().timeout = ANSWER_SECONDS
        return Attempt(action, f"{self.endpoint}/{repository}".rstrip("/"), self.token)

    def retry(self, attempt: Attempt, call: Callable[[], T]) -> T:
        """The result of a call that changes nothing, retried when the Hub has trouble.

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
    """A connection to the Hub of the environment, with the stored token if none is given.

    Raises:
        PublishError: HF_HUB_OFFLINE is set, or the address or the token is not a valid one.
    """
    if is_offline_mode():
        raise UnreachableError("HF_HUB_OFFLINE is set; unset it to push")
    # Its warnings show addresses to which anybody could upload.
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]  # the library leaves it bare
    endpoint = checked_endpoint(constants.ENDPOINT)
    try:
        known = token or get_token()
    except CLIENT_ERRORS as error:
        raise Attempt("getting the token", endpoint).failure(error) from None
    if known is not None and not _TOKEN.fullmatch(known):
        raise PublishError("the token has characters that a token cannot have; set HF_TOKEN again")
    return Connection(HfApi(token=known or False, library_name="qareport"), endpoint, known)


def is_transient(error: Exception) -> bool:
    """Whether a retry may succeed."""
    answered = http_error(error)
    if answered is not None:
        return answered.response.status_code in TRANSIENT
    return any(isinstance(cause, HTTPError) for cause in causes(error))


def _wanted_pause(error: Exception) -> float:
    """Seconds that the Hub asks to wait, at most a minute; 0 if it does not ask."""
    answered = http_error(error)
    wanted = answered.response.headers.get("Retry-After", "") if answered else ""
    return min(float(wanted), LONGEST_WAIT) if wanted.isdecimal() else 0.0
