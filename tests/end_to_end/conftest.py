"""What whole runs need.

A local Hub with a process that pushes to it, evaluations by several processes, a browser.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.hub.pushing import Pusher, model_folder, pusher
from tests.prepared_once import prepared_by
from tests.report_builders import BRIG, MAY, SHIPS, Found, write_found

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture(scope="session")
def launched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What all runs of `tests.launched_evaluations` ended with."""
    folder, _ = prepared_by("launched_evaluations", tmp_path_factory)
    return folder


@pytest.fixture(scope="session")
def running_pusher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pusher]:
    """The Hub and the process; at the end the secret token must stand nowhere."""
    with pusher(tmp_path_factory.mktemp("push")) as running:
        yield running


@pytest.fixture
def pushing(running_pusher: Pusher) -> Pusher:
    """The same without faults, and as if nothing had been asked."""
    hub = running_pusher.hub
    for kept in (hub.faults, hub.requests, hub.commits, hub.renamed, hub.ignored, hub.misread):
        kept.clear()
    return running_pusher


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model to push."""
    return model_folder(tmp_path / "model")


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    """Headless Chromium."""
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="Playwright is not installed: pip install playwright"
    )
    chromium_path = shutil.which("chromium")
    if chromium_path is None:
        pytest.skip("Chromium is not installed: apt install chromium")
    with playwright.sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=chromium_path, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The record of the ships."""
    return write_found(tmp_path_factory.mktemp("ships"))


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another record of them, which knows the name but not the cargo."""
    asked = {found.asked.id: found.asked for found in SHIPS}
    answers = {"tea": (MAY, 3.0), "when": (MAY, 3.0), "name": ((2, 2), 3.0), "who": (BRIG, -3.0)}
    found = [
        Found(each, (answers[id_],) if id_ in answers else ((MAY, -3.0),))
        for id_, each in asked.items()
    ]
    return write_found(tmp_path_factory.mktemp("other"), found)


@pytest.fixture
def page(browser: "Browser") -> "Iterator[Page]":
    """An empty page of which nothing complains while it is used."""
    complaints: list[str] = []
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
    assert complaints == []
