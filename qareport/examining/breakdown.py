"""Observed examples and a trait in, the scores of each group out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool

from qareport.examining.observed import Observed
from qareport.records import Total
from qareport.scoring.totals import total

MIN_GROUP = 30
"""Examples from which on a group's mean says anything: our choice."""


@dataclass(frozen=True, slots=True)
class Trait:
    """A way to sort examples into groups."""

    group_of: Callable[[Observed], str | None]
    """Name of the one group of an example; None if the trait does not concern it."""
    groups: tuple[str, ...] = ()
    """All names in the order in which they are shown; none if only the data know them."""


@dataclass(frozen=True, slots=True)
class Group:
    """The examples that a trait puts together."""

    name: str
    total: Total
    members: Bool[np.ndarray, " example"]
    """Whether each observed example is one of them."""

    @property
    def is_small(self) -> bool:
        """Whether the group has too few examples for any conclusion."""
        return self.total.n < MIN_GROUP


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Scores by group; the sizes of the groups and `without_group` add up to all examples."""

    groups: tuple[Group, ...]
    """Those with examples, in the order of the trait, else by name."""
    without_group: int


def break_down(observations: Sequence[Observed], trait: Trait) -> Breakdown:
    """The scores of the groups into which a trait sorts the examples."""
    names = [trait.group_of(observed) for observed in observations]
    places: dict[str, list[int]] = {}
    for place, name in enumerate(names):
        if name is not None:
            places.setdefault(name, []).append(place)
    return Breakdown(
        groups=tuple(
            _group(name, observations, places[name])
            for name in trait.groups or sorted(places)
            if name in places
        ),
        without_group=names.count(None),
    )


def _group(name: str, observations: Sequence[Observed], places: Sequence[int]) -> Group:
    members = np.zeros(len(observations), dtype=np.bool_)
    members[places] = True
    scores = [observations[place].score for place in places]
    return Group(name, total(scores).overall, members)
