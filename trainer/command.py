"""Runs `qareport train`, which trains the models of a recipe and scores them."""

import sys
from collections.abc import Iterable
from contextlib import nullcontext
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from qareport.errors import UsageError
from qareport.report.tables.comparison import gap_lines
from qareport.report.tables.scores import totals_table
from qareport.report.tables.terminal import TerminalTable
from trainer.errors import TrainerError
from trainer.progress import show_nothing, showing_steps

if TYPE_CHECKING:
    from trainer.recipe import Recipe
    from trainer.training import FinishedRun

NEEDED = ("accelerate", "tensorboard")
"""What the extra "train" installs."""


RecipeName = Annotated[
    str | None,
    typer.Argument(
        metavar="RECIPE", help="Name of a shipped recipe, or a TOML file.", show_default="list"
    ),
]
Output = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Folder of the run; a stopped run in it is resumed."),
]
Changes = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Change a key of the recipe, such as seed=7."),
]
Plan = Annotated[
    bool, typer.Option("--plan", help="Print what the run would take, and train nothing.")
]
Show = Annotated[bool, typer.Option("--show", help="Print the recipe as it stands in its file.")]
Keys = Annotated[
    bool, typer.Option("--keys", help="Print all keys of recipes, with their defaults.")
]


def train(
    recipe: RecipeName = None,
    *,
    output: Output = None,
    changes: Changes = None,
    plan: Plan = False,
    show: Show = False,
    keys: Keys = False,
) -> None:
    """Train teacher, student and baseline by a recipe, and score all three."""
    from qareport.data.toml_tables import key_lines  # noqa: PLC0415 - pydantic builds recipes slowly
    from trainer.read_recipe import (  # noqa: PLC0415 - pydantic builds recipes slowly
        read_recipe,
        recipe_text,
        shipped_recipes,
    )
    from trainer.recipe import Recipe  # noqa: PLC0415 - pydantic builds recipes slowly

    if keys:
        _print_lines(key_lines(Recipe))
    elif recipe is None:
        if output is not None or changes or plan or show:
            raise UsageError("RECIPE is missing; `qareport train` alone lists the shipped ones")
        _print_lines(f"{name}: {read_recipe(name).purpose}" for name in shipped_recipes())
    elif show:
        typer.echo(recipe_text(recipe), nl=False)
    elif plan:
        _print_plan(read_recipe(recipe, changes or ()))
    elif output is None:
        raise UsageError("--output is missing; name the folder of the run")
    else:
        _train(recipe, read_recipe(recipe, changes or ()), output)


def _print_lines(lines: Iterable[str]) -> None:
    for line in lines:
        typer.echo(line)


def _require_extra() -> None:
    """Refuses to train without the packages of the extra "train".

    Raises:
        TrainerError: one is missing.
    """
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise TrainerError(
            f"training needs {' and '.join(missing)}; run: pip install 'qareport[train]'"
        )


def _print_plan(recipe: "Recipe") -> None:
    _require_extra()
    from trainer.planning.plan import make_plan  # noqa: PLC0415 - torch is slow
    from trainer.planning.tables import plan_lines  # noqa: PLC0415 - torch is slow

    _print_lines(plan_lines(make_plan(recipe)))


def _train(name: str, recipe: "Recipe", output: Path) -> None:
    _require_extra()
    from trainer.processes import ending_together, processes  # noqa: PLC0415 - torch is slow
    from trainer.run_folder import RunFolder  # noqa: PLC0415 - torch is slow
    from trainer.training import train as train_all  # noqa: PLC0415 - torch is slow

    shown = showing_steps() if processes().is_main_process else nullcontext(show_nothing)
    with shown as watch, ending_together():
        outcome = train_all(
            recipe, RunFolder(output), name=name, command=["qareport", *sys.argv[1:]], watch=watch
        )
    if outcome is not None:
        _print_outcome(outcome)


def _print_outcome(outcome: "FinishedRun") -> None:
    console = Console()
    for role, evaluation in outcome.evaluations.items():
        console.print(f"{role}: {evaluation.model.name}", soft_wrap=True, markup=False)
        console.print(TerminalTable(totals_table(evaluation.scores, evaluation.intervals)))
    gap = outcome.comparisons.recovered_gap
    for line in gap_lines(gap) if gap else ():
        console.print(line, soft_wrap=True, markup=False, highlight=False)
