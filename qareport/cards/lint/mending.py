"""A card to the same card with its mechanical faults mended."""

from collections.abc import Iterable
from dataclasses import dataclass

from qareport.cards.lint.problems import Problem
from qareport.cards.lint.rules import lint_card
from qareport.cards.text.card_text import apply_edits

ROUNDS = 20
"""At most; a mend can bring to light another, such as a quoted word that is no code."""


@dataclass(frozen=True, slots=True)
class MendedCard:
    """A card after mending."""

    text: str
    mended: tuple[Problem, ...]
    """What was wrong; its lines are those of the card when each was found."""


def mend_card(text: str, *, model_id: str | None) -> MendedCard:
    """The card with all that is mechanical mended, and every other character as it was.

    Mending again mends nothing; a figure never changes.
    """
    mended: list[Problem] = []
    problems = apart(lint_card(text, folder=None, model_id=model_id))
    rounds = 0
    while problems and rounds < ROUNDS:
        mended.extend(problems)
        text = apply_edits(text, (problem.mend for problem in problems if problem.mend))
        problems = apart(lint_card(text, folder=None, model_id=model_id))
        rounds += 1
    return MendedCard(text, tuple(mended))


def apart(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Problems that can be mended in one go, since no two change one place."""
    chosen: list[Problem] = []
    end = 0
    for start, problem in sorted(
        ((each.mend.start, each) for each in problems if each.mend), key=lambda pair: pair[0]
    ):
        if problem.mend and start >= end:
            chosen.append(problem)
            end = problem.mend.end
    return tuple(chosen)
