"""Every option that takes a number refuses what is none, in a sentence with its name and range."""

import inspect
from collections.abc import Iterator
from typing import Annotated, get_args, get_origin

import pytest
from typer.core import TyperOption

from tests.command_line import run_qareport
from tests.command_lines import commands

NUMBERS = ("N", "X")
"""What help calls a whole number and a decimal one."""
BAD = (
    "-1" + "0" * 30,
    "9" * 5000,
    "nan",
    "1e400",
    "\u0663",
    "\uff15",
    "\u00b2",
    "1_000",
    "",
    "0x10",
)


def number_options() -> Iterator[tuple[str, str]]:
    """Each command with each of its options that takes a number."""
    for name, command in commands().items():
        for each in command.params:
            if isinstance(each, TyperOption) and each.metavar in NUMBERS:
                yield name, each.opts[0]


@pytest.mark.parametrize(("command", "option"), list(number_options()))
def test_what_is_no_number_of_the_range_is_wrong_usage(command: str, option: str) -> None:
    # Logits may be below zero.
    bad = BAD if "threshold" not in option else BAD[1:]
    for typed in bad:
        run = run_qareport(command, f"{option}={typed}")

        assert (run.exit_code, run.output) == (2, "")
        assert run.errors.startswith(f"Error: Invalid value for '{option}': {typed[:9]!r}"[:-1])
        assert " is not a " in run.errors
        assert run.errors.count("\n") == 1


@pytest.mark.parametrize("name", commands())
def test_no_option_reads_numbers_in_another_way(name: str) -> None:
    command = commands()[name]
    assert command.callback is not None
    annotations = inspect.get_annotations(inspect.unwrap(command.callback), eval_str=True)

    of_numbers = {each for each, kind in annotations.items() if {int, float} & {*types_in(kind)}}

    assert of_numbers == {each.name for each in command.params if vars(each)["metavar"] in NUMBERS}


def types_in(annotation: object) -> Iterator[object]:
    """The types in such as `Annotated[int | None, ...]`."""
    if get_origin(annotation) is Annotated:
        yield from types_in(get_args(annotation)[0])
    elif get_args(annotation):
        for each in get_args(annotation):
            yield from types_in(each)
    else:
        yield annotation
