"""Every command ends with one sentence and an exit code of the table, whatever it is given."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from typer.core import TyperArgument, TyperOption

from qareport.errors import EXIT_CODES
from tests.builders import example
from tests.command_line import Run, run_qareport
from tests.command_lines import commands
from tests.repository import ROOT
from tests.row_builders import row, write_record
from tests.squad_json import QUESTION, raw_squad_json

LONG = "n" * 300
"""Longer than the 255 bytes that a name may have."""
NAMES = (
    *(
        "record",
        "good.json",
        "answered.json",
        "README.md",
        "card.toml",
        "folder",
        "none",
        "record/",
    ),
    *(
        "pipe",
        "dangling",
        "loop",
        "good.json/in",
        "",
        LONG,
        f"record/{LONG}",
        "/dev/zero",
        "caf\udce9",
    ),
    *("bytes.json", "deep.json", "deep.toml", "half.json", "piped", "folders", "unreadable.json"),
)
TEXTS = (
    "\x1b[31m\u202e",
    "0",
    "-1",
    "7",
    "nan",
    "1e999",
    "9" * 5000,
    "f1=80",
    "contains",
    "x" * 9000,
    "\udcff",
    "é",
)
SLOW_COMMANDS = {"ask", "demo", "doctor", "evaluate", "suite", "train"}
"""They import what is slow, and run for long where all is well."""
DRAWS = 12
"""Command lines for each command; the slow tests take more."""
PATIENCE_SECONDS = 120
ASCII: Mapping[str, Mapping[str, str]] = {
    "streams": {"PYTHONIOENCODING": "ascii"},
    "locale": {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
}
is_root = pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unreadable for root")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A good record and its files, and files of each kind that is bad."""
    root = tmp_path_factory.mktemp("guarded")
    (root / "good.json").write_text(raw_squad_json(QUESTION))
    (root / "answered.json").write_text('{"q": "Norman"}')
    (root / "half.json").write_text('{"q": "\\ud800"}')
    (root / "README.md").write_text("# A card → of nobody\n\nF1 is 80.0\n")
    (root / "card.toml").write_text("")
    (root / "bytes.json").write_bytes(bytes(range(256)))
    (root / "deep.json").write_text("[" * 3000)
    (root / "deep.toml").write_text(f"a = {'[' * 5000}")
    (root / "unreadable.json").touch(mode=0o000)
    (root / "folder").mkdir()
    (root / "loop").symlink_to("loop")
    (root / "dangling").symlink_to("nothing")
    os.mkfifo(root / "pipe")
    write_record(root / "record", row(example("q", context="Ada", golds=("Ada",)), "Ada"))
    (root / "piped").mkdir()
    (root / "folders").mkdir()
    for name in ("README.md", "evaluation.json", "report.html", "config.json", "card.toml"):
        os.mkfifo(root / "piped" / name)
        (root / "folders" / name).mkdir()
    return root


def command_lines(name: str, chance: random.Random) -> Iterator[list[str]]:
    """Endless command lines of a command, with words that fit its arguments or do not."""
    parameters = commands()[name].params
    while True:
        line = ["--debug"] if chance.random() < 0.05 else []
        line.append(name)
        for each in parameters:
            if isinstance(each, TyperArgument):
                line.append(chance.choice(NAMES))
            elif isinstance(each, TyperOption) and chance.random() < 0.3:
                line.append(chance.choice(each.opts))
                if not each.is_flag:
                    line.append(chance.choice(NAMES + TEXTS))
        yield line


def assert_well_ended(run: Run, line: list[str]) -> None:
    """A traceback only where it was asked for, an exit code of the table, one sentence of why."""
    assert run.exit_code in EXIT_CODES, line
    assert ("Traceback" in run.errors) <= (line[0] == "--debug"), (line, run.errors)
    if run.exit_code != 0:
        told = [each for each in run.errors.splitlines() if each.startswith("Error: ")]
        assert told == run.errors.splitlines()[-1:], (line, run.errors)


@pytest.mark.parametrize("name", sorted(commands().keys() - SLOW_COMMANDS))
def test_bad_words_end_in_a_sentence(
    name: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    lines = command_lines(name, random.Random(f"fast {name}"))  # noqa: S311 - no secret

    for line, _ in zip(lines, range(DRAWS), strict=False):
        assert_well_ended(run_qareport(*line), line)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(commands().keys() - {"demo"}))
def test_many_bad_words_end_in_a_sentence(
    name: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    lines = command_lines(name, random.Random(f"slow {name}"))  # noqa: S311 - no secret

    # The client asks the Hub several times for a name that is nothing here.
    draws = DRAWS if name in SLOW_COMMANDS else 8 * DRAWS
    for line, _ in zip(lines, range(draws), strict=False):
        assert_well_ended(run_qareport(*line), line)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (f"lint {LONG}", f"{LONG}: cannot be used (File name too long); check the path"),
        (f"doctor {LONG}", f"{LONG}: cannot be used (File name too long); check the path"),
        ("doctor pipe", "pipe: is a named pipe; name a file or a folder"),
        ("score good.json /dev/zero", "/dev/zero: is a device; name a file or a folder"),
        ("lint piped", "piped/README.md: is a named pipe; name a file or a folder"),
        ("analyse piped", "piped/evaluation.json: is a named pipe; name a file or a folder"),
        (
            "report record --output piped/report.html",
            "piped/report.html: is a named pipe; name a file or a folder",
        ),
        (
            "compare loop record",
            "loop: cannot be used (Too many levels of symbolic links); check the path",
        ),
        ("lint folder", "folder/README.md: cannot be read (No such file or directory)"),
        ("lint folders", "folders/README.md: cannot be read (Is a directory)"),
    ],
)
def test_what_no_command_can_read_is_named(
    line: str, sentence: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)

    run = run_qareport(*line.split())

    assert (run.exit_code, run.errors) == (1, f"Error: {sentence}\n")


@is_root
def test_an_unreadable_file_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)

    run = run_qareport("lint", "unreadable.json")

    assert run.errors == "Error: unreadable.json: cannot be read (Permission denied)\n"


def test_a_word_that_is_no_text_is_wrong_usage() -> None:
    run = run_qareport("lint", "caf\udce9")

    assert run.exit_code == 2
    assert run.errors == (
        "Error: caf\\udce9: is not in utf-8, the encoding of this terminal; "
        "rename the file, or write the text in UTF-8\n"
    )


def test_a_folder_that_is_gone_is_left_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()

    run = run_qareport("lint", "card.md")

    assert run.errors == (
        "Error: the current folder cannot be used (No such file or directory); "
        "change to another one\n"
    )


def test_debug_shows_the_traceback_above_the_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    by_option = run_qareport("--debug", "lint", "none.md")
    monkeypatch.setenv("QAREPORT_DEBUG", "1")
    by_variable = run_qareport("lint", "none.md")

    sentence = "\nError: none.md: cannot be read (No such file or directory)\n"
    for run in (by_option, by_variable):
        assert run.errors.startswith("Traceback")
        assert run.errors.endswith(sentence)


@pytest.mark.slow
@pytest.mark.parametrize("terminal", ASCII)
@pytest.mark.parametrize(
    "line", ["lint .", "verify .", "analyse record", "doctor good.json", "lint é"]
)
def test_an_ascii_terminal_gets_what_it_can_show(terminal: str, line: str, folder: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "qareport", *line.split()],
        cwd=folder,
        env={**os.environ, **ASCII[terminal], "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
        timeout=PATIENCE_SECONDS,
    )

    ended = Run(run.returncode, run.stdout.decode(), run.stderr.decode())
    assert_well_ended(ended, line.split())


def stopped(line: list[str], moment: float, number: signal.Signals, at: Path) -> Run:
    """How a command ended that got a signal after some seconds."""
    process = subprocess.Popen(
        [sys.executable, "-m", "qareport", *line],
        cwd=at,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Where the tests run in the background, signals may be ignored.
        preexec_fn=lambda: signal.signal(number, signal.SIG_DFL),  # noqa: PLW1509 - no threads
    )
    time.sleep(moment)
    process.send_signal(number)
    output, errors = process.communicate(timeout=PATIENCE_SECONDS)
    return Run(process.returncode, output, errors)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("moment", [0.3, 0.6, 1.2, 2.4, 4.8])
def test_a_signal_ends_a_command_in_a_sentence(
    moment: float, number: signal.Signals, tmp_path: Path
) -> None:
    line = ["demo", "--output", "made"]

    run = stopped(line, moment, number, tmp_path)

    assert (run.exit_code, "Traceback" in run.errors) == (128 + number, False)
    assert run.errors.splitlines()[-1].startswith("Stopped: ")
    assert list(tmp_path.glob("**/*.part")) == []
