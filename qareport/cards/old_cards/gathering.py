"""Pieces of an old card to the author's words, and a note of what became of each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from qareport.cards.author_words import AuthorWords
from qareport.cards.old_cards.pieces import Found, Note, NoteKind, Piece, left_out
from qareport.data.toml_tables import check_section

LISTS = frozenset({"languages", "datasets", "tags", "authors", "links", "sections"})
"""Keys with several values."""
TEXTS = frozenset({"overview", "about", "limitations", "intended_use", "citation"})
"""Keys whose text may come from several places of a card."""
OTHER_LICENSE = "other"


@dataclass(frozen=True, slots=True)
class Gathered:
    """What pieces make together."""

    words: AuthorWords
    notes: tuple[Note, ...]


def gather(found: Iterable[Found]) -> Gathered:
    """The author's words; of a key with one value, the first piece counts and others are named.

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
    """Of the first piece of each key."""
    notes: list[Note] = field(default_factory=list)

    def add(self, piece: Piece) -> None:
        known, value = self.said.get(piece.field), piece.value
        if isinstance(known, dict) and isinstance(value, dict):
            self._add_entries(piece, known, value)
            return
        if piece.field in LISTS:
            several = known if isinstance(known, list) else []
            value = several if value in several else [*several, value]
        elif piece.field in TEXTS and known is not None:
            value = f"{known}\n\n{value}"
        elif known is not None:
            self._refuse(piece, known)
            return
        self._keep(piece, value)

    def drop_halves(self) -> None:
        """Names what only counts together with a key that the card lacks."""
        halves = {"license_name", "license_link"} & set(self.said)
        license_ = self.said.get("license")
        if license_ == OTHER_LICENSE and len(halves) < 2:  # noqa: PLR2004 - both of the two
            self._drop("license", "needs license_name and license_link")
        if "base_model" not in self.said:
            self._drop("base_model_relation", "needs base_model")

    def _add_entries(
        self, piece: Piece, known: dict[str, object], more: Mapping[str, object]
    ) -> None:
        for name, value in more.items():
            if known.get(name, value) != value:
                self._refuse(Piece(piece.line, f"{piece.field}.{name}", value), known[name])
            else:
                known = {**known, name: value}
                self._keep(piece, known)

    def _refuse(self, piece: Piece, known: object) -> None:
        if piece.value == known:
            self._keep(piece, known)
            return
        what = f"{piece.field} {piece.value!r}"
        self.notes.append(left_out(piece.line, what, f"contradicts {known!r}, which is kept"))

    def _keep(self, piece: Piece, value: object) -> None:
        self.said[piece.field] = value
        self.lines.setdefault(piece.field, piece.line)
        if piece.line:
            self.notes.append(Note(piece.line, NoteKind.KEPT, _told(piece)))

    def _drop(self, key: str, reason: str) -> None:
        if key in self.said:
            value = self.said.pop(key)
            self.notes.append(left_out(self.lines[key], f"{key} {value!r}", reason))


def _told(piece: Piece) -> str:
    """Where a piece went, with its value or, of texts, their title alone."""
    if isinstance(piece.value, dict):
        shown = piece.value.get("title") or piece.value.get("name") or piece.value.get("text")
        shown = shown or ", ".join(f"{key} = {value!r}" for key, value in piece.value.items())
        return f"{piece.field}: {shown}"
    text = str(piece.value)
    return f"{piece.field}: {text.partition(chr(10))[0][:60]}"
