"""Locks folders in another process."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HOLD = """
import sys
from pathlib import Path
from qareport.evaluation.record.folder_lock import locked
with locked(Path(sys.argv[1])):
    print("locked", flush=True)
    sys.stdin.read()
"""


@contextmanager
def locked_elsewhere(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process, which has locked the folder during the block."""
    command = [sys.executable, "-c", HOLD, str(folder)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "locked\n"
        yield process


def refusal(folder: Path, process: subprocess.Popen[str]) -> str:
    """The sentence about a folder that a process has locked."""
    return (
        f"{folder}: process {process.pid} is writing a record there; wait until it has ended, or "
        "name another folder"
    )
