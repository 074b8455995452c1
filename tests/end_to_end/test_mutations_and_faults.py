"""Whatever is changed in a file, every command that reads it ends well or in one sentence."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.repository import ROOT

SEED = "26"


def ran(module: str, *arguments: object) -> tuple[list[str], str]:
    """What a program of the tests said: a line for each fault, and how many cases there were."""
    command = [sys.executable, "-m", f"tests.{module}", *map(str, arguments)]
    run = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    *faults, count = run.stdout.splitlines()
    return faults, count


def test_commands_without_a_model_take_changed_files(tmp_path: Path) -> None:
    faults, _ = ran("mutated_inputs", tmp_path, SEED, 60, "quick")

    assert faults == []


def test_what_is_written_is_the_old_or_the_new_whatever_stops_it(tmp_path: Path) -> None:
    faults, _ = ran("faulted_commands", tmp_path, SEED, "import", "score")

    assert faults == []


@pytest.mark.slow
def test_every_command_takes_changed_files(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    faults, count = ran("mutated_inputs", tmp_path, SEED, 700)
    record_property("counted", count)

    assert faults == []
    assert int(count.partition(" ")[0]) >= 600


@pytest.mark.slow
def test_every_command_that_writes_loses_nothing(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    faults, count = ran("faulted_commands", tmp_path, SEED)
    record_property("counted", count)

    assert faults == []
    assert int(count.partition(" ")[0]) >= 80
