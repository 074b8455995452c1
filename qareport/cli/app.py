"""Runs the command that the arguments name; an error becomes a sentence and an exit code."""

import os
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from importlib.metadata import entry_points, version
from typing import Annotated

import typer

from qareport.cli.analyse import analyse_answers
from qareport.cli.ask import ask
from qareport.cli.card import card
from qareport.cli.check import check
from qareport.cli.compare import compare
from qareport.cli.demo import demo
from qareport.cli.doctor import doctor
from qareport.cli.evaluate import evaluate
from qareport.cli.import_card import import_old_card
from qareport.cli.launching import check_command, speaking, tell_launcher
from qareport.cli.lint import lint
from qareport.cli.push import push
from qareport.cli.redact import redact
from qareport.cli.report import report
from qareport.cli.rescore import rescore_record
from qareport.cli.score import score
from qareport.cli.seeds import seeds
from qareport.cli.suite import suite
from qareport.cli.terminal import open_closed_streams, printing
from qareport.cli.verify import verify
from qareport.errors import QareportError
from qareport.inference.distributed.launch import read_launch

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


def main(arguments: list[str] | None = None) -> None:
    """Runs the command line; ends the process with the exit code of what happened."""
    open_closed_streams()
    words = sys.argv[1:] if arguments is None else arguments
    with ExitStack() as stack:
        try:
            launch = read_launch(os.environ)
            stack.enter_context(speaking(words, launch, COMMANDS))
            check_command(words, launch, COMMANDS)
            with printing():
                make_app()(words, prog_name="qareport")
        except QareportError as error:
            typer.echo(f"Error: {error}", err=True)
            tell_launcher(error, os.environ)
            sys.exit(error.exit_code)


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
        app.command(name)(command)
    for entry_point in entry_points(group=COMMAND_GROUP):
        app.command(entry_point.name)(entry_point.load())
    return app


def _print_version(wanted: bool) -> bool:  # noqa: FBT001 - Typer calls it with the flag's value
    if wanted:
        typer.echo(f"qareport {version('qareport')}")
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
) -> None:
    pass
