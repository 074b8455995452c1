"""Refuses paths that a user names where they lead to neither a file nor a folder."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import typer
from typer.core import TyperArgument, TyperCommand, TyperOption
from typing_extensions import override

from qareport.data.files import refuse_special

PATH_OR_NAME = frozenset({"CARD", "DATA", "FILE", "MODEL", "NAME", "NAME|FILE", "RECIPE"})
"""What help calls values that may be the path of something, or the name of something else."""


class PathCheckingCommand(TyperCommand):
    """A command that is run only if all paths of its arguments can be looked at."""

    @override
    def invoke(self, ctx: typer.Context) -> object:  # type: ignore[override] # Typer's own is private
        for path in _named_paths(self.params, ctx):
            refuse_special(path)
        return super().invoke(ctx)


def _named_paths(parameters: Iterable[object], ctx: typer.Context) -> Iterator[Path]:
    """The paths among the values of the parameters."""
    for parameter in parameters:
        if isinstance(parameter, TyperArgument | TyperOption):
            value: object = ctx.params.get(parameter.name or "")
            for each in value if isinstance(value, list) else [value]:
                if isinstance(each, Path):
                    yield each
                elif isinstance(each, str) and parameter.metavar in PATH_OR_NAME:
                    yield Path(each)
