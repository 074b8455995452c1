"""What the README says is true: its commands run, its map is the tree."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from tests.command_line import run_qareport
from tests.shared_data import SHARED, needs_shared

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKE_TARGETS = re.findall(r"^make (\w+)", README, flags=re.MULTILINE)
