"""Lists the commands, and runs the one that the arguments name."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from importlib.metadata import entry_points, version
from typing import Annotated, NoReturn

import typer

from qareport.cli.analyse import analyse_answers
from qareport.cli.ask import ask
from qareport.cli.card import card
from qareport.cli.check import check
from qareport.cli.compare import compare
from qareport.cli.demo import demo
from qareport.cli.doctor import doctor
from qareport.cli.ending import DEBUG, DEBUG_VARIABLE, end
from qareport.cli.evaluate import evaluate
from qareport.cli.import_card import import_old_card
from qareport.cli.launching import check_command, named_command, speaking, tell_launcher
from qareport.cli.lint import lint
from qareport.cli.named_paths import PathCheckingCommand
from qareport.cli.push import push
from qareport.cli.quiet import quietable
from qareport.cli.redact import redact
from qareport.cli.report import report
from qareport.cli.rescore import rescore_record
from qareport.cli.score import score
from qareport.cli.seeds import seeds
from qareport.cli.streams import printing
from qareport.cli.suite import suite
from qareport.cli.verify import verify
from qareport.errors import ExitCode, QareportError, UsageError
from qareport.inference.distributed.launch import read_launch
from qareport.report.printing import print_lines

COMMAND_GROUP = "qareport.commands"
"""Entry points through which other packages, such as the trainer, add commands."""

COMMANDS: Mapping[str, Callable[..., None]] = {
    "demo": demo,
    "evaluate": evaluate,
    "suite": suite,
    "analyse": analyse_answers,
    "rescore": rescore_record,
    "compare": compare,
    "seeds": seeds,
    "check": check,
    "report": report,
    "redact": redact,
    "card": card,
    "lint": lint,
    "verify": verify,
    "import": import_old_card,
    "push": push,
    "score": score,
    "ask": ask,
    "doctor": doctor,
}


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
        known = {f" {each.name}" for each in app.registered_commands}
        command = name if (name := f" {named_command(words)}") in known else ""
        raise UsageError(f"{sentence}; see `qareport{command} --help`") from error
    except typer.Abort as error:
        raise QareportError("what was asked is not answered, so nothing was done") from error
    sys.exit(ended if isinstance(ended, int) else ExitCode.WELL)


def make_app() -> typer.Typer:
    """The command line with all commands of the table and of other packages."""
    app = typer.Typer(
        help="Evaluate, understand and publish extractive question-answering models.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(_main_options)
    for name, command in COMMANDS.items():
        app.command(name, cls=PathCheckingCommand)(quietable(command))
    for entry_point in entry_points(group=COMMAND_GROUP):
        app.command(entry_point.name, cls=PathCheckingCommand)(quietable(entry_point.load()))
    return app


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
