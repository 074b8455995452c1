"""Tests that errors of the client become one sentence of ours without any secret."""

import json

import httpx2
import pytest
from huggingface_hub.errors import HfHubHTTPError
from hypothesis import assume, given
from hypothesis import strategies as st

from qareport.errors import CheckError, PublishError, StalePlanError, UnreachableError
from qareport.hub.sending.addresses import scrub
from qareport.hub.sending.client_errors import Attempt, http_error
from qareport.hub.sending.connection import is_transient

TOKEN = "hf_secretsecret"  # noqa: S105 - the token of nobody
ATTEMPT = Attempt("committing", "http://hub/someone/model", TOKEN)


def answered(status: int, message: str | None = None) -> HfHubHTTPError:
    request = httpx2.Request("POST", "http://hub/api/models/someone/model/commit/main")
    response = httpx2.Response(status, request=request)
    return HfHubHTTPError(f"status {status}", response=response, server_message=message)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            answered(403, "No rights"),
            (
                "committing failed (status 403: No rights); this account may not do that; "
                "ask the owner, or push with --create-pr"
            ),
        ),
        (
            answered(418),
            "committing failed (status 418); the Hub has trouble; push again later",
        ),
        (
            httpx2.ConnectError("refused"),
            (
                "committing failed (ConnectError); check the network, the proxy and HF_ENDPOINT, "
                "and push again"
            ),
        ),
        (
            json.JSONDecodeError("no", "<html>", 0),
            "committing failed (the answer is not JSON); the Hub has trouble; push again later",
        ),
    ],
)
def test_a_failure_says_where_what_and_how_to_mend(error: Exception, sentence: str) -> None:
    shown = ATTEMPT.failure(error)

    assert isinstance(shown, PublishError)
    assert str(shown) == f"http://hub/someone/model: {sentence}"


def test_a_stale_parent_is_an_error_of_its_own() -> None:
    assert isinstance(ATTEMPT.failure(answered(412)), StalePlanError)


@pytest.mark.parametrize(
    ("error", "is_unreachable"),
    [
        (httpx2.ConnectError("refused"), True),
        (json.JSONDecodeError("no", "<html>", 0), True),
        (answered(503), True),
        (answered(403), False),
        (answered(404), False),
    ],
)
def test_a_hub_that_does_not_answer_is_distinguished_from_one_that_refuses(
    error: Exception, *, is_unreachable: bool
) -> None:
    assert isinstance(ATTEMPT.failure(error), UnreachableError) is is_unreachable


def test_a_refused_card_is_a_check_that_failed() -> None:
    shown = ATTEMPT.failure(ValueError('Invalid metadata in README.md.\n- "license" must be\n- b'))

    assert isinstance(shown, CheckError)
    assert str(shown).endswith('the Hub refuses the card ("license" must be b); mend README.md')


def test_the_answer_behind_an_error_of_uploading_is_reported() -> None:
    outer = RuntimeError("Error while uploading")
    outer.__cause__ = answered(500, "storage is full")

    assert http_error(outer) is outer.__cause__
    assert "status 500: storage is full" in str(ATTEMPT.failure(outer))


@pytest.mark.parametrize(
    "said",
    [
        f"you sent {TOKEN}",
        "you sent hf_anotherToken",
        "at https://me:password@hub/path",
        "header Bearer password",
        "at https://storage/x?X-Amz-Signature=password&y=1",
    ],
)
def test_secrets_are_not_reported(said: str) -> None:
    shown = str(ATTEMPT.failure(answered(400, said)))

    assert "***" in shown
    assert "password" not in shown
    assert "Token" not in shown
    assert TOKEN not in shown


@given(st.text(min_size=1), st.text(), st.text())
def test_a_token_of_any_shape_is_scrubbed(used: str, before: str, after: str) -> None:
    assume("*" not in used)

    assert used not in scrub(before + used + after, used)


def test_hostile_messages_are_cut_to_one_printable_line() -> None:
    shown = str(ATTEMPT.failure(answered(500, "\x1b[2J\n\u202e" + "long " * 1000)))

    assert shown.isprintable()
    assert len(shown) < 500


def test_the_token_is_not_in_the_text_of_an_attempt() -> None:
    assert TOKEN not in repr(ATTEMPT)


@pytest.mark.parametrize(
    ("error", "is_worth_it"),
    [
        (answered(503), True),
        (answered(429), True),
        (answered(403), False),
        (httpx2.ReadTimeout("late"), True),
        (ValueError("nonsense"), False),
    ],
)
def test_only_trouble_that_passes_is_worth_another_try(
    error: Exception, *, is_worth_it: bool
) -> None:
    assert is_transient(error) is is_worth_it
