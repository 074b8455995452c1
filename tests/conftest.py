"""Keeps tests away from the Hub and the home folder, and makes every run of them the same.

At the end it searches all output and files of the tests for the secret token of the pushes.
"""

import os
import subprocess
import tempfile
from collections.abc import Generator, Iterator

import pytest
from hypothesis import settings

LARGEST_KIBIBYTES = 1_000_000
"""Of the files that are searched for the token."""

# huggingface_hub and datasets read these once, when they are imported.
CACHE = tempfile.TemporaryDirectory(prefix="qareport-tests-")
os.environ.update(HF_HOME=CACHE.name, HF_HUB_OFFLINE="1", HF_HUB_DISABLE_TELEMETRY="1")
# OpenVINO sends its makers a notice of each import, except on machines for continuous integration.
os.environ.update(QAREPORT_CACHE=CACHE.name, CI="true")
# The key of whoever runs the tests must not mark what they write.
os.environ["QAREPORT_KEY_FILE"] = f"{CACHE.name}/qareport/key"
os.environ.update(TORCHINDUCTOR_CACHE_DIR=f"{CACHE.name}/compiled")

# Where processes share the tests, each keeps to one core, as do the programs that it starts.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ["OMP_NUM_THREADS"] = "1"

from tests.hub.pushing import SECRET  # noqa: E402 - imports huggingface_hub and torch

# A failing run means a change, never bad luck: the same examples each time, on any machine.
settings.register_profile("everyday", deadline=None, derandomize=True, max_examples=20)
settings.register_profile("thorough", settings.get_profile("everyday"), max_examples=100)
settings.load_profile("everyday")  # pytest's --hypothesis-profile chooses the other one


@pytest.fixture(scope="session", autouse=True)
def no_token_in_files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Fails the run where the token stands in any file that a test, or the Hub's client, left."""
    yield
    left = (str(tmp_path_factory.getbasetemp()), CACHE.name)
    # Some tests leave trees that are too deep for Python to walk, or a file that is all hole.
    whole = ("-type", "f", "-size", f"-{LARGEST_KIBIBYTES}k")
    command = ["find", *left, *whole, "-exec", "grep", "-lsaF", SECRET, "{}", "+"]
    found = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (found.stdout, found.stderr) == ("", "")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fails a test that prints the token, on its outputs, in its logs or in its traceback."""
    report = yield
    said = (report.capstdout, report.capstderr, report.caplog, report.longreprtext)
    if any(SECRET in text for text in said):
        report.outcome, report.longrepr = "failed", "the secret token was printed"
        report.sections.clear()
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints what tests counted, such as cases of a kind."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name == "counted":
                terminalreporter.write_line(f"{report.nodeid}: {value}")
