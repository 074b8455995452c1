"""Sends requests to the local Hub without its client."""

import json
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlsplit

from tests.hub.state import TOKEN, Hub

SIGNED: Mapping[str, str] = {"Authorization": f"Bearer {TOKEN}"}


def ask(
    hub: Hub,
    method: str,
    path: str,
    *,
    body: str | bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> tuple[HTTPResponse, bytes]:
    """What the server answers, and the body of that."""
    connection = HTTPConnection(urlsplit(hub.url).netloc)
    try:
        connection.request(method, path, body, dict(headers or {}))
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


def post(hub: Hub, path: str, value: object) -> tuple[int, Mapping[str, object]]:
    """Status and JSON of the answer to JSON that the owner of the token sends."""
    response, body = ask(hub, "POST", path, body=json.dumps(value), headers=SIGNED)
    return response.status, json.loads(body) if body else {}
