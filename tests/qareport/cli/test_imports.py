"""Commands import little: none for the help of all, and for its own what its options need."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.builders import example, squad_json
from tests.command_lines import commands

PROBE = """
import sys
from contextlib import suppress
import typer, typer.rich_utils
def tops():
    return {name.partition(".")[0] for name in sys.modules}
brought_by_typer = tops()
from qareport.cli.app import main
with suppress(SystemExit):
    main(sys.argv[1:])
print(*sorted(tops() - brought_by_typer - sys.stdlib_module_names), file=sys.stderr)
"""
OURS = frozenset({"qareport", "trainer"})
PYDANTIC = frozenset({"annotated_types", "pydantic", "pydantic_core", "typing_inspection"})
"""Pydantic and what it brings; Typer converts what is typed with it."""
SCORING = PYDANTIC | {"ijson", "jaxtyping", "numpy"}


def packages_imported_by(*words: object) -> frozenset[str]:
    """The packages that a command line imports, but for Typer's and private extension modules."""
    run = subprocess.run(
        [sys.executable, "-c", PROBE, *map(str, words)], capture_output=True, text=True, check=True
    )
    tops = run.stderr.splitlines()[-1].split()
    return frozenset(top for top in tops if not top.startswith("_")) - OURS - {"cython_runtime"}


@pytest.mark.parametrize("words", [["--help"], ["--version"], []], ids=str)
def test_without_a_command_nothing_is_imported_but_typer(words: list[str]) -> None:
    assert packages_imported_by(*words) <= {"typing_extensions"}


@pytest.mark.slow
@pytest.mark.parametrize("name", commands())
def test_the_help_of_a_command_needs_what_its_options_need(name: str) -> None:
    assert packages_imported_by(name, "--help") <= PYDANTIC | {"typing_extensions"}


@pytest.mark.slow
def test_scoring_imports_what_reads_json_and_computes(tmp_path: Path) -> None:
    data, predictions = tmp_path / "data.json", tmp_path / "predictions.json"
    data.write_text(squad_json(example("a", context="red fox", golds=("fox",))))
    predictions.write_text('{"a": "fox"}')

    assert packages_imported_by("score", data, predictions) - {"typing_extensions"} == SCORING


@pytest.mark.slow
@pytest.mark.parametrize("words", [["no-such-command"], ["check"]], ids=str)
def test_wrong_usage_waits_for_nothing_that_would_do_the_work(words: list[str]) -> None:
    assert packages_imported_by(*words) <= PYDANTIC | {"typing_extensions"}
