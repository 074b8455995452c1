"""What a push refuses, in one sentence and without harm."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.hub.faults import ALWAYS, refused
from tests.hub.pushing import (
    CARD,
    FOREIGN_CARD,
    SECRET,
    Pusher,
    add_record,
    environment,
    on_hub,
    require_no_secret,
    run_hurried,
)
from tests.hub.state import Account


@pytest.mark.parametrize("status", [401, 403])
def test_a_gated_repository_without_access_is_refused(
    pushing: Pusher, folder: Path, status: int
) -> None:
    name = f"else/gated-{status}"
    on_hub(pushing.hub, name)
    pushing.hub.gated[name] = status

    run = pushing.push(folder, name)

    assert run.exit_code == 1
    assert f"status {status}: GatedRepo); the repository is gated; ask for access" in run.errors


def test_a_hidden_repository_of_others_is_refused(pushing: Pusher, folder: Path) -> None:
    run = pushing.push(folder, "else/nothing")

    assert run.exit_code == 1
    assert (
        "does not exist, or 'someone' cannot see it, and only its owner can make it" in run.errors
    )


def test_a_repository_with_another_name_now_is_refused(pushing: Pusher, folder: Path) -> None:
    on_hub(pushing.hub, "someone/now")
    pushing.hub.renamed["someone/then"] = "someone/now"

    run = pushing.push(folder, "someone/then")

    assert run.exit_code == 1
    assert "someone/then: is called 'someone/now' now; push to that name" in run.errors


def test_files_that_the_hub_ignores_are_told(pushing: Pusher, folder: Path) -> None:
    pushing.hub.ignored.add("tokenizer.json")

    run = pushing.push(folder, "someone/ignoring")

    assert run.exit_code == 3
    assert "missing, or with other bytes: tokenizer.json" in run.output
    assert "the Hub does not hold all that was pushed" in run.errors


def test_a_card_on_the_hub_that_is_not_utf_8_is_told(pushing: Pusher, folder: Path) -> None:
    on_hub(pushing.hub, "someone/latin")
    pushing.hub.repository("someone/latin").write("README.md", b"\xff")

    run = pushing.push(folder, "someone/latin")

    assert run.exit_code == 1
    assert "its card is not UTF-8; mend it there" in run.errors


def test_a_commit_to_others_is_refused_by_the_hub(pushing: Pusher, folder: Path) -> None:
    on_hub(pushing.hub, "else/closed")

    run = pushing.push(folder, "else/closed", "--no-create-pr")

    assert run.exit_code == 1
    assert "this account may not do that; ask the owner, or push with --create-pr" in run.errors
    assert pushing.hub.files("else/closed") == {}


def test_a_card_that_the_hub_refuses_is_not_pushed(pushing: Pusher, folder: Path) -> None:
    on_hub(pushing.hub, "someone/broken", {"README.md": "---\ndatasets: [a b c]\n---\n"})

    run = pushing.push(folder, "someone/broken")

    assert run.exit_code == 3
    assert "the Hub refuses the card (" in run.errors
    assert pushing.hub.commits == []


def test_partial_records_need_a_word(pushing: Pusher, folder: Path) -> None:
    add_record(folder / "eval", left_out=1)

    refused = pushing.push(folder, "someone/partial")
    allowed = pushing.push(folder, "someone/partial", "--allow-partial")

    assert refused.exit_code == 3
    assert "evaluation.json: is partial, since questions were left out" in refused.errors
    assert allowed.exit_code == 0


def test_secrets_stop_a_push_before_the_network(pushing: Pusher, folder: Path) -> None:
    (folder / "recipe.json").write_text(json.dumps({"token": SECRET}))

    run = pushing.push(folder, "someone/secret")

    (folder / "recipe.json").unlink()
    assert run.exit_code == 1
    assert "recipe.json: holds the token in use; remove it and push again" in run.errors
    assert pushing.hub.requests == []


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"HF_TOKEN": ""}, "nobody may push without a token"),
        ({"HF_TOKEN": "hf_wrongwrongwrongwrong"}, "the token is not accepted"),
        ({"HF_TOKEN": "hf_höhö"}, "the token has characters that a token cannot have"),
        ({"HF_TOKEN": "hf_only_reads"}, "the token of 'reader' only reads"),
    ],
)
def test_tokens_that_cannot_push_are_told(
    pushing: Pusher, folder: Path, variables: Mapping[str, str], sentence: str
) -> None:
    pushing.hub.accounts["hf_only_reads"] = Account("reader", role="read")

    run = pushing.push(folder, "someone/nobody", environment=variables)

    assert run.exit_code == 1
    assert sentence in run.errors
    assert not variables["HF_TOKEN"] or variables["HF_TOKEN"] not in run.errors
    assert pushing.hub.commits == []


def test_a_plan_can_be_seen_without_a_token(pushing: Pusher, folder: Path) -> None:
    on_hub(pushing.hub, "else/open", {"README.md": FOREIGN_CARD})

    run = pushing.push(folder, "else/open", "--dry-run", environment={"HF_TOKEN": ""})

    assert run.exit_code == 0, run.errors
    assert "as one pull request on" in run.output


def test_a_plan_without_an_answer_of_the_hub_is_that_of_the_folder(
    pushing: Pusher, folder: Path
) -> None:
    pushing.hub.faults[:] = [refused("info", 503, times=ALWAYS)]

    run = pushing.push(folder, "someone/silent", "--dry-run")

    assert run.exit_code == 1
    assert "reading the repository failed (status 503" in run.errors
    assert "to send: at most 4 files, " in run.output


def test_a_plan_that_the_hub_refuses_is_not_shown(pushing: Pusher, folder: Path) -> None:
    pushing.hub.faults[:] = [refused("info", 403)]

    run = pushing.push(folder, "someone/refused", "--dry-run")

    assert (run.exit_code, run.output) == (1, "")


@pytest.mark.slow
def test_the_token_of_the_stored_login_is_used(
    pushing: Pusher, folder: Path, tmp_path: Path
) -> None:
    pushing.hub.accounts["hf_stored"] = Account("keeper")
    home = tmp_path / "huggingface"
    home.mkdir()
    (home / "token").write_text("hf_stored\n")
    variables = {**environment(pushing.hub, tmp_path), "HF_HOME": str(home)}
    del variables["HF_TOKEN"]

    run = run_hurried(folder, "keeper/model", variables)

    assert run.exit_code == 0, run.errors
    assert pushing.hub.files("keeper/model")["README.md"] == CARD.encode()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"HF_HUB_OFFLINE": "1"}, "HF_HUB_OFFLINE is set; unset it to push"),
        (
            {"HF_ENDPOINT": "http://[x"},
            "HF_ENDPOINT: 'http://[x' is not an address; write https://host",
        ),
        (
            {"HF_ENDPOINT": "nowhere"},
            "HF_ENDPOINT: 'nowhere' is not an address; write https://host",
        ),
        (
            {"HF_ENDPOINT": "http://127.0.0.1:9"},
            "http://127.0.0.1:9: asking whose token it is failed (ConnectError); check the",
        ),
        ({"HF_OIDC_RESOURCE": "x"}, "getting the token failed (OIDCError); check the network"),
        ({"http_proxy": "http://127.0.0.1:9", "no_proxy": ""}, "check the network, the proxy"),
    ],
)
def test_hubs_that_cannot_be_reached_are_told(
    pushing: Pusher, folder: Path, tmp_path: Path, variables: Mapping[str, str], sentence: str
) -> None:
    run = run_hurried(folder, "someone/away", {**environment(pushing.hub, tmp_path), **variables})

    assert run.exit_code == 1
    assert sentence in run.errors
    assert run.errors.count("\n") == 1
    require_no_secret([run.output, run.errors], tmp_path)
