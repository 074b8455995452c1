"""Protocol and options of a record to the rules of its scores, in terms of every protocol."""

from dataclasses import dataclass

from qareport.evaluation.haystack.token_level import PROTOCOL, token_level_options
from qareport.inference.options import PER_WINDOW, AnsweringOptions


@dataclass(frozen=True, slots=True)
class ScoringRules:
    """How answers were withheld and scored."""

    protocol: str
    normaliser: str
    """How texts are compared; the token-level protocol leaves kinds of mistakes to it alone."""
    null_threshold: float | None
    """None where no null margins are known."""
    withholds_threshold: bool = False
    """Whether an answer whose margin is the threshold itself is withheld, as any above it."""


def rules_of(protocol: str, normaliser: str, options: AnsweringOptions) -> ScoringRules:
    """The rules of a record with these options, of which the token-level protocol fixes some."""
    used = token_level_options(options) if protocol == PROTOCOL else options
    return ScoringRules(
        protocol,
        normaliser,
        used.null_threshold,
        withholds_threshold=used.null_rule == PER_WINDOW,
    )
