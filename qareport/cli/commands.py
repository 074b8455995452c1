"""Lists the commands, and runs the one that the arguments name."""

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from importlib.metadata import EntryPoint, entry_points, version
from typing import Annotated, NoReturn, cast

import typer
from typer.main import get_command

from qareport.cli.ending import DEBUG, DEBUG_VARIABLE, end
from qareport.cli.late_commands import LateCommand, LateGroup
from qareport.cli.launching import check_command, named_command, speaking, tell_launcher
from qareport.cli.streams import printing
from qareport.errors import ExitCode, QareportError, UsageError
from qareport.inference.distributed.launch import read_launch
from qareport.report.printing import print_lines

COMMAND_GROUP = "qareport.commands"
"""Entry points through which other packages, such as the trainer, add commands."""

COMMANDS: Mapping[str, str] = {
    "demo": "qareport.cli.demo:demo",
    "evaluate": "qareport.cli.evaluate:evaluate",
    "suite": "qareport.cli.suite:suite",
    "analyse": "qareport.cli.analyse:analyse_answers",
    "rescore": "qareport.cli.rescore:rescore_record",
    "compare": "qareport.cli.compare:compare",
    "seeds": "qareport.cli.seeds:seeds",
    "check": "qareport.cli.check:check",
    "report": "qareport.cli.report:report",
    "redact": "qareport.cli.redact:redact",
    "card": "qareport.cli.card:card",
    "lint": "qareport.cli.lint:lint",
    "verify": "qareport.cli.verify:verify",
    "import": "qareport.cli.import_card:import_old_card",
    "push": "qareport.cli.push:push",
    "score": "qareport.cli.score:score",
    "ask": "qareport.cli.ask:ask",
    "doctor": "qareport.cli.doctor:doctor",
}
"""Where the function of each command is, written as in entry points."""


def run(words: Sequence[str]) -> None:
    """Runs the command that the words name; an error of ours ends it with sentence and exit code.

    Raises:
        SystemExit: it has ended, with an exit code.
    """
    with ExitStack() as stack:
        try:
            launch = read_launch(os.environ)
            stack.enter_context(speaking(words, launch, COMMANDS))
            check_command(words, launch, COMMANDS)
            with printing():
                _run_command(words)
        except QareportError as error:
            tell_launcher(error, os.environ)
            end(error, words)


def _run_command(words: Sequence[str]) -> NoReturn:
    """Runs the command that the words name.

    Raises:
        SystemExit: it has ended.
        UsageError: the words are not such as it takes.
    """
    app = make_app()
    try:
        ended = app(words, prog_name="qareport", standalone_mode=False)
    except typer.TyperException as error:
        sentence = error.format_message().replace(": Value error, ", ": ", 1).rstrip(".")
        if not sentence:
            # Help was printed, since there are no words.
            sys.exit(error.exit_code)
        named = named_command(words)
        command = f" {named}" if named in app.commands else ""
        raise UsageError(f"{sentence}; see `qareport{command} --help`") from error
    except typer.Abort as error:
        raise QareportError("what was asked is not answered, so nothing was done") from error
    sys.exit(ended if isinstance(ended, int) else ExitCode.WELL)


def make_app() -> LateGroup:
    """The command line with all commands of the table and of other packages."""
    app = typer.Typer(
        cls=LateGroup,
        help="Evaluate, understand and publish extractive question-answering models.",
        no_args_is_help=True,
        add_completion=False,
    )
    app.callback()(_main_options)
    group = cast("LateGroup", get_command(app))
    own = (EntryPoint(name, place, COMMAND_GROUP) for name, place in COMMANDS.items())
    for place in (*own, *entry_points(group=COMMAND_GROUP)):
        group.add_command(LateCommand(place))
    return group


def _print_version(wanted: bool) -> bool:  # noqa: FBT001 - Typer calls it with the flag's value
    if wanted:
        print_lines(f"qareport {version('qareport')}")
        raise typer.Exit
    return wanted


def _main_options(
    *,
    show_version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and end."
        ),
    ] = False,
    debug: Annotated[
        bool,
        typer.Option(
            DEBUG,
            help=f"Show the traceback of an error, as does {DEBUG_VARIABLE}=1 in the environment.",
        ),
    ] = False,
) -> None:
    pass
