"""Lists everything that is wrong with a card, and mends what is mechanical."""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from pydantic import JsonValue

from qareport.cards.lint.problems import Problem
from qareport.cards.text.card_text import CARD_FILE
from qareport.data.files import read_text, replacing
from qareport.data.findings import Severity
from qareport.data.inside import inside
from qareport.errors import CheckError
from qareport.report.printing import print_json, print_lines


class LintFormat(StrEnum):
    """How problems are printed."""

    TEXT = "text"
    JSON = "json"


def lint(
    card: Annotated[
        Path, typer.Argument(metavar="CARD", help=f"A card, or a folder with a {CARD_FILE}.")
    ],
    *,
    model_id: Annotated[
        str | None,
        typer.Option(help="Id of the card's model on the Hub.", show_default="as the card says"),
    ] = None,
    fix: Annotated[
        bool, typer.Option("--fix", help="Mend what is mechanical, in place, and say what.")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="End with exit code 3 for warnings too.")
    ] = False,
    output_format: Annotated[
        LintFormat, typer.Option("--format", help="Print lines for people, or JSON.")
    ] = LintFormat.TEXT,
) -> None:
    """Find what is wrong with a model card: what the Hub refuses, and what misleads readers."""
    from qareport.cards.lint.rules import lint_card, mend_card
    from qareport.cards.text.front_matter import naming

    path = inside(card, CARD_FILE) if card.is_dir() else card
    if fix:
        from qareport.cli.outputs import require_card

        require_card(path)
    text = read_text(path)
    mended: tuple[Problem, ...] = ()
    with naming(path):
        if fix:
            result = mend_card(text, model_id=model_id)
            mended = result.mended
            if result.text != text:
                text = result.text
                _write(path, text)
        problems = lint_card(text, folder=path.parent, model_id=model_id)
    _PRINTED[output_format](path, mended, problems)
    _require_sound(path, problems, grave=tuple(Severity) if strict else (Severity.ERROR,))


def _write(path: Path, text: str) -> None:
    with replacing(path) as part:
        part.write_bytes(text.encode())


def _print_lines(path: Path, mended: Sequence[Problem], problems: Sequence[Problem]) -> None:
    """A line for each problem, and a count."""
    lines = [f"{path}:{each.line}: mended: {each.rule}: {each.message}" for each in mended]
    lines += [
        f"{path}:{each.line}: {each.severity}: {each.rule}: {each.message}; {each.remedy}"
        for each in problems
    ]
    print_lines(*lines, _count(problems))


def _print_json(path: Path, mended: Sequence[Problem], problems: Sequence[Problem]) -> None:
    """Everything as one JSON object."""
    print_json(
        {
            "card": path.as_posix(),
            "mended": [_entry(each) for each in mended],
            "problems": [_entry(each) for each in problems],
        }
    )


_PRINTED = {LintFormat.TEXT: _print_lines, LintFormat.JSON: _print_json}


def _entry(problem: Problem) -> dict[str, JsonValue]:
    return {
        "line": problem.line,
        "rule": problem.rule,
        "severity": problem.severity,
        "message": problem.message,
        "remedy": problem.remedy,
        "can_be_mended": problem.mend is not None,
    }


def _count(problems: Sequence[Problem]) -> str:
    if not problems:
        return "nothing found"
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    mendable = sum(problem.mend is not None for problem in problems)
    more = f"; --fix mends {mendable}" if mendable else ""
    return f"{_plural(errors, 'error')}, {_plural(len(problems) - errors, 'warning')}{more}"


def _plural(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def _require_sound(path: Path, problems: Sequence[Problem], *, grave: tuple[Severity, ...]) -> None:
    """End with the exit code of a failed check, if there are grave problems.

    Raises:
        CheckError: there are.
    """
    count = sum(problem.severity in grave for problem in problems)
    if count:
        raise CheckError(f"{path}: {_plural(count, 'problem')} to mend before publishing")
