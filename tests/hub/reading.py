"""Answers the requests to the local Hub that only read."""

import json
from collections.abc import Mapping
from urllib.parse import parse_qs, unquote

from qareport.cards.text.card_text import split_card
from qareport.cards.text.front_matter import read_front_matter
from qareport.errors import DataError
from tests.hub.state import Call, Repository
from tests.hub.wire import Answer, as_json, blob_id, refusal

POINTER_BYTES = 130
Entry = Mapping[str, object]


def repository_info(call: Call) -> Answer:
    """Name, commit, file names and parsed card of a repository."""
    repository = call.repository
    siblings = [{"rfilename": path} for path in repository.paths()]
    return as_json(
        {
            "id": repository.name,
            "sha": repository.commit(),
            "private": repository.name in call.hub.private,
            "gated": "manual" if repository.name in call.hub.gated else False,
            "tags": [],
            "downloads": 0,
            "likes": 0,
            "siblings": siblings,
            **_card_data(repository, call.hub.misread),
        }
    )


def tree(call: Call) -> Answer:
    """The entries below a folder of a repository."""
    repository = call.repository
    folder = unquote(call.match["path"] or "").strip("/")
    is_recursive = call.query.get("recursive", ["false"])[0].lower() in {"1", "true"}
    below = [path for path in repository.paths() if not folder or path.startswith(f"{folder}/")]
    if folder and not below:
        return refusal(404, "EntryNotFound")
    depth = len(folder.split("/")) if folder else 0
    files = [path for path in below if is_recursive or path.count("/") == depth]
    parents = {"/".join(path.split("/")[: depth + 1]) for path in below if path.count("/") > depth}
    folders = [_folder_entry(path) for path in sorted(parents)]
    return as_json([*folders, *(_file_entry(repository, path) for path in files)])


def paths_info(call: Call) -> Answer:
    """The entries of the paths that a client names, without those that do not exist."""
    repository = call.repository
    wanted = _named_paths(call.body)
    files = [_file_entry(repository, path) for path in repository.paths() if path in wanted]
    folders = [_folder_entry(path) for path in wanted if (repository.folder / path).is_dir()]
    return as_json([*files, *folders])


def file_content(call: Call) -> Answer:
    """The bytes of a file, or the range of them that a client asks for."""
    repository = call.repository
    path = unquote(call.match["path"])
    if path not in repository.paths():
        return refusal(404, "EntryNotFound")
    content = repository.read(path)
    headers = {
        "X-Repo-Commit": repository.commit(),
        "ETag": f'"{repository.oid(path)}"',
        "Content-Type": "application/octet-stream",
        "Accept-Ranges": "bytes",
    }
    if repository.is_large(path):
        headers["X-Linked-Etag"] = headers["ETag"]
        headers["X-Linked-Size"] = str(len(content))
    if call.byte_range is None:
        return Answer(200, content, headers)
    first, last = call.byte_range.removeprefix("bytes=").split("-")
    end = min(int(last) + 1 if last else len(content), len(content))
    headers["Content-Range"] = f"bytes {first}-{end - 1}/{len(content)}"
    return Answer(206, content[int(first) : end], headers)


def who_am_i(call: Call) -> Answer:
    """The owner of the token."""
    account = call.account
    if account is None:
        return refusal(401, "Unauthorized", message="Invalid username or password.")
    return as_json(
        {
            "type": "user",
            "name": account.name,
            "orgs": [{"name": name, "type": "org"} for name in account.organisations],
            "auth": {"type": "access_token", "accessToken": {"role": account.role}},
        }
    )


def discussions(call: Call) -> Answer:
    """The pull requests of a repository, by author and status if a client asks for that."""
    author, status = call.query.get("author"), call.query.get("status", ["all"])
    pulls = [
        {
            "num": pull.number,
            "title": pull.title,
            "status": pull.status,
            "author": {"name": pull.author},
            "isPullRequest": True,
            "createdAt": "2026-11-22T10:00:00.000Z",
            "repo": {"name": pull.repository, "type": "model"},
        }
        for pull in call.hub.pulls
        if pull.repository == call.name
        and (author is None or pull.author in author)
        and (status == ["all"] or pull.status in status)
    ]
    return as_json({"discussions": pulls, "count": len(pulls), "start": 0})


def _card_data(repository: Repository, misread: Mapping[str, str]) -> Entry:
    """The metadata of the card as plain JSON; empty if there is none."""
    if "README.md" not in repository.paths():
        return {}
    try:
        values = read_front_matter(split_card(repository.read("README.md").decode())).values
    except (DataError, UnicodeDecodeError):
        return {}
    return {"cardData": {**json.loads(json.dumps(values, default=str)), **misread}}


def _file_entry(repository: Repository, path: str) -> Entry:
    """A file as the tree lists it."""
    content = repository.read(path)
    entry = {"type": "file", "oid": blob_id(content), "size": len(content), "path": path}
    if repository.is_large(path):
        oid = repository.oid(path)
        return {
            **entry,
            "lfs": {"oid": oid, "size": len(content), "pointerSize": POINTER_BYTES},
        }
    return entry


def _folder_entry(path: str) -> Entry:
    """A folder as the tree lists it."""
    return {"type": "directory", "oid": blob_id(path.encode()), "size": 0, "path": path}


def _named_paths(body: bytes) -> list[str]:
    """The paths in the body of a paths-info request, which is a form or JSON."""
    if body.startswith(b"{"):
        return list(json.loads(body)["paths"])
    return parse_qs(body.decode()).get("paths", [])
