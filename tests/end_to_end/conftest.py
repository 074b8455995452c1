"""One local Hub, and one process that pushes to it, for all tests that push."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hub.pushing import Pusher, model_folder, pusher


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
