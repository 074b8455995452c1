"""Groups examples by the names of their groups."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool

from qareport.analysis.examples.observed import Observed

MIN_GROUP = 30
"""Fewest examples of which a group's mean says anything: our choice."""


@dataclass(frozen=True, slots=True)
class Trait:
    """A way to sort examples into groups."""

    group_of: Callable[[Observed], str | None]
    """Name of the one group of an example; None if the trait does not apply to it."""
    groups: tuple[str, ...] = ()
    """All names in the order in which they are shown; none if only the data know them."""
    needs_windows: bool = False
    """Whether it is unknown for predictions made elsewhere, which have no windows."""


@dataclass(frozen=True, slots=True)
class Group:
    """The examples in one group of a trait."""

    name: str
    members: Bool[np.ndarray, " example"]
    """Whether each example is one of them."""

    @property
    def is_small(self) -> bool:
        """Whether the group has too few examples for any conclusion."""
        return int(self.members.sum()) < MIN_GROUP


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Examples by group; the sizes of the groups and `without_group` add up to all examples."""

    groups: tuple[Group, ...]
    """Those with examples, in the order of the trait, else by name."""
    without_group: int


def group_label(trait: str, group: str) -> str:
    """What tables call a group, such as "question word: what"."""
    return f"{trait}: {group}"


def break_down(names: Sequence[str | None], order: Sequence[str] = ()) -> Breakdown:
    """The examples by the group named for each; `order` lists all groups, if they are known."""
    present = {name for name in names if name is not None}
    all_names = np.array(names, dtype=np.object_)
    return Breakdown(
        groups=tuple(
            Group(name, members=all_names == name)
            for name in order or sorted(present)
            if name in present
        ),
        without_group=sum(name is None for name in names),
    )
