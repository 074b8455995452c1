"""What the local Hub takes, and what it notices of requests that no good client sends."""

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.hub.asking import SIGNED, ask, post
from tests.hub.faults import Effect, Fault
from tests.hub.pushing import on_hub
from tests.hub.state import TOKEN, Account, Hub
from tests.hub_server import hub_server

NAME = "someone/model"
API = f"/api/models/{NAME}"
HEADER: Mapping[str, object] = {"key": "header", "value": {"summary": "Why", "description": ""}}
WEIGHTS = b"weights"
OID = hashlib.sha256(WEIGHTS).hexdigest()


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    """A Hub with one model of one file."""
    with hub_server(tmp_path) as server:
        on_hub(server, NAME, {"config.json": "{}"})
        yield server


def file_line(path: str, content: bytes) -> Mapping[str, object]:
    encoded = base64.b64encode(content).decode()
    return {"key": "file", "value": {"path": path, "content": encoded, "encoding": "base64"}}


def commit(
    hub: Hub, *lines: Mapping[str, object], parent: str | None = None, query: str = ""
) -> int:
    header = dict(HEADER)
    if parent is not None:
        header["value"] = {"summary": "Why", "description": "", "parentCommit": parent}
    body = "".join(json.dumps(line) + "\n" for line in (header, *lines))
    response, _ = ask(hub, "POST", f"{API}/commit/main{query}", body=body, headers=SIGNED)
    return response.status


def test_a_new_repository_has_attributes_alone(hub: Hub) -> None:
    wanted = {"name": "new", "organization": "some-org", "visibility": "private"}

    status, told = post(hub, "/api/repos/create", wanted)

    assert (status, told["url"]) == (200, f"{hub.url}/some-org/new")
    assert hub.repository("some-org/new").paths() == [".gitattributes"]
    assert hub.private == {"some-org/new"}


def test_a_repository_that_exists_is_a_conflict_with_its_address(hub: Hub) -> None:
    status, told = post(hub, "/api/repos/create", {"name": "model", "organization": None})

    assert (status, told["url"]) == (409, f"{hub.url}/{NAME}")


def test_only_owners_make_repositories(hub: Hub) -> None:
    status, _ = post(hub, "/api/repos/create", {"name": "model", "organization": "else"})

    assert status == 403


@pytest.mark.parametrize(
    ("card", "status", "errors", "warnings"),
    [
        ("---\nlicense: mit\n---\n", 200, 0, 0),
        ("# No metadata\n", 200, 0, 1),
        ("---\nlicense: my-own\n---\n", 400, 1, 0),
        ("---\nlicense: [\n---\n", 400, 1, 0),
    ],
)
def test_cards_are_validated_by_our_rules(
    hub: Hub, card: str, status: int, errors: int, warnings: int
) -> None:
    response, body = ask(
        hub, "POST", "/api/validate-yaml", body=json.dumps({"content": card, "repoType": "model"})
    )

    told = json.loads(body)
    assert response.status == status
    assert (len(told["errors"]), len(told["warnings"])) == (errors, warnings)


def test_files_that_are_there_come_with_their_id(hub: Hub) -> None:
    files = [{"path": path, "sample": "", "size": 2} for path in ("config.json", "a.safetensors")]

    _, told = post(hub, f"{API}/preupload/main", {"files": files})

    oid = "9e26dfeeb6e641a33dae4961196235bdb965b21b"
    assert told["files"] == [
        {"path": "config.json", "uploadMode": "regular", "shouldIgnore": False, "oid": oid},
        {"path": "a.safetensors", "uploadMode": "lfs", "shouldIgnore": False},
    ]


def test_a_commit_changes_all_its_files_at_once(hub: Hub) -> None:
    deletion = {"key": "deletedFile", "value": {"path": "config.json"}}

    status = commit(hub, file_line("a/b.txt", b"new"), deletion, parent=hub.commit("models", NAME))

    assert status == 200
    assert hub.files(NAME) == {"a/b.txt": b"new"}
    assert hub.commits[0].summary == "Why"


def test_a_stale_parent_changes_nothing(hub: Hub) -> None:
    status = commit(hub, file_line("a.txt", b"new"), parent="0" * 40)

    assert status == 412
    assert hub.files(NAME) == {"config.json": b"{}"}


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ({"key": "file", "value": {"path": "a", "content": "%"}}, "a: is not base64"),
        (
            {"key": "lfsFile", "value": {"path": "a", "oid": OID}},
            "a: commits a large file that is not stored",
        ),
        ({"key": "copy", "value": {"path": "a"}}, "a: unknown line 'copy'"),
    ],
)
def test_wrong_lines_of_a_commit_change_nothing(
    hub: Hub, line: Mapping[str, object], complaint: str
) -> None:
    status = commit(hub, file_line("b.txt", b"new"), line)

    assert status == 400
    assert hub.complaints == [complaint]
    assert hub.files(NAME) == {"config.json": b"{}"}


def test_a_pull_request_is_a_branch_of_its_own(hub: Hub) -> None:
    status = commit(hub, file_line("a.txt", b"new"), query="?create_pr=1")

    response, body = ask(hub, "GET", "/someone/model/resolve/refs%2Fpr%2F1/a.txt")
    _, discussions = ask(hub, "GET", f"{API}/discussions?author=someone&status=open")
    assert (status, response.status, body) == (200, 200, b"new")
    assert hub.files(NAME) == {"config.json": b"{}"}
    assert [told["num"] for told in json.loads(discussions)["discussions"]] == [1]


def test_strangers_may_ask_and_not_commit(hub: Hub) -> None:
    hub.accounts[TOKEN] = Account("stranger")

    refused = commit(hub, file_line("a.txt", b"new"))
    asked = commit(hub, file_line("a.txt", b"new"), query="?create_pr=1")

    assert (refused, asked) == (403, 200)
    assert hub.pulls[0].author == "stranger"


def test_a_discussion_can_be_opened_first(hub: Hub) -> None:
    status, told = post(hub, f"{API}/discussions", {"title": "Why", "pullRequest": True})

    assert (status, told["num"]) == (200, 1)
    assert hub.files(NAME, "refs/pr/1") == hub.files(NAME)


def test_a_branch_is_made_once(hub: Hub) -> None:
    first, _ = post(hub, f"{API}/branch/next", {})
    second, _ = post(hub, f"{API}/branch/next", {})

    assert (first, second) == (200, 409)
    assert hub.files(NAME, "next") == hub.files(NAME)


def test_a_large_file_goes_through_storage(hub: Hub) -> None:
    wanted = {"objects": [{"oid": OID, "size": len(WEIGHTS)}]}
    batch = f"/{NAME}.git/info/lfs/objects/batch"

    _, first = post(hub, batch, wanted)
    uploaded, _ = ask(hub, "PUT", f"/storage/{OID}?signature=x", body=WEIGHTS)
    verified, _ = post(hub, f"/{NAME}.git/lfs/verify", wanted["objects"][0])
    _, second = post(hub, batch, wanted)
    line = {"key": "lfsFile", "value": {"path": "model.safetensors", "oid": OID}}
    committed = commit(hub, line)

    assert "actions" in str(first)
    assert "actions" not in str(second)
    assert (uploaded.status, verified, committed) == (200, 200, 200)
    assert hub.files(NAME)["model.safetensors"] == WEIGHTS
    assert hub.complaints == []


def test_uploads_must_be_what_their_address_says(hub: Hub) -> None:
    response, _ = ask(hub, "PUT", f"/storage/{OID}", body=b"others")

    assert response.status == 400
    assert hub.complaints == [f"upload of {OID}: another SHA-256"]


def test_a_token_at_an_upload_address_is_noticed(hub: Hub) -> None:
    ask(hub, "PUT", f"/storage/{OID}", body=WEIGHTS, headers=SIGNED)

    assert hub.complaints == ["a token was sent to an upload address"]


@pytest.mark.parametrize("path", ["/api/repos/create", f"{API}/commit/main", f"{API}/branch/b"])
@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer hf_unknown"}])
def test_writing_needs_a_token_that_is_known(
    hub: Hub, path: str, headers: Mapping[str, str]
) -> None:
    response, _ = ask(hub, "POST", path, body="{}", headers=headers)

    assert response.status == 401


def test_private_repositories_are_for_their_owners(hub: Hub) -> None:
    hub.private.add(NAME)

    hidden, _ = ask(hub, "GET", API)
    seen, _ = ask(hub, "GET", API, headers=SIGNED)

    assert (hidden.status, hidden.headers["X-Error-Code"]) == (404, "RepoNotFound")
    assert seen.status == 200


def test_the_parsed_card_comes_with_the_model(hub: Hub) -> None:
    hub.repository(NAME).write("README.md", b"---\nlicense: mit\ndate: 2026-11-22\n---\n")

    _, body = ask(hub, "GET", API)

    assert json.loads(body)["cardData"] == {"license": "mit", "date": "2026-11-22"}


def test_bodies_in_chunks_are_read(hub: Hub) -> None:
    body = json.dumps({"content": "---\nlicense: mit\n---\n"}).encode()
    connection = HTTPConnection(urlsplit(hub.url).netloc)

    connection.request(
        "POST", "/api/validate-yaml", iter([body[:9], body[9:]]), encode_chunked=True
    )

    assert json.loads(connection.getresponse().read()) == {"errors": [], "warnings": []}
    connection.close()


@pytest.mark.parametrize(
    ("effect", "is_answered", "is_done"),
    [
        (Effect.REFUSE, True, False),
        (Effect.NONSENSE, True, False),
        (Effect.SLOW, True, True),
        (Effect.MEANWHILE, True, True),
        (Effect.CUT_REQUEST, False, False),
        (Effect.CUT_ANSWER, False, True),
        (Effect.CUT_AFTER, False, True),
    ],
)
def test_faults_have_their_effect_once(
    hub: Hub, effect: Effect, *, is_answered: bool, is_done: bool
) -> None:
    hub.faults.append(Fault("branch", effect, retry_after=7))

    try:
        ask(hub, "POST", f"{API}/branch/next", body="{}", headers=SIGNED)
    except (OSError, HTTPException):
        came_back = False
    else:
        came_back = True

    assert (hub.repository(NAME, "next").folder.is_dir(), came_back) == (is_done, is_answered)
    assert post(hub, f"{API}/branch/other", {})[0] == 200
    assert hub.complaints == []


def test_a_fault_can_wait_for_its_turn(hub: Hub) -> None:
    hub.faults.append(Fault("info", Effect.REFUSE, after=1, status=503, retry_after=2))

    answers = [ask(hub, "GET", API)[0] for _ in range(3)]

    assert [answer.status for answer in answers] == [200, 503, 200]
    assert answers[1].headers["Retry-After"] == "2"
