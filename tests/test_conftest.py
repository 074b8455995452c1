"""The secret token is found wherever a test leaves it, whichever process ran the test."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hub.pushing import SECRET
from tests.repository import ROOT

SOUND = {
    "conftest.py": "from tests.conftest import *",
    "test_clean.py": "def test_clean(tmp_path): (tmp_path / 'note').write_text('nothing')",
    "test_sound.py": "def test_sound(): pass",
}
LEAVING = (
    "from tests.hub.pushing import SECRET\n"
    "def test_leaving(tmp_path): (tmp_path / 'left').write_text(SECRET)"
)
PRINTING = "from tests.hub.pushing import SECRET\ndef test_printing(): print(SECRET)"


@pytest.mark.slow
@pytest.mark.parametrize("processes", [0, 2])
@pytest.mark.parametrize(
    ("careless", "reported"),
    [(LEAVING, "test_leaving0/left"), (PRINTING, "the secret token was printed")],
)
def test_a_run_that_leaves_the_token_in_a_file_or_prints_it_fails(
    tmp_path: Path, careless: str, reported: str, processes: int
) -> None:
    for name, text in {**SOUND, "test_careless.py": careless}.items():
        (tmp_path / name).write_text(text)
    where = ("--config-file=/dev/null", f"--rootdir={tmp_path}", f"--basetemp={tmp_path / 'left'}")
    shared = f"--numprocesses={processes}"

    done = subprocess.run(
        [sys.executable, "-m", "pytest", *where, shared, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    shutil.rmtree(tmp_path / "left")
    assert done.returncode == pytest.ExitCode.TESTS_FAILED
    assert reported in done.stdout
    assert SECRET not in done.stdout + done.stderr
