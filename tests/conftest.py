"""Keeps every test off the Hub and out of the home folder."""

import os
import tempfile

# huggingface_hub and datasets read these once, when they are imported.
CACHE = tempfile.TemporaryDirectory(prefix="qareport-tests-")
os.environ.update(HF_HOME=CACHE.name, HF_HUB_OFFLINE="1", HF_HUB_DISABLE_TELEMETRY="1")
