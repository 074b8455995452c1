"""What takes long to prepare is prepared once for all processes of the tests."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.repository import ROOT


def prepared_by(module: str, factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder that `python -m tests.MODULE FOLDER` filled for whoever asked first.

    With it comes what the program said.

    Raises:
        AssertionError: it ended badly.
    """
    own = factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / module
    code, said = Path(f"{folder}.code"), Path(f"{folder}.said")
    with Path(f"{folder}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not code.exists():
            folder.mkdir()
            command = [sys.executable, "-m", f"tests.{module}", str(folder)]
            run = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
            said.write_text(run.stdout + run.stderr)
            code.write_text(str(run.returncode))
    assert code.read_text() == "0", said.read_text()
    return folder, said.read_text()
