"""Runs `qareport train`, which trains the models of a recipe and scores them."""

import shlex
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qareport.data.typed_numbers import SEEDS, shown
from qareport.errors import UsageError
from qareport.report.printing import print_lines, print_table, print_text
from trainer.errors import TrainerError

if TYPE_CHECKING:
    from trainer.recipe import Recipe
    from trainer.training import FinishedRun

NEEDED = ("accelerate", "psutil", "tensorboard")
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
Seeds = Annotated[
    str | None,
    typer.Option(
        metavar="N,N,...",
        help="Run the recipe once with each seed, in DIR/seed-N, and put the students together.",
        show_default="the recipe's alone",
    ),
]
Plan = Annotated[
    bool, typer.Option("--plan", help="Print what the run would take, and train nothing.")
]
Show = Annotated[bool, typer.Option("--show", help="Print the recipe as it stands in its file.")]
Keys = Annotated[
    bool, typer.Option("--keys", help="Print all keys of recipes, with their defaults.")
]


def train(  # noqa: PLR0913 - one parameter for each option of the command
    recipe: RecipeName = None,
    *,
    output: Output = None,
    changes: Changes = None,
    seeds: Seeds = None,
    plan: Plan = False,
    show: Show = False,
    keys: Keys = False,
) -> None:
    """Train teacher, student and baseline by a recipe, and score all three."""
    from qareport.data.toml_tables import key_lines
    from trainer.read_recipe import (
        read_recipe,
        recipe_text,
        shipped_recipes,
    )
    from trainer.recipe import Recipe

    if keys:
        print_lines(*key_lines(Recipe))
    elif recipe is None:
        if (output, changes, seeds) != (None, None, None) or plan or show:
            raise UsageError("RECIPE is missing; `qareport train` alone lists the shipped ones")
        print_lines(*(f"{name}: {read_recipe(name).purpose}" for name in shipped_recipes()))
    elif show:
        print_text(recipe_text(recipe))
    elif plan:
        _print_plan(read_recipe(recipe, changes or ()))
    elif output is None:
        raise UsageError("--output is missing; name the folder of the run")
    elif seeds is None:
        _train(recipe, read_recipe(recipe, changes or ()), output)
    else:
        _train_seeds(recipe, changes or (), output, seeds=_parse_seeds(seeds))


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
    from trainer.planning.plan import make_plan
    from trainer.planning.tables import plan_lines

    print_lines(*plan_lines(make_plan(recipe)))


def _train(name: str, recipe: "Recipe", output: Path) -> None:
    from trainer.progress import show_nothing, showing_steps

    _require_extra()
    from trainer.processes import ending_together, processes
    from trainer.run_folder import (
        RunFolder,
        saying_what_is_left,
    )
    from trainer.training import train as train_all

    shown = showing_steps() if processes().is_main_process else nullcontext(show_nothing)
    folder = RunFolder(output)
    with shown as watch, ending_together(), saying_what_is_left(folder):
        outcome = train_all(
            recipe, folder, name=name, command=["qareport", *sys.argv[1:]], watch=watch
        )
    if outcome is not None:
        _print_outcome(outcome)


def _parse_seeds(text: str) -> tuple[int, ...]:
    """The seeds in such a list.

    Raises:
        UsageError: it is not a list of two or more different whole numbers.
    """
    try:
        seeds = tuple(SEEDS(word.strip(" ")) for word in text.split(","))
    except UsageError as error:
        raise UsageError(f"--seeds: {error}; name them with commas, such as 1,2,3") from error
    if len(set(seeds)) < max(2, len(seeds)):
        raise UsageError(
            f"--seeds {shown(text)}: must be two or more that differ; "
            f"`--set seed={seeds[0]}` takes one"
        )
    return seeds


def _train_seeds(
    name: str, changes: Sequence[str], output: Path, *, seeds: tuple[int, ...]
) -> None:
    """Runs the recipe with each seed, then prints what the students score together."""
    from trainer.read_recipe import read_recipe

    folders = [output / f"seed-{seed}" for seed in seeds]
    recipes = [read_recipe(name, [*changes, f"seed={seed}"]) for seed in seeds]
    for folder, recipe in zip(folders, recipes, strict=True):
        _train(name, recipe, folder)
    _print_together(folders)


def _print_together(folders: Sequence[Path]) -> None:
    from qareport.evaluation.record.reader import read_record
    from qareport.evaluation.seeds import combine_records
    from qareport.evaluation.training_json import STUDENT
    from qareport.report.tables.seeds import seeds_table
    from qareport.report.tables.terminal import TerminalTable
    from trainer.processes import processes
    from trainer.run_folder import RunFolder

    if not processes().is_main_process:
        return
    first, *others = students = [RunFolder(folder).record(STUDENT) for folder in folders]
    records = [read_record(student) for student in students]
    table = seeds_table([each.evaluation for each in records], combine_records(records))
    print_table(TerminalTable(table))
    named = " ".join(f"--record {shlex.quote(str(student))}" for student in others)
    print_lines(f"A card of all: qareport card {shlex.quote(str(first.parent))} {named}")


def _print_outcome(outcome: "FinishedRun") -> None:
    from qareport.report.tables.comparison import gap_lines
    from qareport.report.tables.scores import totals_table
    from qareport.report.tables.terminal import TerminalTable

    for role, evaluation in outcome.evaluations.items():
        print_lines(f"{role}: {evaluation.model.name}")
        print_table(TerminalTable(totals_table(evaluation.scores, evaluation.intervals)))
    gap = outcome.comparisons.recovered_gap
    print_lines(*(gap_lines(gap) if gap else ()))
