"""Markdown to the command lines in its blocks of code, and to whether the program takes them."""

import re
import shlex
from dataclasses import dataclass

from typer.core import TyperCommand

from qareport.cli.commands import make_app
from qareport.cli.late_commands import LateCommand

_BLOCK = re.compile(r"^```(?P<language>\w*)[^\n]*\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """A fenced block of code."""

    language: str
    """Empty where the page names none."""
    text: str


def code_blocks(markdown: str) -> list[CodeBlock]:
    """The fenced blocks of a page, in order."""
    return [CodeBlock(found["language"], found["text"]) for found in _BLOCK.finditer(markdown)]


def command_lines(markdown: str) -> list[str]:
    """What follows `qareport` on the lines of code that begin with it; long lines are joined."""
    code = "\n".join(block.text for block in code_blocks(markdown)).replace("\\\n", " ")
    return re.findall(r"^qareport (.+)$", code, flags=re.MULTILINE)


def commands() -> dict[str, TyperCommand]:
    """The commands that are installed, each imported, by name."""
    late = [each for each in make_app().commands.values() if isinstance(each, LateCommand)]
    return {each.place.name: each.loaded for each in late}


def parse(line: str) -> None:
    """Has the program read a line as it would before it runs it.

    Raises:
        KeyError: there is no such command.
        Exception: of click, for what the command does not take.
    """
    name, *words = shlex.split(line, comments=True)
    commands()[name].make_context(name, words)
