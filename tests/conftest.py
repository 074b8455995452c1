"""Keeps every test off the Hub and out of the home folder, and every run of the tests the same."""

import os
import tempfile

from hypothesis import settings

# huggingface_hub and datasets read these once, when they are imported.
CACHE = tempfile.TemporaryDirectory(prefix="qareport-tests-")
os.environ.update(HF_HOME=CACHE.name, HF_HUB_OFFLINE="1", HF_HUB_DISABLE_TELEMETRY="1")

# A red run tells of a change, never of luck: the same examples each time, however slow the machine.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")
