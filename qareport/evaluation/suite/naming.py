"""What a suite measures to names of folders: short, and each of them once."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from qareport.errors import SectionError
from qareport.evaluation.suite.suite_json import SUITE

MAX_BYTES = 200
"""Of a name; file systems take 255, and files beside it have longer names for a while."""
UNFIT = re.compile(r"[^\w.+=@-]+")
"""What a name that we make has a hyphen for."""


@dataclass(frozen=True, slots=True)
class Calling:
    """What a model or data set may be called."""

    place: str
    """In suite.toml, such as "models.0"."""
    given: str | None
    """The name that its author gave it."""
    source: str
    """File, folder or id, whose last part is the name where that tells it from others."""
    details: tuple[str | None, ...]
    """What may tell it from others of that name; in one order for all."""

    @property
    def words(self) -> tuple[str, ...]:
        """The part above the last, the last, and the details, fit for the name of a folder."""
        path = PurePath(self.source)
        said = (path.parent.name, path.name, *self.details)
        return tuple(UNFIT.sub("-", word or "").strip(".-") for word in said)


LAST_PART = 1
"""Place of the last part of the source in the words of a calling."""


def require_folder_name(name: str) -> str:
    """The same name, which a folder may have.

    Raises:
        ValueError: no folder may have it.
    """
    is_plain = name.isprintable() and name == name.strip() and not {"/", "\\"} & set(name)
    if not is_plain or name.startswith(".") or name.casefold() in {"", SUITE}:
        raise ValueError(
            f"{name!r} cannot be the name of a folder; give a name of letters, digits and hyphens"
        )
    if len(name.encode()) > MAX_BYTES:
        raise ValueError(f"{name[:20]!r}... is too long for the name of a folder; shorten it")
    return name


def distinct_names(callings: Sequence[Calling]) -> tuple[str, ...]:
    """A name for each: the given one, or the last part of its source and what it takes beside.

    Raises:
        SectionError: two have the same name, or one has none.
    """
    shown = [{LAST_PART} for _ in callings]
    for place in range(len(callings[0].words)):
        told_apart = [
            member
            for group in _namesakes(callings, shown)
            if len({callings[each].words[place] for each in group}) > 1
            for member in group
        ]
        for member in told_apart:
            shown[member].add(place)
    for first, second, *_ in _namesakes(callings, shown):
        name = _name(callings[first], shown[first])
        raise SectionError(
            f"{callings[first].place} and {callings[second].place} would both be called {name!r} "
            "and share a folder; give one of them another name"
        )
    return tuple(_checked(*each) for each in zip(callings, shown, strict=True))


def _namesakes(callings: Sequence[Calling], shown: Sequence[set[int]]) -> Iterator[list[int]]:
    """Places of those who share a name, in groups; some file systems do not tell A from a."""
    groups = defaultdict(list)
    for place, each in enumerate(zip(callings, shown, strict=True)):
        groups[_name(*each).casefold()].append(place)
    yield from [group for group in groups.values() if len(group) > 1]


def _name(calling: Calling, shown: set[int]) -> str:
    if calling.given is not None:
        return calling.given
    words = calling.words
    return "-".join(words[place] for place in sorted(shown) if words[place])


def _checked(calling: Calling, shown: set[int]) -> str:
    name = _name(calling, shown)
    try:
        return require_folder_name(name)
    except ValueError as error:
        raise SectionError(f"{calling.place}: {error}") from error
