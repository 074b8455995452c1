"""Answers the requests to the local Hub that write, and checks everything in them."""

import base64
import binascii
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from qareport.cards.lint.rules import hub_errors
from tests.hub.state import ATTRIBUTES, BRANCH, LFS_SUFFIXES, Call, Commit, Pull, Repository
from tests.hub.wire import Answer, as_json, refusal

STALE = "A commit has happened since. Please refresh and try again."


@dataclass(frozen=True, slots=True)
class Change:
    """A file of a commit."""

    path: str
    content: bytes | None
    """None deletes it."""


class WrongRequestError(Exception):
    """What a client sent has a wrong shape or hash."""


def create_repository(call: Call) -> Answer:
    """A new repository with nothing but .gitattributes."""
    account = call.account
    wanted = json.loads(call.body)
    if account is None:
        return refusal(401, "Unauthorized", message="Invalid username or password.")
    owner = wanted.get("organization") or account.name
    name = f"{owner}/{wanted['name']}"
    if owner not in account.spaces:
        return refusal(403, "Forbidden", message="You don't have the rights to create a model")
    repository = Repository(call.hub.root, f"{wanted.get('type', 'model')}s", name)
    url = f"{call.hub.url}/{name}"
    if repository.folder.is_dir():
        return as_json({"error": "You already created this model repo", "url": url}, 409)
    repository.write(".gitattributes", ATTRIBUTES.encode())
    if wanted.get("visibility") == "private":
        call.hub.private.add(name)
    return as_json({"url": url})


def validate_card(call: Call) -> Answer:
    """What is wrong with the metadata of a card, in the Hub's words."""
    content = json.loads(call.body)["content"]
    errors = [{"message": message} for message in hub_errors(content)]
    warnings = [] if content.lstrip("\ufeff").startswith("---") else [{"message": "empty metadata"}]
    return as_json({"errors": errors, "warnings": warnings}, 400 if errors else 200)


def preupload(call: Call) -> Answer:
    """How each file is to be uploaded, and what the repository has of it now."""
    repository = call.repository
    known = repository.paths()
    files = []
    for file in json.loads(call.body)["files"]:
        path = file["path"]
        base64.b64decode(file["sample"], validate=True)
        mode = "lfs" if path.endswith(LFS_SUFFIXES) else "regular"
        held = {"oid": repository.oid(path)} if path in known else {}
        files.append(
            {"path": path, "uploadMode": mode, "shouldIgnore": path in call.hub.ignored, **held}
        )
    return as_json({"files": files})


def lfs_batch(call: Call) -> Answer:
    """Where to put the large files that are not stored yet."""
    objects = []
    for wanted in json.loads(call.body)["objects"]:
        oid = wanted["oid"]
        entry = {"oid": oid, "size": wanted["size"]}
        if not _stored(call.hub.root, oid).exists():
            entry["actions"] = {
                "upload": {"href": f"{call.hub.url}/storage/{oid}?signature=x", "header": {}},
                "verify": {"href": f"{call.hub.url}/{call.name}.git/lfs/verify", "header": {}},
            }
        objects.append(entry)
    return as_json({"transfer": "basic", "objects": objects})


def lfs_upload(call: Call) -> Answer:
    """Stores a large file, which must have the hash in its address and come without a token."""
    if call.token is not None:
        call.hub.complaints.append("a token was sent to an upload address")
    oid = call.match["oid"]
    if hashlib.sha256(call.body).hexdigest() != oid:
        call.hub.complaints.append(f"upload of {oid}: another SHA-256")
        return Answer(400)
    target = _stored(call.hub.root, oid)
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(call.body)
    return Answer(200)


def lfs_verify(call: Call) -> Answer:
    """Whether a large file is stored with the size that the client says."""
    wanted = json.loads(call.body)
    stored = _stored(call.hub.root, wanted["oid"])
    is_there = stored.exists() and stored.stat().st_size == wanted["size"]
    return as_json({}) if is_there else refusal(404, "ObjectNotFound")


def commit(call: Call) -> Answer:
    """All changes at once, or none of them."""
    account, repository = call.account, call.repository
    name = account.name if account else ""
    is_owner = account is not None and repository.name.split("/")[0] in account.spaces
    if not is_owner and not call.wants_pull_request:
        return refusal(403, "Forbidden", message="You don't have write access to this repo")
    lines = [json.loads(line) for line in call.body.splitlines()]
    header = lines[0]["value"]
    with call.hub.lock:
        if header.get("parentCommit") not in {None, repository.commit()}:
            return as_json({"error": STALE}, 412)
        try:
            changes = list(_changes(call.hub.root, lines[1:]))
        except WrongRequestError as error:
            call.hub.complaints.append(str(error))
            return refusal(400, "BadRequest", message=str(error))
        if call.wants_pull_request:
            repository = _open_pull(call, name, header["summary"])
        _apply(repository, changes)
        return _told(call, repository, header["summary"], [change.path for change in changes])


def new_branch(call: Call) -> Answer:
    """Creates a branch from main."""
    if call.hub.find(call.kind, call.name, call.revision):
        return refusal(409, "RefAlreadyExists")
    call.hub.fork(Repository(call.hub.root, call.kind, call.name), call.revision)
    return as_json({})


def new_discussion(call: Call) -> Answer:
    """An empty pull request."""
    account = call.account
    if account is None:
        return refusal(401, "Unauthorized")
    wanted = json.loads(call.body)
    branch = _open_pull(call, account.name, wanted["title"])
    return as_json({"num": int(branch.revision.rpartition("/")[2]), "pullRequest": True})


def _open_pull(call: Call, author: str, title: str) -> Repository:
    mine = [pull for pull in call.hub.pulls if pull.repository == call.name]
    pull = Pull(call.name, len(mine) + 1, author, title)
    call.hub.pulls.append(pull)
    return call.hub.fork(call.repository, f"refs/pr/{pull.number}")


def _told(call: Call, repository: Repository, summary: str, paths: list[str]) -> Answer:
    """The answer to a client about a commit that was made."""
    oid = repository.commit()
    made = Commit(repository.name, repository.revision, oid, summary, tuple(paths))
    call.hub.commits.append(made)
    url = f"{call.hub.url}/{repository.name}"
    answer = {"success": True, "commitUrl": f"{url}/commit/{oid}", "commitOid": oid}
    if repository.revision != BRANCH:
        number = repository.revision.rpartition("/")[2]
        answer["pullRequestUrl"] = f"{url}/discussions/{number}"
    return as_json(answer)


def _apply(repository: Repository, changes: list[Change]) -> None:
    for change in changes:
        if change.content is None:
            (repository.folder / change.path).unlink()
        else:
            repository.write(change.path, change.content)


def _changes(root: Path, lines: list[dict[str, dict[str, str]]]) -> Iterator[Change]:
    """The changes in the lines of a commit.

    Raises:
        WrongRequestError: a line is of no known kind, no base64, or names what is not stored.
    """
    for line in lines:
        value = line["value"]
        path = value["path"]
        match str(line["key"]):
            case "file":
                yield Change(path, _decoded(value["content"], path))
            case "lfsFile":
                stored = _stored(root, value["oid"])
                if not stored.exists():
                    raise WrongRequestError(f"{path}: commits a large file that is not stored")
                yield Change(path, stored.read_bytes())
            case "deletedFile":
                yield Change(path, None)
            case other:
                raise WrongRequestError(f"{path}: unknown line {other!r}")


def _decoded(content: str, path: str) -> bytes:
    try:
        return base64.b64decode(content, validate=True)
    except binascii.Error as error:
        raise WrongRequestError(f"{path}: is not base64") from error


def _stored(root: Path, oid: str) -> Path:
    return root / ".storage" / oid
