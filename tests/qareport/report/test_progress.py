"""Progress moves by what is done: a bar on a terminal, else lines at times; none if quiet."""

import pytest

from qareport.report.printing import is_quiet, print_note, print_warning, quietly
from qareport.report.progress import duration, per_second, progress_line, showing_progress


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        """The seconds that were set."""
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still until a test moves it."""
    return Clock()


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Makes Rich take any stream for a terminal of 100 columns."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    return monkeypatch


def lines_after(clock: Clock, *calls: tuple[float, int], total: int = 1000) -> None:
    """Shows a step of which so many more are done when so many seconds have gone by."""
    with showing_progress("answering", total, clock=clock) as advance:
        for seconds, done in calls:
            clock.seconds += seconds
            advance(done)


def test_a_line_comes_when_the_last_one_is_long_ago(
    clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    lines_after(clock, (5, 100), (5, 100), (5, 100), (14, 100), (1, 150))

    assert capsys.readouterr().err.splitlines() == [
        "answering: 300 of 1,000 questions, 20 a second, 35 s left",
        "answering: 550 of 1,000 questions, 18 a second, 25 s left",
    ]


def test_a_short_step_prints_nothing(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    lines_after(clock, (5, 500), (9, 500))

    assert capsys.readouterr().err == ""


def test_the_end_is_told_where_a_line_came_before(
    clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    lines_after(clock, (10, 100), (10, 500), (5, 400))

    assert capsys.readouterr().err.splitlines()[-1] == (
        "answering: 1,000 of 1,000 questions, 60 a second"
    )


def test_the_pace_leaves_out_what_an_earlier_run_has_done(
    clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    lines_after(clock, (0, 900), (20, 20))

    assert (
        capsys.readouterr().err
        == "answering: 920 of 1,000 questions, 1 a second, 1 min 20 s left\n"
    )


def test_no_pace_is_told_of_the_first_call(
    clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    lines_after(clock, (20, 10))

    assert capsys.readouterr().err == "answering: 10 of 1,000 questions\n"


def test_a_terminal_shows_bar_count_pace_and_time_left(
    terminal: pytest.MonkeyPatch, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal.setenv("NO_COLOR", "1")
    lines_after(clock, (0, 100), (10, 100), (10, 100))

    shown = capsys.readouterr().err
    assert all(text in shown for text in ("answering", "━", "300/1000", "10/s", "01:10"))


def test_a_narrow_terminal_shows_figures_in_one_line_without_a_bar(
    terminal: pytest.MonkeyPatch, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal.setenv("COLUMNS", "40")
    terminal.setenv("NO_COLOR", "1")
    with showing_progress("answering minilm-l6 on squad_v2", 11_873, clock=clock) as advance:
        advance(100)
        clock.seconds += 10
        advance(2000)

    shown = capsys.readouterr().err
    assert "━" not in shown
    assert all(text in shown for text in ("…", "2100/11873", "200/s", "00:49"))


def test_a_dumb_terminal_gets_lines(
    terminal: pytest.MonkeyPatch, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal.setenv("TERM", "dumb")
    lines_after(clock, (20, 10))

    assert capsys.readouterr().err == "answering: 10 of 1,000 questions\n"


@pytest.mark.usefixtures("terminal")
def test_nothing_but_warnings_is_shown_where_it_is_to_be_quiet(
    clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    with quietly():
        lines_after(clock, (20, 10), (20, 990))
        print_note("a step")
        print_warning("a doubt")
    is_quiet_after = is_quiet()

    assert capsys.readouterr().err == "Warning: a doubt\n"
    assert not is_quiet_after


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.2, "0 s"), (59.4, "59 s"), (59.6, "1 min 0 s"), (3599, "59 min 59 s"), (7500, "2 h 5 min")],
)
def test_a_time_has_one_or_two_units(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(("pace", "text"), [(0.05, "0.05"), (3.21, "3.2"), (1234.5, "1,234")])
def test_a_pace_has_few_digits(pace: float, text: str) -> None:
    assert per_second(pace) == text


def test_a_pace_of_nothing_is_left_out() -> None:
    assert progress_line("answering", 900, 1000, pace=0.0) == "answering: 900 of 1,000 questions"
