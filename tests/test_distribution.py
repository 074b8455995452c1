"""The wheel holds both packages with their data, and the project declares what it imports."""

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


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
def test_the_wheel_holds_nothing_else(wheel_names: list[str]) -> None:
    tops = {name.split("/")[0] for name in wheel_names}

    assert {top for top in tops if not top.endswith(".dist-info")} == {"qareport", "trainer"}


def test_every_dependency_has_a_lower_bound_and_a_tested_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    tested = dict(
        line.split("==") for line in (ROOT / "constraints.txt").read_text().split() if "==" in line
    )
    names = [each.split(">=")[0].replace("-", "_") for each in project["dependencies"]]

    assert all(">=" in requirement for requirement in project["dependencies"])
    assert [name for name in names if name not in tested] == []
