"""Names the folders of a suite's models and data sets: short, and no name twice."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from unicodedata import normalize

from qareport.errors import SectionError
from qareport.evaluation.suite.suite_json import SUITE

MAX_BYTES = 200
"""Bytes of a name; file systems allow 255, and temporary files need some for a suffix."""
RESERVED = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³]) *(?:\..*)?", re.IGNORECASE
)
"""Names of devices on Windows, which have no files; a suffix changes nothing."""
FORBIDDEN = frozenset('/\\<>:"|?*')
"""What no name on Windows may have; a slash nowhere."""
UNFIT = re.compile(r"[^\w.+=@-]+")
"""Characters that become a hyphen in generated names."""


@dataclass(frozen=True, slots=True)
class NamedEntry:
    """A model or data set of a suite, and what its name can be made of."""

    key: str
    """Its key in suite.toml, such as "models.0"."""
    given: str | None
    """The name that its author gave it."""
    source: str
    """File, folder or id; its last part is the name, if that is unique."""
    details: tuple[str | None, ...]
    """What may distinguish it from others of that name; in the same order for all."""

    @property
    def words(self) -> tuple[str, ...]:
        """The last two parts of the source and the details, as words for a folder name."""
        path = PurePath(self.source)
        words = (path.parent.name, path.name, *self.details)
        return tuple(UNFIT.sub("-", word or "").strip(".-") for word in words)


LAST_PART = 1
"""Index of the last part of the source in the words of an entry."""


def require_folder_name(name: str) -> str:
    """The same name, if a folder may have it on Linux, macOS and Windows.

    Raises:
        ValueError: it cannot be the name of a folder.
    """
    is_plain = name.isprintable() and name == name.strip().strip(".") and not FORBIDDEN & set(name)
    if not is_plain or RESERVED.fullmatch(name) or name.casefold() in {"", SUITE}:
        raise ValueError(
            f"{name!r} cannot be the name of a folder; give a name of letters, digits and hyphens"
        )
    if len(name.encode()) > MAX_BYTES:
        raise ValueError(f"{name[:20]!r}... is too long for the name of a folder; shorten it")
    return name


def distinct_names(entries: Sequence[NamedEntry]) -> tuple[str, ...]:
    """A name for each: the given one, or the last part of its source and details that differ.

    Raises:
        SectionError: two have the same name, or one cannot be the name of a folder.
    """
    shown = [{LAST_PART} for _ in entries]
    for index in range(len(entries[0].words)):
        distinguished = [
            member
            for group in _namesakes(entries, shown)
            if len({entries[each].words[index] for each in group}) > 1
            for member in group
        ]
        for member in distinguished:
            shown[member].add(index)
    for first, second, *_ in _namesakes(entries, shown):
        name = _name(entries[first], shown[first])
        raise SectionError(
            f"{entries[first].key} and {entries[second].key} would both be called {name!r} "
            "and share a folder; give one of them another name"
        )
    return tuple(_checked(*each) for each in zip(entries, shown, strict=True))


def _namesakes(entries: Sequence[NamedEntry], shown: Sequence[set[int]]) -> Iterator[list[int]]:
    """Indices of entries with one name, in groups; file systems may ignore case."""
    groups = defaultdict(list)
    for index, each in enumerate(zip(entries, shown, strict=True)):
        groups[normalize("NFC", _name(*each).casefold())].append(index)
    yield from [group for group in groups.values() if len(group) > 1]


def _name(entry: NamedEntry, shown: set[int]) -> str:
    if entry.given is not None:
        return entry.given
    words = entry.words
    return "-".join(words[index] for index in sorted(shown) if words[index])


def _checked(entry: NamedEntry, shown: set[int]) -> str:
    name = _name(entry, shown)
    try:
        return require_folder_name(name)
    except ValueError as error:
        raise SectionError(f"{entry.key}: {error}") from error
