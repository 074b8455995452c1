"""Makes small cards, and finds what one rule reports in them."""

from pathlib import Path

from qareport.cards.lint.problems import Problem
from qareport.cards.lint.rules import lint_card


def found_by(
    rule: str, text: str, *, model_id: str | None = None, folder: Path | None = None
) -> list[Problem]:
    """The problems of a card that a rule found."""
    problems = lint_card(text, folder=folder, model_id=model_id)
    return [problem for problem in problems if problem.rule == rule]


def lines_of(
    rule: str, text: str, *, model_id: str | None = None, folder: Path | None = None
) -> list[int]:
    """The lines on which a rule finds something."""
    return [each.line for each in found_by(rule, text, model_id=model_id, folder=folder)]


def with_metadata(*lines: str) -> str:
    """A card of these lines of metadata and nothing else; the first is line 2."""
    return "\n".join(("---", *lines, "---", ""))
