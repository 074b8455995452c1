"""Turns errors of the client library into our own, without any secret."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from huggingface_hub.errors import GatedRepoError, HfHubHTTPError

from qareport.errors import (
    CheckError,
    PublishError,
    QareportError,
    StalePlanError,
    UnreachableError,
)
from qareport.hub.sending.addresses import scrub

LONGEST_MESSAGE = 300
BAD_CARD = "Invalid metadata in README.md."
STALE = 412
FIRST_SERVER_ERROR = 500
"""From this status on, the fault is the Hub's."""
REMEDIES: Mapping[int, str] = {
    400: "the Hub does not take what was sent",
    401: "the token is not accepted; set HF_TOKEN to a valid one, or run `hf auth login`",
    403: "this account may not do that; ask the owner, or push with --create-pr",
    404: "it is not there, or this account cannot see it",
    409: "another change of it is going on; push again",
    STALE: "the repository has changed meanwhile; push again",
    413: "it is too large for the Hub",
    429: "these were too many requests; wait some minutes and push again",
}
SERVER_TROUBLE = "the Hub has trouble; push again later"
NO_CONNECTION = "check the network, the proxy and HF_ENDPOINT, and push again"


@dataclass(frozen=True, slots=True)
class Attempt:
    """What is being done, for the message if it fails."""

    action: str
    """As in "reading the repository"."""
    url: str
    """Endpoint and repository."""
    token: str | None = field(default=None, repr=False)
    """Never shown."""

    def failure(self, error: Exception) -> QareportError:
        """Our error about an error of the client."""
        text = str(error)
        if text.startswith(BAD_CARD):
            reason = self._clean(text.removeprefix(BAD_CARD).replace("\n- ", " "))
            return CheckError(f"{self.url}: the Hub refuses the card ({reason}); mend README.md")
        answered = http_error(error)
        return self._no_answer(error) if answered is None else self._refusal(answered)

    def _no_answer(self, error: Exception) -> UnreachableError:
        """The error when no answer came, or one that is not JSON."""
        if isinstance(error, json.JSONDecodeError):
            reason = "the answer is not JSON"
            return UnreachableError(
                f"{self.url}: {self.action} failed ({reason}); {SERVER_TROUBLE}"
            )
        *_, last = causes(error)
        kind = type(last).__name__
        return UnreachableError(f"{self.url}: {self.action} failed ({kind}); {NO_CONNECTION}")

    def _refusal(self, error: HfHubHTTPError) -> QareportError:
        status = error.response.status_code
        remedy = REMEDIES.get(status, SERVER_TROUBLE)
        if isinstance(error, GatedRepoError):
            remedy = "the repository is gated; ask for access on its page"
        message = self._clean(error.server_message or "")
        reason = f"status {status}: {message}" if message else f"status {status}"
        sentence = f"{self.url}: {self.action} failed ({reason}); {remedy}"
        if status >= FIRST_SERVER_ERROR:
            return UnreachableError(sentence)
        return StalePlanError(sentence) if status == STALE else PublishError(sentence)

    def _clean(self, text: str) -> str:
        """The text in one printable line, without secrets."""
        hidden = scrub(text, self.token)
        line = " ".join("".join(c if c.isprintable() else " " for c in hidden).split())
        return line if len(line) <= LONGEST_MESSAGE else f"{line[:LONGEST_MESSAGE]} ..."


def http_error(error: BaseException) -> HfHubHTTPError | None:
    """The HTTP error behind an error; None if the Hub did not answer."""
    answered = (cause for cause in causes(error) if isinstance(cause, HfHubHTTPError))
    return next(answered, None)


def causes(error: BaseException) -> Iterator[BaseException]:
    """An error and the chain of its causes."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__
