"""Combines the values of an old card into the author's words, with a note about each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from qareport.cards.author_words import AuthorWords
from qareport.cards.old_cards.pieces import Imported, Note, NoteKind, TomlValue, left_out
from qareport.data.toml_tables import check_section

LISTS = frozenset({"languages", "datasets", "tags", "authors", "links", "sections"})
"""Keys with several values."""
TEXTS = frozenset({"overview", "about", "limitations", "intended_use", "citation"})
"""Keys whose text may come from several parts of a card."""
OTHER_LICENSE = "other"


@dataclass(frozen=True, slots=True)
class Gathered:
    """What an old card's values make together."""

    words: AuthorWords
    notes: tuple[Note, ...]


def gather(found: Iterable[Imported]) -> Gathered:
    """The author's words; of a key with one value, the first counts and others are named.

    Raises:
        SectionError: together they say what no card.toml can.
    """
    gathering = _Gathering()
    for each in found:
        if isinstance(each, Note):
            gathering.notes.append(each)
        else:
            gathering.add(each)
    gathering.drop_halves()
    return Gathered(check_section(AuthorWords, gathering.said), tuple(gathering.notes))


@dataclass(slots=True)
class _Gathering:
    said: dict[str, object] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    """Of the first value of each key."""
    notes: list[Note] = field(default_factory=list)

    def add(self, found: TomlValue) -> None:
        known, value = self.said.get(found.field), found.value
        if isinstance(known, dict) and isinstance(value, dict):
            self._add_entries(found, known, value)
            return
        if found.field in LISTS:
            several = known if isinstance(known, list) else []
            value = several if value in several else [*several, value]
        elif found.field in TEXTS and known is not None:
            value = f"{known}\n\n{value}"
        elif known is not None:
            self._refuse(found, known)
            return
        self._keep(found, value)

    def drop_halves(self) -> None:
        """Names what only counts together with a key that the card lacks."""
        halves = {"license_name", "license_link"} & set(self.said)
        license_ = self.said.get("license")
        if license_ == OTHER_LICENSE and len(halves) < 2:  # noqa: PLR2004 - both of the two
            self._drop("license", "needs license_name and license_link")
        if "base_model" not in self.said:
            self._drop("base_model_relation", "needs base_model")

    def _add_entries(
        self, found: TomlValue, known: dict[str, object], more: Mapping[str, object]
    ) -> None:
        for name, value in more.items():
            if known.get(name, value) != value:
                self._refuse(TomlValue(found.line, f"{found.field}.{name}", value), known[name])
            else:
                known = {**known, name: value}
                self._keep(found, known)

    def _refuse(self, found: TomlValue, known: object) -> None:
        if found.value == known:
            self._keep(found, known)
            return
        what = f"{found.field} {found.value!r}"
        self.notes.append(left_out(found.line, what, f"contradicts {known!r}, which is kept"))

    def _keep(self, found: TomlValue, value: object) -> None:
        self.said[found.field] = value
        self.lines.setdefault(found.field, found.line)
        if found.line:
            self.notes.append(Note(found.line, NoteKind.KEPT, _shown(found)))

    def _drop(self, key: str, reason: str) -> None:
        if key in self.said:
            value = self.said.pop(key)
            self.notes.append(left_out(self.lines[key], f"{key} {value!r}", reason))


def _shown(found: TomlValue) -> str:
    """The key of a value, with the value or, of longer ones, the title."""
    if isinstance(found.value, dict):
        shown = found.value.get("title") or found.value.get("name") or found.value.get("text")
        shown = shown or ", ".join(f"{key} = {value!r}" for key, value in found.value.items())
        return f"{found.field}: {shown}"
    text = str(found.value)
    return f"{found.field}: {text.partition(chr(10))[0][:60]}"
