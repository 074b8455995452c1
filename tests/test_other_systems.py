"""Tests what can be tested on Linux of running on macOS and Windows.

That the types are those of their standard libraries, mypy checks with `--platform`.
"""

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from qareport.evaluation.training_json import read_facts
from tests.repository import ROOT
from tests.training_builders import write_recipe
from tests.unlike_unix import MODULES

PACKAGES = ("qareport", "trainer")
FILES = [path for room in PACKAGES for path in sorted((ROOT / room).rglob("*.py"))]
UNLIKE_UNIX = ROOT / "tests" / "unlike_unix.py"
IMPORT_ALL = """
import importlib, pkgutil, sys
sys.path.insert(0, "tests")
import unlike_unix
unlike_unix.take_away()
import qareport, trainer
names = [
    found.name
    for package in (qareport, trainer)
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    if not found.name.endswith("__main__")
]
for name in names:
    importlib.import_module(name)
print(len(names))
"""


def nodes(path: Path) -> Iterator[ast.AST]:
    yield from ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def modes_of(call: ast.Call) -> list[str]:
    """The mode in which a call of `open` opens a file."""
    values = [*call.args, *(each.value for each in call.keywords if each.arg == "mode")]
    texts = [each.value for each in values if isinstance(each, ast.Constant)]
    return [text for text in texts if isinstance(text, str) and set(text) & set("wax+")]


def writes_text(call: ast.Call) -> bool:
    """Whether a call writes text into a file, for which it has to say how lines end."""
    if not isinstance(call.func, ast.Attribute | ast.Name):
        return False
    name = call.func.attr if isinstance(call.func, ast.Attribute) else call.func.id
    is_method = isinstance(call.func, ast.Attribute)
    if name == "open":
        return any("b" not in mode for mode in modes_of(call))
    # What `str` makes, such as a number, has no ends of lines.
    has_lines = bool(call.args) and not ast.unparse(call.args[0]).startswith("str(")
    return is_method and name == "write_text" and has_lines


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_needs_a_module_of_unix(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = {
        name.name
        for statement in tree.body
        if isinstance(statement, ast.Import)
        for name in statement.names
    }
    taken_from = {each.module for each in tree.body if isinstance(each, ast.ImportFrom)}

    assert not (imported | taken_from) & MODULES


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_texts_are_written_with_the_same_bytes_on_every_system(path: Path) -> None:
    calls = [node for node in nodes(path) if isinstance(node, ast.Call) and writes_text(node)]
    to_nothing = [call for call in calls if "devnull" in ast.unparse(call)]

    for call in calls:
        named = {keyword.arg for keyword in call.keywords}
        assert "encoding" in named, ast.unparse(call)
        assert "newline" in named or call in to_nothing, ast.unparse(call)


def unlike_unix(*arguments: str, folder: Path) -> str:
    """What `qareport` prints without all that is of Unix."""
    run = subprocess.run(
        [sys.executable, str(UNLIKE_UNIX), "qareport", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


@pytest.mark.slow
def test_every_module_is_imported_without_unix() -> None:
    run = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert run.returncode == 0, run.stderr
    assert int(run.stdout) == len([path for path in FILES if path.name != "__main__.py"]) - 2


@pytest.mark.slow
def test_a_model_is_evaluated_and_described_without_unix(tmp_path: Path) -> None:
    demo = ROOT / "demo"
    record = tmp_path / "record"

    unlike_unix(
        *("evaluate", str(demo / "model"), "--data", str(demo / "stories.json"), "--limit", "8"),
        *("--output", str(record), "--report"),
        folder=tmp_path,
    )
    scores = unlike_unix("rescore", str(record), "--null-threshold", "1", folder=tmp_path)
    page = unlike_unix("card", str(record), "--allow-partial", folder=tmp_path)

    assert "Exact match" in " ".join(scores.split())
    assert page.splitlines()[-1].endswith("README.md")
    assert (record / "report.html").is_file()


@pytest.mark.slow
def test_models_are_trained_without_unix(tmp_path: Path) -> None:
    recipe = str(write_recipe(tmp_path))

    plan = unlike_unix("train", recipe, "--plan", folder=tmp_path)
    unlike_unix("train", recipe, "--output", "run", folder=tmp_path)

    assert "memory of the device" in plan
    assert read_facts(tmp_path / "run" / "training.json").machine.peak_memory_bytes > 0


@pytest.mark.slow
def test_scores_are_printed_without_unix(tmp_path: Path) -> None:
    stories = ROOT / "demo" / "stories.json"
    answers = {
        question["id"]: ""
        for article in json.loads(stories.read_text(encoding="utf-8"))["data"]
        for paragraph in article["paragraphs"]
        for question in paragraph["qas"]
    }
    (tmp_path / "answers.json").write_text(json.dumps(answers))

    printed = unlike_unix("score", str(stories), "answers.json", folder=tmp_path)

    assert "40.00" in printed
