"""Tests that no secret is printed, wherever it stands on the command line or comes from."""

import json
import logging
import sys
from io import StringIO
from pathlib import Path

import pytest
import typer
from rich.console import Console

from qareport.cli import commands
from qareport.cli.ending import DEBUG
from qareport.cli.secrets import hiding_secrets, refuse_secrets
from qareport.errors import OutputError, UsageError
from tests.command_line import run_qareport

TOKEN = "hf_" + "aB3dE" * 7
ODD = "oddtoken-1"
SECRETS = (TOKEN, f"sk-{TOKEN[3:]}", f"https://me:{TOKEN[3:]}@host/x", f"Bearer {TOKEN[3:]}")
LINES = (
    "evaluate {}",
    "evaluate model --data {}",
    "evaluate model --dataset {} --limit 3",
    "evaluate model --device {}",
    "evaluate model --token {}",
    "score data.json --normaliser={}",
    "{}",
    "compare {} {}",
    "train {}",
    "train recipe --set hub.token={}",
    "train recipe --seeds {}",
    "push {} owner/name --dry-run",
    "push folder {} --dry-run",
    "push folder owner/name --message {} --dry-run",
    "push folder owner/name --tokens {}",
    "push {0} owner/name --token {0}",
    "card folder --model-id owner/{}",
    "doctor {}.json",
)


@pytest.mark.parametrize("debug", [(), (DEBUG,)])
@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_in_the_wrong_place_is_refused_and_not_printed(
    secret: str, line: str, debug: tuple[str, ...]
) -> None:
    # A secret with a blank in it is one word, as it is in quotes.
    words = [word.format(secret) for word in line.split()]

    run = run_qareport(*debug, *words)

    assert run.exit_code == 2
    assert "<token>" in run.errors
    assert TOKEN[3:] not in run.output + run.errors


def test_the_sentence_says_what_it_is_and_where_it_belongs() -> None:
    with pytest.raises(UsageError) as caught:
        refuse_secrets(["train", "recipe", "--set", f"token={TOKEN}"])

    assert str(caught.value) == (
        "'token=<token>': holds a token of the Hugging Face Hub, and none belongs there; "
        "put a token for the Hub into HF_TOKEN, or run `hf auth login`"
    )


def test_the_token_in_use_is_refused_however_it_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", ODD)

    run = run_qareport("score", f"{ODD}.json")

    assert run.exit_code == 2
    assert run.errors.startswith("Error: '<token>.json': holds the token in use, and none belongs")


@pytest.mark.parametrize("given", [("--token", ODD), (f"--token={ODD}",)])
def test_the_token_of_a_push_is_taken_and_not_printed(
    given: tuple[str, ...], tmp_path: Path
) -> None:
    run = run_qareport(DEBUG, "push", tmp_path / f"{ODD}", "owner/name", "--dry-run", *given)

    assert run.exit_code == 1
    assert "<token>: is not a folder" in run.errors
    assert ODD not in run.errors


def test_a_token_of_an_environment_is_not_printed_by_any_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HF_TOKEN", ODD)
    before = StringIO(), StringIO()
    monkeypatch.setattr(sys, "stdout", before[0])
    monkeypatch.setattr(sys, "stderr", before[1])

    with hiding_secrets([]):
        typer.echo(f"1 {ODD}")
        typer.echo(f"1 {ODD}", err=True)
        Console().print(f"2 {ODD}")
        logging.StreamHandler().emit(logging.makeLogRecord({"msg": f"3 {ODD}"}))
        sys.stdout.writelines([f"4 {ODD}\n"])
        sys.stdout.flush()

    assert (sys.stdout, sys.stderr) == before
    printed = before[0].getvalue() + before[1].getvalue()
    assert printed.count("<token>") == 5
    assert ODD not in printed


def test_a_traceback_and_a_long_error_of_a_library_hide_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", ODD)

    def fail() -> None:
        cause = OSError(f"sent 'Authorization: Bearer {ODD}'")
        raise RuntimeError("x" * 290 + f" {ODD} {TOKEN}") from cause

    monkeypatch.setattr(commands, "make_app", lambda: lambda *_, **__: fail())

    for words in ([], [DEBUG]):
        run = run_qareport(*words)
        assert run.exit_code == 1
        assert "oddtok" not in run.errors
        assert "hf_" not in run.errors
        assert "<token>" in run.errors


def test_launchers_are_told_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TORCHELASTIC_ERROR_FILE", str(tmp_path / "reason.json"))

    def fail() -> None:
        raise OutputError(f"{TOKEN}: cannot be written")

    monkeypatch.setattr(commands, "make_app", lambda: lambda *_, **__: fail())
    run_qareport("score")

    told = json.loads((tmp_path / "reason.json").read_text())
    assert told["message"]["message"] == "<token>: cannot be written"


def test_what_is_printed_to_a_closed_stream_goes_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)

    with hiding_secrets([]):
        sys.stdout.write(TOKEN)

    assert sys.stdout is None


def test_what_was_put_in_the_place_of_a_stream_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("stdout", "stderr"):
        monkeypatch.setattr(sys, name, StringIO())
    others = StringIO(), StringIO()

    with hiding_secrets([]):
        sys.stdout, sys.stderr = others

    assert (sys.stdout, sys.stderr) == others


def test_a_stream_is_what_the_one_below_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (tmp_path / "out").open("w", encoding="latin-1", errors="replace") as out:
        monkeypatch.setattr(sys, "stdout", out)
        with hiding_secrets([]):
            assert sys.stdout.fileno() == out.fileno()
            assert not sys.stdout.isatty()
            assert sys.stdout.writable()
            assert (sys.stdout.encoding, sys.stdout.errors) == ("latin-1", "replace")
            assert not hasattr(sys.stdout, "buffer")
            assert sys.stdout.write("four") == 4
