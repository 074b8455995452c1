"""Whatever is changed in a model's files, it loads or is refused in one sentence, within bounds."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.repository import ROOT

SECONDS = 300
"""Far more than the changes take, and far less than a configuration of 10**9 layers."""


@pytest.mark.slow
@pytest.mark.parametrize("family", ["albert", "bert", "modernbert", "xlnet"])
def test_a_changed_model_loads_or_is_refused_within_memory_and_time(
    family: str, tmp_path: Path
) -> None:
    run = subprocess.run(
        [
            *(sys.executable, Path(__file__).with_name("mutated_models.py")),
            *(family, "2016", "80", tmp_path),
        ],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=True,
    )

    assert run.stdout == ""
