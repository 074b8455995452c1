"""Folders of data that come with the package: within it when installed, else beside it."""

from pathlib import Path

TEMPLATES = "templates"
"""Of cards and reports."""
DEMO = "demo"
"""The data and the model of `qareport demo`."""
PACKAGE = Path(__file__).parents[1]


def packaged_folder(name: str) -> Path:
    """Where a folder of data lies."""
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent / name
