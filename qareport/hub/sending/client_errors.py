"""Errors of the client library to our sentences, without any secret."""

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
TROUBLE = 500
"""From here on the Hub says that it has trouble of its own."""
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
    """What was tried, for the sentence when it fails."""

    deed: str
    """Such as "reading the repository"."""
    place: str
    """Endpoint and repository."""
    token: str | None = field(default=None, repr=False)
    """Never to be told."""

    def failure(self, error: Exception) -> QareportError:
        """The error of ours that tells an error of the client."""
        text = str(error)
        if text.startswith(BAD_CARD):
            said = self._clean(text.removeprefix(BAD_CARD).replace("\n- ", " "))
            return CheckError(f"{self.place}: the Hub refuses the card ({said}); mend README.md")
        answered = http_error(error)
        return self._silence(error) if answered is None else self._refusal(answered)

    def _silence(self, error: Exception) -> UnreachableError:
        """No answer came, or none that can be understood."""
        if isinstance(error, json.JSONDecodeError):
            told = "the answer is no JSON"
            return UnreachableError(f"{self.place}: {self.deed} failed ({told}); {SERVER_TROUBLE}")
        *_, last = causes(error)
        kind = type(last).__name__
        return UnreachableError(f"{self.place}: {self.deed} failed ({kind}); {NO_CONNECTION}")

    def _refusal(self, error: HfHubHTTPError) -> QareportError:
        status = error.response.status_code
        remedy = REMEDIES.get(status, SERVER_TROUBLE)
        if isinstance(error, GatedRepoError):
            remedy = "the repository is gated; ask for access on its page"
        said = self._clean(error.server_message or "")
        told = f"status {status}: {said}" if said else f"status {status}"
        sentence = f"{self.place}: {self.deed} failed ({told}); {remedy}"
        if status >= TROUBLE:
            return UnreachableError(sentence)
        return StalePlanError(sentence) if status == STALE else PublishError(sentence)

    def _clean(self, text: str) -> str:
        """The text in one printable line, without secrets."""
        hidden = scrub(text, self.token)
        line = " ".join("".join(c if c.isprintable() else " " for c in hidden).split())
        return line if len(line) <= LONGEST_MESSAGE else f"{line[:LONGEST_MESSAGE]} ..."


def http_error(error: BaseException) -> HfHubHTTPError | None:
    """The answer of the Hub that an error is about; None where there was none."""
    answered = (cause for cause in causes(error) if isinstance(cause, HfHubHTTPError))
    return next(answered, None)


def causes(error: BaseException) -> Iterator[BaseException]:
    """An error and what it came from, the latest first."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__
