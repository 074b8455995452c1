"""Gives every command the option that silences its progress and notes."""

from collections.abc import Callable
from contextlib import nullcontext
from functools import wraps
from inspect import Parameter, signature
from typing import Annotated, get_type_hints

import typer

from qareport.report.printing import quietly

NAME = "quiet"
Quiet = Annotated[
    bool,
    typer.Option("--quiet", help="Show no progress and no notes; warnings and errors stay."),
]


def quietable(command: Callable[..., None]) -> Callable[..., None]:
    """The command with one option more, `--quiet`."""

    @wraps(command)
    def run(*, quiet: bool = False, **options: object) -> None:
        with quietly() if quiet else nullcontext():
            command(**options)

    own = signature(command)
    option = Parameter(NAME, Parameter.KEYWORD_ONLY, default=False, annotation=Quiet)
    # Typer reads both.
    vars(run)["__signature__"] = own.replace(parameters=[*own.parameters.values(), option])
    run.__annotations__ = {**get_type_hints(command, include_extras=True), NAME: Quiet}
    return run
