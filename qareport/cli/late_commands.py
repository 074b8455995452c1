"""Offers commands that are imported when they are called, and lists them without importing any."""

import ast
from functools import cached_property
from importlib.abc import InspectLoader
from importlib.metadata import EntryPoint
from importlib.util import find_spec
from inspect import getdoc
from typing import cast

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption
from typer.main import get_command
from typing_extensions import override

from qareport.cli.named_paths import PathCheckingCommand
from qareport.cli.quiet import quietable


class LateCommand(TyperCommand):
    """Stands for a command that is imported when it is called, or asked for its own help."""

    def __init__(self, place: EntryPoint) -> None:
        super().__init__(place.name)
        self.place = place

    @cached_property
    def loaded(self) -> TyperCommand:
        """The command itself."""
        app = typer.Typer(add_completion=False)
        app.command(self.name, cls=PathCheckingCommand)(quietable(self.place.load()))
        return cast("TyperCommand", get_command(app))

    @override
    def make_context(  # type: ignore[override] # Typer's own is private
        self, info_name: str | None, args: list[str], parent: typer.Context | None = None
    ) -> object:
        # What follows asks the context for its command, so this one is never run.
        return self.loaded.make_context(info_name, args, parent)


class LateGroup(TyperGroup):
    """Commands that are imported when they are called."""

    @override
    def get_help_option(self, ctx: typer.Context) -> TyperOption | None:  # type: ignore[override] # likewise
        option = super().get_help_option(ctx)
        if option is not None:
            # None, its own default, is converted, for which Typer imports pydantic.
            option.default = False
        return option

    @override
    def format_help(self, ctx: typer.Context, formatter: object) -> None:  # type: ignore[override] # likewise
        for command in self.commands.values():
            if isinstance(command, LateCommand):
                command.help = read_docstring(command.place)
        super().format_help(ctx, formatter)  # type: ignore[arg-type] # likewise


def read_docstring(place: EntryPoint) -> str | None:
    """The docstring of the function at a place, out of its source; nothing of it is imported.

    Only a function without a source, or one that is not written out there, is imported.
    """
    spec = find_spec(place.module)
    loader = spec.loader if spec else None
    source = loader.get_source(place.module) if isinstance(loader, InspectLoader) else None
    for node in ast.parse(source or "").body:
        if isinstance(node, ast.FunctionDef) and node.name == place.attr:
            return ast.get_docstring(node)
    return getdoc(place.load())
