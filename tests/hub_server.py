"""A folder of repositories in, a Hub on 127.0.0.1 that the real client libraries read from.

Repositories are the folders `<root>/models/<namespace>/<name>` and `<root>/datasets/...`; each
has the branch main with one commit, whose id is a hash of its files.
A new route is one function and one line in `ROUTES`.
"""

import hashlib
import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from typing_extensions import override

BRANCH = "main"
API = r"/api/(?P<kind>models|datasets)/(?P<repository>[^/]+/[^/]+)"
REVISION = r"(?P<revision>[^/]+)"


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asked for."""

    method: str
    path: str
    """Without the query, percent-decoded."""
    token: str | None
    """The bearer token it sent."""

    @override
    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server says to one request."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Call:
    """One request with everything a route needs to answer it."""

    hub: "Hub"
    match: re.Match[str]
    query: Mapping[str, list[str]]
    body: bytes
    byte_range: str | None

    @property
    def repository(self) -> "Repository":
        """The repository named in the path."""
        kind = self.match["kind"] if "kind" in self.match.re.groupindex else None
        return Repository(self.hub.root, kind or "models", self.match["repository"])

    @property
    def revision(self) -> str:
        """The revision named in the path; the branch when it names none."""
        named = self.match["revision"] if "revision" in self.match.re.groupindex else None
        return unquote(named or BRANCH)


@dataclass(frozen=True, slots=True)
class Repository:
    """A folder of files at one commit."""

    root: Path
    kind: str
    name: str

    @property
    def folder(self) -> Path:
        """Where its files lie."""
        return self.root / self.kind / self.name

    def paths(self) -> list[str]:
        """The paths of its files, as the Hub writes them."""
        files = (path for path in self.folder.rglob("*") if path.is_file())
        return sorted(path.relative_to(self.folder).as_posix() for path in files)

    def read(self, path: str) -> bytes:
        """The bytes of one file."""
        return (self.folder / path).read_bytes()

    def commit(self) -> str:
        """The id of its one commit, which changes with its files."""
        digest = hashlib.sha1(usedforsecurity=False)
        for path in self.paths():
            digest.update(f"{path}\0{blob_id(self.read(path))}\n".encode())
        return digest.hexdigest()

    def has_revision(self, revision: str) -> bool:
        """Whether a revision is its branch or commit."""
        return revision in {BRANCH, self.commit()}


@dataclass(slots=True)
class Hub:
    """A running server, its switches and what it was asked."""

    root: Path
    url: str = ""
    requests: list[Request] = field(default_factory=list)
    gated: dict[str, int] = field(default_factory=dict)
    """Names of repositories, and the status (401 or 403) that refuses them."""

    def commit(self, kind: str, name: str) -> str:
        """The id of the commit that a repository is at."""
        return Repository(self.root, kind, name).commit()

    def environment(self, home: Path) -> Mapping[str, str]:
        """Variables that send a new process to this Hub, with its cache below `home`."""
        return {
            "HF_ENDPOINT": self.url,
            "HF_HOME": str(home / "huggingface"),
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "HF_HUB_DISABLE_XET": "1",
            "HF_HUB_OFFLINE": "0",
            "HF_TOKEN": "hf_dummy",
        }


@contextmanager
def hub_server(root: Path) -> Iterator[Hub]:
    """A Hub over the repositories in `root`, until the block ends."""
    hub = Hub(root)
    server = _Server(hub)
    hub.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def blob_id(content: bytes) -> str:
    """The id that git gives to a file."""
    header = f"blob {len(content)}\0".encode()
    return hashlib.sha1(header + content, usedforsecurity=False).hexdigest()


def as_json(value: object, status: int = 200) -> Answer:
    """An answer that is JSON."""
    headers = {"Content-Type": "application/json"}
    return Answer(status, json.dumps(value).encode(), headers)


def refusal(status: int, code: str) -> Answer:
    """An answer that the client turns into the error of this code."""
    headers = {"X-Error-Code": code, "X-Error-Message": code}
    return Answer(status, json.dumps({"error": code}).encode(), headers)


def repository_info(call: Call) -> Answer:
    """Name, commit and file names of a repository."""
    repository = call.repository
    siblings = [{"rfilename": path} for path in repository.paths()]
    counts = {"downloads": 0, "likes": 0}
    identity = {"id": repository.name, "sha": repository.commit(), "private": False, "tags": []}
    return as_json({**identity, **counts, "siblings": siblings})


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
    """The bytes of a file, or the part of them that a client wants."""
    repository = call.repository
    path = unquote(call.match["path"])
    if path not in repository.paths():
        return refusal(404, "EntryNotFound")
    content = repository.read(path)
    headers = {
        "X-Repo-Commit": repository.commit(),
        "ETag": f'"{blob_id(content)}"',
        "Content-Type": "application/octet-stream",
        "Accept-Ranges": "bytes",
    }
    if call.byte_range is None:
        return Answer(200, content, headers)
    first, last = call.byte_range.removeprefix("bytes=").split("-")
    end = min(int(last) + 1 if last else len(content), len(content))
    headers["Content-Range"] = f"bytes {first}-{end - 1}/{len(content)}"
    return Answer(206, content[int(first) : end], headers)


def who_am_i(_: Call) -> Answer:
    """The owner of the token."""
    return as_json({"type": "user", "name": "someone", "orgs": [], "auth": {}})


Route = Callable[[Call], Answer]
FILES = r"/((?P<kind>datasets)/)?(?P<repository>[^/]+/[^/]+)/resolve"
ROUTES: Mapping[tuple[str, str], Route] = {
    ("GET", API): repository_info,
    ("GET", rf"{API}/revision/{REVISION}"): repository_info,
    ("GET", rf"{API}/tree/{REVISION}(?P<path>/.*)?"): tree,
    ("POST", rf"{API}/paths-info/{REVISION}"): paths_info,
    ("GET", rf"{FILES}/{REVISION}/(?P<path>.+)"): file_content,
    ("GET", r"/api/whoami-v2"): who_am_i,
}


class _Server(ThreadingHTTPServer):
    """A server that knows its Hub."""

    def __init__(self, hub: Hub) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.hub = hub


class _Handler(BaseHTTPRequestHandler):
    """Finds the route of a request and sends its answer."""

    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        self._send(self._answer("GET"))

    def do_HEAD(self) -> None:
        self._send(self._answer("GET"))

    def do_POST(self) -> None:
        self._send(self._answer("POST"))

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Stay silent; `Hub.requests` is the log."""

    def _answer(self, method: str) -> Answer:
        address = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        token = (self.headers.get("Authorization") or "").removeprefix("Bearer ") or None
        self.server.hub.requests.append(Request(self.command, unquote(address.path), token))
        for (route_method, pattern), route in ROUTES.items():
            match = re.fullmatch(pattern, address.path)
            if method == route_method and match:
                call = Call(
                    self.server.hub,
                    match,
                    parse_qs(address.query),
                    body,
                    byte_range=self.headers.get("Range"),
                )
                return _refusal_of(call) or route(call)
        return refusal(404, "NotFound")

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)


def _refusal_of(call: Call) -> Answer | None:
    """Why a call gets nothing from its repository; None when it may have it."""
    if "repository" not in call.match.re.groupindex:
        return None
    repository = call.repository
    if repository.name in call.hub.gated:
        return refusal(call.hub.gated[repository.name], "GatedRepo")
    if not repository.folder.is_dir():
        return refusal(404, "RepoNotFound")
    is_known = repository.has_revision(call.revision)
    return None if is_known else refusal(404, "RevisionNotFound")


def _file_entry(repository: Repository, path: str) -> Mapping[str, str | int]:
    """A file as the tree lists it."""
    content = repository.read(path)
    return {"type": "file", "oid": blob_id(content), "size": len(content), "path": path}


def _folder_entry(path: str) -> Mapping[str, str | int]:
    """A folder as the tree lists it."""
    return {"type": "directory", "oid": blob_id(path.encode()), "size": 0, "path": path}


def _named_paths(body: bytes) -> list[str]:
    """The paths in the body of a paths-info request, which is a form or JSON."""
    if body.startswith(b"{"):
        return list(json.loads(body)["paths"])
    return parse_qs(body.decode()).get("paths", [])
