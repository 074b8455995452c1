"""A step is logged in few lines, or shown as a bar on a terminal."""

import pytest

from trainer.progress import LINES_PER_STEP, show_nothing, showing_steps


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes Rich take any stream for a terminal of plain characters."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")


def lines_of(captured: pytest.CaptureFixture[str]) -> list[str]:
    """What was printed on standard error; nothing is printed on standard output."""
    output = captured.readouterr()
    assert output.out == ""
    return output.err.splitlines()


def test_a_long_step_takes_few_lines_and_its_end_is_logged(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with showing_steps() as watch:
        for done in range(1, 1001):
            watch("student 1", done, 1000)

    lines = lines_of(capsys)
    assert len(lines) == LINES_PER_STEP + 1
    assert lines[0] == "student 1: 1 of 1000"
    assert lines[-1] == "student 1: 1000 of 1000"


def test_a_short_step_logs_all_its_parts(capsys: pytest.CaptureFixture[str]) -> None:
    with showing_steps() as watch:
        for done in (1, 2, 3, 3):
            watch("teacher: answering", done, 3)

    assert lines_of(capsys) == [f"teacher: answering: {done} of 3" for done in (1, 2, 3)]


def test_each_step_is_logged_by_itself(capsys: pytest.CaptureFixture[str]) -> None:
    with showing_steps() as watch:
        watch("a", 1, 1)
        watch("b", 1, 1)

    assert lines_of(capsys) == ["a: 1 of 1", "b: 1 of 1"]


def test_a_step_of_nothing_is_logged_once(capsys: pytest.CaptureFixture[str]) -> None:
    with showing_steps() as watch:
        watch("a", 0, 0)
        watch("a", 0, 0)

    assert lines_of(capsys) == ["a: 0 of 0"]


@pytest.mark.usefixtures("terminal")
def test_a_terminal_shows_a_bar_for_each_step(capsys: pytest.CaptureFixture[str]) -> None:
    with showing_steps() as watch:
        watch("student 1", 1, 4)
        watch("student 1", 4, 4)
        watch("baseline 1", 0, 0)

    shown = capsys.readouterr().err
    assert all(text in shown for text in ("student 1", "4/4", "━", "baseline 1", "0/0"))


def test_other_processes_show_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    show_nothing("student 1", 1, 4)

    assert lines_of(capsys) == []
