"""The installed package, or the checkout, to the folder where templates lie."""

from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path


def template_folder() -> Traversable:
    """Where templates lie: within the package when it is installed, else beside it."""
    packaged = resources.files("qareport") / "templates"
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "templates"
