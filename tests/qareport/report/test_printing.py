"""Lines, documents and tables are printed as text, on terminals too."""

import ast
import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO

import pytest
from rich.progress import Progress, TextColumn

from qareport.data.printable import PrintableStream
from qareport.report.console import TextConsole, moving
from qareport.report.printing import (
    print_json,
    print_lines,
    print_note,
    print_remarks,
    print_table,
    print_text,
    print_warning,
)
from qareport.report.tables.plain_table import PlainTable
from qareport.report.tables.terminal import TerminalTable
from tests.repository import ROOT

NASTY = "[red]x[/] [link=file:///]y[/link] :smile: \x1b]8;;http://a\x1b\\z \x9b2J \u202eabc \x7f"
SHOWN = (
    "[red]x[/] [link=file:///]y[/link] :smile: \\u001b]8;;http://a\\u001b\\z \\u009b2J "
    "\\u202eabc \\u007f"
)
OURS = re.compile(r"\x1b\[(?:[0-9;]*m|\?25[lh]|[0-9]*[AK]|2K)")
"""What Rich itself sends: colours, and moves of bars."""
PRINTING = ("echo", "secho", "Console")
"""Names of functions that print past our own; the linter finds `print`."""
ON_TERMINAL = """
import sys
from rich.progress import Progress, TextColumn
from qareport.data.printable import printable_streams
from qareport.report.printing import *
from qareport.cli.terminal import counting, waiting
from qareport.report.tables.plain_table import PlainTable
from qareport.report.tables.terminal import TerminalTable
nasty = sys.argv[1].encode().decode("unicode_escape")
with printable_streams():
    print_table(TerminalTable(PlainTable((nasty,), ((nasty,),), nasty, (nasty,))))
    with waiting(nasty):
        print_note(nasty)
    with counting(nasty, 2) as advance:
        sys.stderr.write(nasty + chr(10))
        print_lines(nasty)
        advance(2)
"""


def test_lines_remarks_and_documents_are_text(capsys: pytest.CaptureFixture[str]) -> None:
    print_lines(NASTY, "a\nb")
    print_text(f"{NASTY}\nb\n")
    print_remarks(NASTY, "a\nb")
    print_note("a\nb")
    print_warning(NASTY)

    printed = capsys.readouterr()
    assert printed.out == f"{SHOWN}\na\\nb\n{SHOWN}\nb\n"
    assert printed.err == f"{SHOWN}\na\\nb\nNote: a\\nb\nWarning: {SHOWN}\n"


def test_a_printed_document_is_the_same_when_it_is_parsed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_json({NASTY: ["\\" + NASTY, "é\u2028"]})

    printed = capsys.readouterr().out
    assert json.loads(printed) == {NASTY: ["\\" + NASTY, "é\u2028"]}
    assert "é" in printed
    assert not re.search("[\x7f-\x9f\u2028\u202e\x1b]", printed)


def test_everything_in_a_table_is_text(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "400")
    print_table(TerminalTable(PlainTable((NASTY,), ((f"{NASTY}\n",),), NASTY, (NASTY,))))

    lines = capsys.readouterr().out.splitlines()
    assert [line.strip("┃│ ") for line in lines if "red" in line] == [
        SHOWN,
        SHOWN,
        f"{SHOWN}\\n",
        SHOWN,
    ]


def test_github_actions_obeys_nothing_in_a_table_even_in_colours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    printed = StringIO()
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setattr(sys, "stdout", PrintableStream(printed, is_obeyed=True))
    print_table(TerminalTable(PlainTable(("a",), (), "::error::x", ("::error::y",))))

    lines = OURS.sub("", printed.getvalue()).splitlines()
    assert (lines[0], lines[-1]) == ("\\u003a:error::x", "\\u003a:error::y")


def test_whatever_is_printed_by_a_console_is_text(capsys: pytest.CaptureFixture[str]) -> None:
    TextConsole().print(NASTY, soft_wrap=True)
    TextConsole(stderr=True).print(NASTY, soft_wrap=True)

    assert capsys.readouterr() == (f"{SHOWN}\n", f"{SHOWN}\n")


@pytest.mark.parametrize("text", ["e" + "\u0301" * 3000, "日本語" * 50, "👨\u200d👩\u200d👧" * 40])
def test_combining_and_wide_text_is_printed_whole(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    print_lines(text)
    print_table(TerminalTable(PlainTable(("Name", "F1"), ((text, "1"),))))

    line, *table = capsys.readouterr().out.splitlines()
    assert line == text
    assert text in "".join(table)


def test_a_wide_name_that_begins_with_a_figure_keeps_its_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_table(TerminalTable(PlainTable(("Name",), (("3日本語",),))))

    assert "│ 3日本語 │" in capsys.readouterr().out


def test_what_is_printed_above_bars_is_escaped_once(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stderr", PrintableStream(terminal))
    console = TextConsole(stderr=True)
    with moving(Progress(TextColumn("{task.description}", markup=False), console=console)) as _:
        sys.stderr.write("a\x1b]8;;http://a\x1b\\z\n")

    assert "a\\u001b]8;;http://a\\u001b\\z" in terminal.getvalue()


@pytest.mark.slow
def test_nothing_from_outside_steers_a_terminal() -> None:
    nasty = NASTY.encode("unicode_escape").decode()
    leader, follower = pty.openpty()
    run = subprocess.Popen(
        [sys.executable, "-c", ON_TERMINAL, nasty],
        stdout=follower,
        stderr=follower,
        env={**os.environ, "COLUMNS": "300", "TERM": "xterm-256color", "PYTHONPATH": str(ROOT)},
    )
    os.close(follower)
    printed = b"".join(chunks(leader)).decode()

    assert run.wait() == 0
    assert printed.count("\x1b[") > 4
    assert not re.search("[\x1b\x7f-\x9f\u202e]", OURS.sub("", printed))
    assert "smile:" in printed
    assert "[red]x" in OURS.sub("", printed)


def chunks(terminal: int) -> Iterator[bytes]:
    """What is printed on a terminal until all who print on it have ended."""
    while True:
        try:
            chunk = os.read(terminal, 1 << 16)
        except OSError:
            return
        if not chunk:
            return
        yield chunk


def printing_calls(source: str) -> list[str]:
    """The calls of functions that print past our own."""
    calls = (node.func for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    names = (
        call.attr if isinstance(call, ast.Attribute) else call.id
        for call in calls
        if isinstance(call, ast.Attribute | ast.Name)
    )
    return [name for name in names if name in PRINTING]


def test_a_call_that_prints_past_our_own_is_found() -> None:
    assert printing_calls("typer.echo(1)\nprint_lines('x')\nrich.console.Console()") == [
        "echo",
        "Console",
    ]


def test_all_that_is_printed_goes_through_one_module() -> None:
    ours = ROOT / "qareport/report/printing.py"
    paths = {*ROOT.glob("qareport/**/*.py"), *ROOT.glob("trainer/**/*.py")} - {ours}
    found = {path: printing_calls(path.read_text(encoding="utf-8")) for path in paths}

    assert {path: calls for path, calls in found.items() if calls} == {}
