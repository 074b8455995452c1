"""A folder of repositories in, a Hub on 127.0.0.1 that the real client libraries work with out.

Repositories are the folders `<root>/models/<namespace>/<name>` and `<root>/datasets/...`; each
has the branch main with one commit, whose id is a hash of its files.
A new route is one function and one line in `ROUTES`; `Hub.faults` makes it fail.
"""

import re
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import assert_never
from urllib.parse import parse_qs, unquote, urlsplit

from typing_extensions import override

from tests.hub import reading, writing
from tests.hub.faults import Effect, Fault
from tests.hub.state import Call, Hub, Repository
from tests.hub.wire import Answer, Request, blob_id, read_body, refusal

__all__ = ["Hub", "blob_id", "hub_server"]

API = r"/api/(?P<kind>models|datasets)/(?P<repository>[^/]+/[^/]+)"
REVISION = r"(?P<revision>[^/]+)"
FILES = r"/((?P<kind>datasets)/)?(?P<repository>[^/]+/[^/]+)/resolve"
LFS = r"/(?P<repository>[^/]+/[^/]+)\.git"


@dataclass(frozen=True, slots=True)
class Route:
    """What answers which requests; faults name it."""

    name: str
    method: str
    pattern: str
    answer: Callable[[Call], Answer]
    needs_token: bool = False


ROUTES = (
    Route("info", "GET", API, reading.repository_info),
    Route("info", "GET", rf"{API}/revision/{REVISION}", reading.repository_info),
    Route("tree", "GET", rf"{API}/tree/{REVISION}(?P<path>/.*)?", reading.tree),
    Route("paths", "POST", rf"{API}/paths-info/{REVISION}", reading.paths_info),
    Route("file", "GET", rf"{FILES}/{REVISION}/(?P<path>.+)", reading.file_content),
    Route("whoami", "GET", r"/api/whoami-v2", reading.who_am_i),
    Route("discussions", "GET", rf"{API}/discussions", reading.discussions),
    Route("create", "POST", r"/api/repos/create", writing.create_repository, needs_token=True),
    Route("validate", "POST", r"/api/validate-yaml", writing.validate_card),
    Route("preupload", "POST", rf"{API}/preupload/{REVISION}", writing.preupload, needs_token=True),
    Route("batch", "POST", rf"{LFS}/info/lfs/objects/batch", writing.lfs_batch, needs_token=True),
    Route("upload", "PUT", r"/storage/(?P<oid>[0-9a-f]{64})", writing.lfs_upload),
    Route("verify", "POST", rf"{LFS}/lfs/verify", writing.lfs_verify, needs_token=True),
    Route("commit", "POST", rf"{API}/commit/{REVISION}", writing.commit, needs_token=True),
    Route("branch", "POST", rf"{API}/branch/{REVISION}", writing.new_branch, needs_token=True),
    Route("discuss", "POST", rf"{API}/discussions", writing.new_discussion, needs_token=True),
)


@contextmanager
def hub_server(root: Path) -> Iterator[Hub]:
    """A Hub over the repositories in `root`, until the block ends."""
    hub = Hub(root)
    server = _Server(hub)
    hub.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    """A server that knows its Hub."""

    daemon_threads = True

    def __init__(self, hub: Hub) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.hub = hub

    @override
    def handle_error(self, request: object, client_address: object) -> None:
        """Keep what went wrong here for the tests, unless it is that a client is gone."""
        error = sys.exception()
        if not isinstance(error, ConnectionError):
            self.hub.complaints.append(f"the server failed: {error!r}")


class _Handler(BaseHTTPRequestHandler):
    """Finds the route of a request and sends its answer."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        self._serve("GET")

    def do_HEAD(self) -> None:
        self._serve("GET")

    def do_POST(self) -> None:
        self._serve("POST")

    def do_PUT(self) -> None:
        self._serve("PUT")

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Stay silent; `Hub.requests` is the log."""

    def _serve(self, method: str) -> None:
        hub, address = self.server.hub, urlsplit(self.path)
        token = (self.headers.get("Authorization") or "").removeprefix("Bearer ") or None
        hub.requests.append(Request(self.command, unquote(address.path), token, address.query))
        found = _find_route(method, address.path)
        if found is None:
            read_body(self.rfile, self.headers)
            self._send(refusal(404, "NotFound"))
            return
        route, match = found
        fault = next((fault for fault in hub.faults if fault.applies(route.name)), None)
        if fault is not None and fault.effect is Effect.CUT_REQUEST:
            self.rfile.read(1)
            self._hang_up()
            return
        body = read_body(self.rfile, self.headers)
        query = parse_qs(address.query)
        call = Call(hub, match, query, body, byte_range=self.headers.get("Range"), token=token)
        if fault is None:
            self._send(_answer(route, call))
        else:
            self._fail(fault, route, call)

    def _fail(self, fault: Fault, route: Route, call: Call) -> None:
        match fault.effect:
            case Effect.REFUSE | Effect.NONSENSE:
                fault.action()
                self._send(_refused(fault))
            case Effect.SLOW | Effect.MEANWHILE:
                time.sleep(fault.seconds)
                fault.action()
                self._send(_answer(route, call))
            case Effect.CUT_AFTER:
                _answer(route, call)
                self._hang_up()
            case Effect.CUT_ANSWER:
                self._send(_answer(route, call), share=0.5)
                self._hang_up()
            case Effect.CUT_REQUEST:
                self._hang_up()
            case unknown:
                assert_never(unknown)

    def _send(self, answer: Answer, share: float = 1.0) -> None:
        """Sends an answer, or a share of its body."""
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body[: int(len(answer.body) * share)])

    def _hang_up(self) -> None:
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_RDWR)
        self.close_connection = True


def _find_route(method: str, path: str) -> tuple[Route, re.Match[str]] | None:
    for route in ROUTES:
        match = re.fullmatch(route.pattern, path)
        if method == route.method and match:
            return route, match
    return None


def _answer(route: Route, call: Call) -> Answer:
    return _refusal_of(route, call) or route.answer(call)


def _refused(fault: Fault) -> Answer:
    if fault.effect is Effect.NONSENSE:
        return Answer(fault.status, b"<html>gateway</html>")
    told = refusal(fault.status, fault.code, message=fault.message)
    if fault.retry_after is None:
        return told
    return Answer(told.status, told.body, {**told.headers, "Retry-After": str(fault.retry_after)})


def _refusal_of(route: Route, call: Call) -> Answer | None:
    """Why a call gets nothing; None when it may have it."""
    if call.token is not None and call.account is None and route.name != "upload":
        message = "Invalid credentials in Authorization header"
        return refusal(401, "Unauthorized", message=message)
    if route.needs_token and call.account is None:
        return refusal(401, "Unauthorized", message="Invalid username or password.")
    return _repository_refusal(route, call) if call.name else None


def _repository_refusal(route: Route, call: Call) -> Answer | None:
    hub, owner = call.hub, call.name.split("/")[0]
    spaces = call.account.spaces if call.account else ()
    if call.name in hub.gated:
        return refusal(hub.gated[call.name], "GatedRepo")
    is_hidden = call.name in hub.private and owner not in spaces
    if is_hidden or not Repository(hub.root, call.kind, call.name).folder.is_dir():
        return refusal(404, "RepoNotFound")
    is_known = route.name == "branch" or hub.find(call.kind, call.name, call.revision)
    return None if is_known else refusal(404, "RevisionNotFound")
