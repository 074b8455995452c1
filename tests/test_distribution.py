"""The wheel holds both packages with their data, and the project declares what it imports."""

import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import EntryPoint
from itertools import chain

import pytest

from qareport.cli.commands import COMMAND_GROUP
from tests.repository import ROOT
from trainer.command import train

PASSED_OVER = {"_build", "buck-out", "node_modules", "site-packages", "venv"}
"""Folders that ruff leaves out wherever they stand, beside those that git ignores."""
LARGEST_MODEL = 20_000_000
"""Bytes that the demo's model may add to every download."""


@pytest.fixture(scope="module")
def wheel_names(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The names of the files in a freshly built wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    target = ["--outdir", str(folder), str(ROOT)]
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", *target]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def test_no_folder_of_a_package_is_passed_over_for_its_name() -> None:
    ignored = {
        line.rstrip("/")
        for line in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
        if line.endswith("/")
    }
    folders = {
        path.name
        for package in ("qareport", "trainer", "templates", "tests")
        for path in (ROOT / package).rglob("*")
        if path.is_dir()
    }

    assert {"build", "dist"} <= ignored
    assert folders & (ignored | PASSED_OVER) <= {"__pycache__"}


@pytest.mark.slow
def test_the_wheel_holds_every_module_and_the_marks_of_typing(wheel_names: list[str]) -> None:
    expected = {
        str(path.relative_to(ROOT))
        for package in ("qareport", "trainer")
        for path in (ROOT / package).rglob("*")
        if path.suffix == ".py" or path.name == "py.typed"
    }

    assert expected <= set(wheel_names)
    assert {"qareport/py.typed", "trainer/py.typed"} <= set(wheel_names)


@pytest.mark.slow
def test_the_wheel_holds_the_five_recipes(wheel_names: list[str]) -> None:
    recipes = [name for name in wheel_names if name.startswith("trainer/recipes/")]

    assert len(recipes) == 5
    assert sorted(recipes) == sorted(
        str(path.relative_to(ROOT)) for path in (ROOT / "trainer/recipes").glob("*.toml")
    )


@pytest.mark.slow
def test_the_wheel_holds_the_templates_within_the_package(wheel_names: list[str]) -> None:
    templates = ROOT / "templates"
    files = [path for path in templates.rglob("*") if path.is_file()]
    shipped = {f"qareport/templates/{path.relative_to(templates)}" for path in files}

    assert len(shipped) == 13
    assert shipped <= set(wheel_names)


@pytest.mark.slow
def test_the_wheel_holds_the_demo_with_a_small_model(wheel_names: list[str]) -> None:
    demo = ROOT / "demo"
    files = [path for path in demo.rglob("*") if path.is_file()]
    shipped = {f"qareport/demo/{path.relative_to(demo)}" for path in files}

    assert shipped <= set(wheel_names)
    assert "qareport/demo/model/README.md" in shipped
    assert (demo / "model/model.safetensors").stat().st_size <= LARGEST_MODEL


@pytest.mark.slow
def test_the_wheel_holds_nothing_else(wheel_names: list[str]) -> None:
    tops = {name.split("/")[0] for name in wheel_names}

    assert {top for top in tops if not top.endswith(".dist-info")} == {"qareport", "trainer"}


def pins(name: str) -> dict[str, str]:
    """The versions that a file of constraints pins, by package."""
    lines = [line for line in (ROOT / name).read_text().splitlines() if "==" in line]
    return {canonical(package): pin for package, pin in (line.split("==") for line in lines)}


def canonical(package: str) -> str:
    """The one spelling of a package's name."""
    return re.sub(r"[-_.]+", "-", package).lower()


def bounds() -> dict[str, str]:
    """The lower bound of each dependency, those of extras among them, by package."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = chain.from_iterable(declared["optional-dependencies"].values())
    every = (*declared["dependencies"], *extras)
    return {canonical(name): bound for name, bound in (each.split(">=") for each in every)}


def test_every_lower_bound_is_a_version_that_the_tests_can_run_with() -> None:
    lowest = pins("constraints-lowest.txt")

    assert {
        name: lowest[name].startswith(bound) for name, bound in bounds().items()
    } == dict.fromkeys(lowest, True)


def test_every_dependency_is_pinned_for_the_tests() -> None:
    assert set(bounds()) <= set(pins("constraints.txt"))


def test_every_command_of_the_entry_points_is_a_function() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"]
    commands = [
        EntryPoint(name, value, COMMAND_GROUP) for name, value in declared[COMMAND_GROUP].items()
    ]

    assert {command.name: command.load() for command in commands} == {"train": train}
