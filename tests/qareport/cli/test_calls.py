"""Values of options are handed on by name: five in a row are soon in the wrong order."""

import ast
from pathlib import Path

import pytest

from tests.repository import ROOT

MOST_BY_POSITION = 4
COMMANDS = sorted((ROOT / "qareport/cli").glob("*.py"))


def calls_by_position(source: str) -> list[str]:
    """The calls that hand on more values by position than are told apart at a look."""
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    return [ast.unparse(call) for call in calls if len(call.args) > MOST_BY_POSITION]


def test_a_call_of_five_values_by_position_is_found() -> None:
    assert calls_by_position("f(a, b, c, d)\nf(a, b, c, d, e)") == ["f(a, b, c, d, e)"]


@pytest.mark.parametrize("path", COMMANDS, ids=lambda path: path.stem)
def test_no_command_hands_on_five_values_by_position(path: Path) -> None:
    assert calls_by_position(path.read_text(encoding="utf-8")) == []
