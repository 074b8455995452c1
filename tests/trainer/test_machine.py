"""The facts record software, commit, device, memory and energy as they are."""

import subprocess
import sys
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from trainer.machine import (
    PACKAGES,
    describe_machine,
    find_git_commit,
    find_versions,
    measuring_energy,
)

MEBIBYTE = 1 << 20
FAKE_CODECARBON = """
class Data:
    energy_consumed = 0.25


class OfflineEmissionsTracker:
    def __init__(self, **settings):
        self.settings = settings

    def start(self):
        assert self.settings["save_to_file"] is False

    def stop(self):
        if {measures}:
            self.final_emissions_data = Data()
"""
"""What is used of codecarbon 3.3, which keeps its own failures to itself."""


def git(folder: Path, *arguments: str) -> str:
    """What git says in a folder, whoever's machine it is."""
    who = ["-c", "user.name=n", "-c", "user.email=e"]
    run = subprocess.run(
        ["git", "-C", str(folder), *who, *arguments],  # noqa: S607 - git is wherever it is
        check=True,
        capture_output=True,
        text=True,
    )
    return run.stdout.strip()


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder under git with one commit and a tag."""
    git(tmp_path, "init", "--quiet")
    (tmp_path / "recipe.toml").write_text("seed = 1")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--no-gpg-sign", "--message", "m")
    git(tmp_path, "tag", "v1")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def install_codecarbon(folder: Path, monkeypatch: pytest.MonkeyPatch, *, measures: bool) -> None:
    """Makes a package of that name the one that is imported."""
    (folder / "codecarbon.py").write_text(FAKE_CODECARBON.format(measures=measures))
    monkeypatch.syspath_prepend(folder)
    monkeypatch.delitem(sys.modules, "codecarbon", raising=False)


def test_versions_of_python_and_the_packages_are_reported() -> None:
    versions = find_versions()

    assert list(versions) == ["python", *PACKAGES]
    assert versions["torch"] == version("torch")


def test_a_checkout_is_named_by_its_whole_commit(checkout: Path) -> None:
    assert find_git_commit() == git(checkout, "rev-parse", "HEAD")


def test_a_checkout_with_changes_is_marked(checkout: Path) -> None:
    (checkout / "recipe.toml").write_text("seed = 2")

    assert find_git_commit() == f"{git(checkout, 'rev-parse', 'HEAD')}-dirty"


def test_outside_a_checkout_there_is_no_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert find_git_commit() is None


def test_without_git_there_is_no_commit(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(checkout))

    assert find_git_commit() is None


def test_this_machine_has_a_name_and_used_memory() -> None:
    machine = describe_machine(energy_kwh=0.5)

    assert machine.device
    assert machine.device_name
    assert machine.processes == 1
    assert machine.energy_kwh == 0.5


def test_memory_is_counted_in_bytes() -> None:
    # Python with torch takes a hundred of them at the very least.
    assert 100 * MEBIBYTE < describe_machine(None).peak_memory_bytes < 2**40


def test_without_codecarbon_energy_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "codecarbon", None)
    assert find_spec("codecarbon") is None

    with measuring_energy() as meter:
        pass

    assert meter.kwh is None


def test_energy_is_known_when_the_block_has_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install_codecarbon(tmp_path, monkeypatch, measures=True)

    with measuring_energy() as meter:
        before = meter.kwh

    assert (before, meter.kwh) == (None, 0.25)


def test_energy_that_could_not_be_measured_ends_no_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install_codecarbon(tmp_path, monkeypatch, measures=False)

    with measuring_energy() as meter:
        pass

    assert meter.kwh is None


def test_where_nothing_tells_of_a_peak_the_memory_of_now_is_recorded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "resource", None)

    assert describe_machine(None).peak_memory_bytes > MEBIBYTE


def test_windows_tells_of_the_peak_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    told = SimpleNamespace(peak_wset=5 * MEBIBYTE)
    monkeypatch.setattr(psutil.Process, "memory_info", lambda _: told)
    monkeypatch.setattr(sys, "platform", "win32")

    assert describe_machine(None).peak_memory_bytes == 5 * MEBIBYTE
