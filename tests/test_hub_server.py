"""Requests to the local Hub, by hand and from the real client library."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hub.asking import ask
from tests.hub_server import Hub, blob_id, hub_server

CONFIG = b'{"model_type": "bert"}'
SNAPSHOT = """
from huggingface_hub import snapshot_download

print(snapshot_download("someone/model"))
"""


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    """A Hub with one model of two files."""
    folder = tmp_path / "models" / "someone" / "model"
    (folder / "onnx").mkdir(parents=True)
    (folder / "config.json").write_bytes(CONFIG)
    (folder / "onnx" / "model.onnx").write_bytes(b"onnx")
    with hub_server(tmp_path) as server:
        yield server


def test_a_model_tells_its_commit_and_files(hub: Hub) -> None:
    response, body = ask(hub, "GET", "/api/models/someone/model/revision/main")

    told = json.loads(body)
    assert response.status == 200
    assert told["sha"] == hub.commit("models", "someone/model")
    assert told["siblings"] == [{"rfilename": "config.json"}, {"rfilename": "onnx/model.onnx"}]


def test_the_commit_changes_with_the_files(hub: Hub) -> None:
    before = hub.commit("models", "someone/model")

    (hub.root / "models/someone/model/config.json").write_text("{}")

    assert hub.commit("models", "someone/model") != before


@pytest.mark.parametrize(
    ("path", "entries"),
    [
        ("tree/main", ["directory onnx", "file config.json"]),
        (
            "tree/main?recursive=true",
            ["directory onnx", "file config.json", "file onnx/model.onnx"],
        ),
        ("tree/main/onnx", ["file onnx/model.onnx"]),
    ],
)
def test_the_tree_lists_a_folder(hub: Hub, path: str, entries: list[str]) -> None:
    _, body = ask(hub, "GET", f"/api/models/someone/model/{path}")

    assert [f"{entry['type']} {entry['path']}" for entry in json.loads(body)] == entries


@pytest.mark.parametrize(
    ("body", "entries"),
    [
        ("paths=config.json&paths=nothing", ["file config.json"]),
        ('{"paths": ["onnx"], "expand": false}', ["directory onnx"]),
    ],
)
def test_paths_are_told_from_a_form_or_json(hub: Hub, body: str, entries: list[str]) -> None:
    _, answer = ask(hub, "POST", "/api/models/someone/model/paths-info/main", body=body)

    assert [f"{entry['type']} {entry['path']}" for entry in json.loads(answer)] == entries


def test_a_file_comes_with_its_commit_and_git_id(hub: Hub) -> None:
    response, body = ask(hub, "GET", "/someone/model/resolve/main/config.json")

    assert body == CONFIG
    assert response.headers["X-Repo-Commit"] == hub.commit("models", "someone/model")
    assert response.headers["ETag"] == f'"{blob_id(CONFIG)}"'


def test_a_head_request_has_the_headers_without_the_body(hub: Hub) -> None:
    response, body = ask(hub, "HEAD", "/someone/model/resolve/main/config.json")

    assert body == b""
    assert response.headers["Content-Length"] == str(len(CONFIG))


@pytest.mark.parametrize(("wanted", "part"), [("0-3", CONFIG[:4]), ("5-", CONFIG[5:])])
def test_a_range_of_a_file_can_be_read(hub: Hub, wanted: str, part: bytes) -> None:
    headers = {"Range": f"bytes={wanted}"}

    response, body = ask(hub, "GET", "/someone/model/resolve/main/config.json", headers=headers)

    assert response.status == 206
    assert body == part
    assert response.headers["Content-Range"].endswith(f"/{len(CONFIG)}")


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/someone/model/resolve/main/nothing", "EntryNotFound"),
        ("/api/models/someone/model/tree/main/nothing", "EntryNotFound"),
        ("/someone/nobody/resolve/main/config.json", "RepoNotFound"),
        ("/someone/model/resolve/v9/config.json", "RevisionNotFound"),
        ("/api/no-such-route", "NotFound"),
    ],
)
def test_what_is_not_there_is_told_by_its_code(hub: Hub, path: str, code: str) -> None:
    response, _ = ask(hub, "GET", path)

    assert (response.status, response.headers["X-Error-Code"]) == (404, code)


def test_a_gated_repository_is_refused_with_the_status_of_the_switch(hub: Hub) -> None:
    hub.gated["someone/model"] = 401

    response, _ = ask(hub, "GET", "/someone/model/resolve/main/config.json")

    assert (response.status, response.headers["X-Error-Code"]) == (401, "GatedRepo")


def test_requests_are_listed_with_their_tokens(hub: Hub) -> None:
    ask(hub, "GET", "/api/whoami-v2", headers={"Authorization": "Bearer hf_dummy"})
    ask(hub, "HEAD", "/someone/model/resolve/refs%2Fpr%2F1/config.json")

    assert [str(request) for request in hub.requests] == [
        "GET /api/whoami-v2",
        "HEAD /someone/model/resolve/refs/pr/1/config.json",
    ]
    assert [request.token for request in hub.requests] == ["hf_dummy", None]


@pytest.mark.slow
def test_the_client_library_downloads_a_whole_model(hub: Hub, tmp_path: Path) -> None:
    environment = {**os.environ, **hub.environment(tmp_path)}

    snapshot = subprocess.run(
        [sys.executable, "-c", SNAPSHOT], env=environment, check=True, stdout=subprocess.PIPE
    ).stdout.decode()

    folder = Path(snapshot.strip())
    assert folder.name == hub.commit("models", "someone/model")
    assert (folder / "config.json").read_bytes() == CONFIG
    assert (folder / "onnx" / "model.onnx").read_bytes() == b"onnx"
