"""What ends the process that draws takes nothing else down, and says what is missing."""

import json
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from qareport.cards.compose.gather import CardChoice
from qareport.cards.compose.write import find_changes, render, show_usage
from qareport.errors import DrawingError
from qareport.report.charts import drawing
from qareport.report.charts.drawing import (
    REMEDY,
    draw_png,
    draw_svg,
    start_drawing,
    stop_drawing,
)
from qareport.report.charts.drawing_process import draw_all, get_ready
from qareport.report.gather import ReportChoice, make_report
from tests.command_line import Run, run_qareport
from tests.report_builders import SHIPS, write_found
from tests.repository import ROOT

CHART = json.dumps({"data": {"values": [{"a": 1}]}, "mark": "bar", "encoding": {}})
PROGRAMS = {
    "SIGABRT": "import os; os.abort()",
    "exit code 3": "import sys; sys.exit(3)",
    "exit code 1": "import sys; sys.stdin.readline(); raise ValueError",
    "exit code 0": "import sys; sys.stdin.readline(); print('half', end='')",
}
LIMITS: dict[str, Callable[[], None]] = {
    "memory": lambda: resource.setrlimit(resource.RLIMIT_AS, (5_000_000 << 10,) * 2),
    "open files": lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (12, 12)),
}


@pytest.fixture(autouse=True)
def _no_drawer_of_before() -> Iterator[None]:
    """Each test starts the process that draws, and leaves none of its own."""
    stop_drawing()
    yield
    stop_drawing()


@pytest.fixture
def draws_by(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Has charts drawn by this program."""

    def change(program: str) -> None:
        path = tmp_path / "program.py"
        path.write_text(program)
        monkeypatch.setattr(drawing, "PROGRAM", path)

    return change


def test_one_process_draws_one_chart_after_the_other() -> None:
    first, again = draw_svg(CHART), draw_svg(CHART)

    assert first == again
    assert first.startswith("<svg ")
    assert draw_png(CHART).startswith(b"\x89PNG")


def test_the_program_answers_each_line_with_one() -> None:
    requests = [json.dumps(("svg", CHART)), json.dumps(("png", CHART))]

    svg, png = map(json.loads, draw_all(requests))

    assert svg.startswith("<svg ")
    assert png.startswith("iVBOR")


@pytest.mark.parametrize("ending", PROGRAMS)
def test_how_the_process_ended_is_said(ending: str, draws_by: Callable[[str], None]) -> None:
    draws_by(PROGRAMS[ending])

    with pytest.raises(DrawingError) as caught:
        draw_svg(CHART)

    assert str(caught.value) == (
        f"cannot be drawn (the process that draws ended with {ending}); {REMEDY}"
    )


def test_a_process_that_hangs_is_ended(
    draws_by: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    draws_by("import time; time.sleep(60)")
    monkeypatch.setattr(drawing, "MOST_SECONDS", 0.2)

    with pytest.raises(DrawingError, match="ended with SIGKILL"):
        draw_svg(CHART)


def test_a_process_that_was_started_before_draws_the_first_chart(
    draws_by: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    draws_by("import json, sys\nfor _ in sys.stdin: print(json.dumps('drawn'), flush=True)")
    start_drawing()
    monkeypatch.setattr(drawing, "PROGRAM", Path("/none.py"))

    assert draw_svg(CHART) == "drawn"


def test_getting_ready_does_not_show_in_a_chart() -> None:
    (before,) = draw_all([json.dumps(("svg", CHART))])

    get_ready()

    assert [*draw_all([json.dumps(("svg", CHART))])] == [before]


def test_the_next_chart_is_drawn_by_a_new_process(
    draws_by: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(drawing, "PROGRAM", Path("/none.py"))
        with pytest.raises(DrawingError, match="exit code 2"):
            draw_svg(CHART)
    draws_by("import json, sys\nfor _ in sys.stdin: print(json.dumps('drawn'), flush=True)")

    assert draw_svg(CHART) == "drawn"


def test_a_process_that_cannot_be_started_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/none/python")
    start_drawing()

    with pytest.raises(DrawingError, match=r"cannot be drawn \(.*No such file or directory"):
        draw_svg(CHART)


def test_a_page_has_words_where_a_picture_is_missing(
    tmp_path: Path, draws_by: Callable[[str], None]
) -> None:
    record = write_found(tmp_path / "record")
    draws_by(PROGRAMS["SIGABRT"])

    page = make_report(ReportChoice(record, others=(write_found(tmp_path / "b", SHIPS),)))

    assert {each.title for each in page.missing_pictures} >= {"Precision against recall"}
    assert "<figure" not in page.html
    for each in page.missing_pictures:
        assert f"{each.title}: this picture could not be drawn. It shows: " in page.html


def test_report_and_card_are_written_and_say_what_they_lack(
    tmp_path: Path, draws_by: Callable[[str], None]
) -> None:
    record = write_found(tmp_path / "record")
    draws_by(PROGRAMS["SIGABRT"])

    reported = run_qareport("report", record)
    carded = run_qareport("card", record, "--no-run", "--allow-partial")
    checked = run_qareport("card", record, "--check", "--allow-partial")

    page = record / "report.html"
    assert (reported.exit_code, reported.output) == (1, f"{page}\n")
    assert reported.errors.startswith(f"Error: {page}: is written without the pictures 'Precis")
    assert carded.exit_code == checked.exit_code == 1
    for run in (carded, checked):
        assert run.errors.startswith(f"Error: {record}/charts/precision_recall.svg, ")
        assert run.errors.endswith(f"{REMEDY}; the page itself is not concerned\n")
    assert "](<charts/precision_recall.svg>)" in (record / "README.md").read_text()


def test_a_card_whose_charts_cannot_be_drawn_is_not_taken_for_unchanged(
    tmp_path: Path, draws_by: Callable[[str], None]
) -> None:
    record = write_found(tmp_path)
    draws_by(PROGRAMS["exit code 3"])

    rendered = render(CardChoice(record), show_usage)

    assert "charts/precision_recall.svg cannot be drawn" in find_changes(record, rendered)


@pytest.mark.slow
@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize("command", ["report", "card --no-run --allow-partial"])
def test_a_small_limit_ends_no_command(limit: str, command: str, tmp_path: Path) -> None:
    record = write_found(tmp_path)

    run = subprocess.run(
        [sys.executable, "-m", "qareport", *command.split(), record],
        cwd=ROOT,
        capture_output=True,
        check=False,
        text=True,
        preexec_fn=LIMITS[limit],
    )

    ended = Run(run.returncode, run.stdout, run.stderr)
    assert ended.exit_code in {0, 1}
    assert ended.exit_code == 0 or ended.errors.startswith("Error: ")
    assert ended.errors.count("\n") <= 1
    assert (record / ("report.html" if command == "report" else "README.md")).exists()
