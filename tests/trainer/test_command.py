"""`qareport train` lists, shows and explains recipes, and says what it lacks."""

import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO

import pytest
import typer

from qareport.data.toml_tables import key_lines
from qareport.errors import QareportError
from tests.command_line import Run
from trainer.command import NEEDED, train
from trainer.read_recipe import read_recipe, recipe_text, shipped_recipes
from trainer.recipe import Recipe

NAME = "minilm-l3-squad2"
HEAVY = ("torch", "transformers", "datasets", "accelerate", "trainer.recipe")
"""What takes longer than all else that the command line needs before it knows the command."""


def run_train(*arguments: str) -> Run:
    """The command with these arguments, in this process, as `qareport` runs it."""
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command("train")(train)
    exit_code = 0
    with redirect_stdout(StringIO()) as output, redirect_stderr(StringIO()) as errors:
        try:
            app(list(arguments), prog_name="qareport train")
        except QareportError as error:
            typer.echo(f"Error: {error}", err=True)
            exit_code = error.exit_code
        except SystemExit as end:
            exit_code = end.code if isinstance(end.code, int) else 0
    return Run(exit_code, output.getvalue(), errors.getvalue())


def test_alone_it_lists_the_recipes_with_their_purpose() -> None:
    run = run_train()

    assert run.output.splitlines() == [
        f"{name}: {read_recipe(name).purpose}" for name in shipped_recipes()
    ]
    assert run.exit_code == 0


def test_show_prints_a_recipe_as_it_stands_in_its_file() -> None:
    run = run_train(NAME, "--show")

    assert run == Run(0, recipe_text(NAME), "")


@pytest.mark.parametrize("arguments", [["--keys"], [NAME, "--keys"]])
def test_keys_prints_every_key(arguments: list[str]) -> None:
    run = run_train(*arguments)

    assert tuple(run.output.splitlines()) == key_lines(Recipe)
    assert run.exit_code == 0


WHOLE = "a whole number from 0 to 4294967295"


def test_help_lists_every_option() -> None:
    run = run_train("--help")

    assert all(
        option in run.output
        for option in ("--output", "--set", "--seeds", "--plan", "--show", "--keys")
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([NAME], "--output is missing; name the folder of the run"),
        (["--plan"], "RECIPE is missing; `qareport train` alone lists the shipped ones"),
        (["--set", "seed=7"], "RECIPE is missing; `qareport train` alone lists the shipped ones"),
        (
            ["roberta", "--show"],
            f"roberta: neither a file nor a shipped recipe ({', '.join(shipped_recipes())})",
        ),
        (
            ["roberta", "--output", "run"],
            f"roberta: neither a file nor a shipped recipe ({', '.join(shipped_recipes())})",
        ),
        (
            [NAME, "--output", "run", "--set", "sead=7"],
            f"{NAME}: unknown key 'sead'; did you mean 'seed'?",
        ),
        (
            [NAME, "--plan", "--set", "seed"],
            "--set 'seed': must be key=value, such as seed=7",
        ),
        (["--seeds", "1,2"], "RECIPE is missing; `qareport train` alone lists the shipped ones"),
        ([NAME, "--seeds", "1,2"], "--output is missing; name the folder of the run"),
        *(
            (
                [NAME, "--output", "run", "--seeds", text],
                f"--seeds: {wrong} is not {WHOLE}; name them with commas, such as 1,2,3",
            )
            for text, wrong in (
                ("", "''"),
                ("1,", "''"),
                ("1,two", "'two'"),
                ("1,-2", "'-2'"),
                ("1,2.0", "'2.0'"),
                ("1,²", "'²'"),
                ("1 2", "'1 2'"),
                ("1,4294967296", "'4294967296'"),
                (f"1,{'9' * 5000}", f"'{'9' * 39}... (5002 characters)"),
            )
        ),
        *(
            (
                [NAME, "--output", "run", "--seeds", text],
                f"--seeds {text!r}: must be two or more that differ; `--set seed=7` takes one",
            )
            for text in ("7", "7,7", "7,8,7")
        ),
    ],
)
def test_wrong_usage_is_one_sentence(arguments: list[str], sentence: str) -> None:
    assert run_train(*arguments) == Run(2, "", f"Error: {sentence}\n")


@pytest.mark.parametrize("what", [["--plan"], ["--output", "run"]])
@pytest.mark.parametrize("missing", NEEDED)
def test_without_the_extra_it_says_how_to_install_it(
    what: list[str], missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)

    run = run_train(NAME, *what)

    assert run == Run(
        1, "", f"Error: training needs {missing}; run: pip install 'qareport[train]'\n"
    )


@pytest.mark.slow
def test_the_command_imports_nothing_heavy() -> None:
    probe = f"""
import sys
import trainer.command
print(*(name for name in {HEAVY!r} if name in sys.modules))"""

    run = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)

    assert run.stdout.strip() == ""
