"""Where this repository lies, for tests that read its pages or run its commands."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
