"""The command of the page on extending works as printed, with one line in the table."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from qareport.cli.commands import COMMANDS
from tests.command_line import run_qareport
from tests.extending_pages import blocks, names_of

TEST = "test_the_questions_with_the_lowest_f1_come_first"


@pytest.fixture(autouse=True)
def added(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Path], None]:
    """The test of the page, for which the command is in the table."""
    folder = tmp_path_factory.mktemp("package")
    (folder / "worst.py").write_text(blocks("command.md", "python")[0], encoding="utf-8")
    monkeypatch.syspath_prepend(folder)
    monkeypatch.delitem(sys.modules, "worst", raising=False)
    monkeypatch.setitem(COMMANDS, "worst", "worst:worst_questions")
    test = names_of("command.md")[TEST]
    assert callable(test)
    return test


def test_the_commands_own_test_passes(added: Callable[[Path], None], tmp_path: Path) -> None:
    added(tmp_path)


def test_the_command_has_its_help() -> None:
    assert "Print the ids of the questions with the lowest F1." in run_qareport("--help").output
    assert "How many questions to print." in run_qareport("worst", "--help").output


def test_its_errors_end_in_a_sentence_with_an_exit_code(tmp_path: Path) -> None:
    run = run_qareport("worst", tmp_path)

    assert run.exit_code == 1
    assert run.errors.startswith(f"Error: {tmp_path}: ")


def test_the_line_of_the_table_is_the_only_one_that_changes() -> None:
    (change,) = blocks("command.md", "diff")

    assert [line for line in change.splitlines() if line.startswith("+")] == [
        '+    "worst": "qareport.cli.worst:worst_questions",'
    ]
