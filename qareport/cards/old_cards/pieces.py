"""Defines what an old card gives, values for card.toml and notes, and normalises such values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import pycountry
from ftfy import fix_encoding

from qareport.cards.lint.metadata.languages import SPECIAL
from qareport.cards.lint.metadata.licences import meant_licence

WORDS: Mapping[str, bool] = {"true": True, "false": False}
_INTEGER = re.compile(r"[+-]?\d{1,18}")
_FLOAT = re.compile(r"[+-]?(?:\d{1,18}(?:\.\d{0,18})?|\.\d{1,18})(?:[eE][+-]?\d{1,3})?")


class NoteKind(StrEnum):
    """What became of a line of an old card."""

    KEPT = "kept"
    MENDED = "mended"
    LEFT_OUT = "left out"


@dataclass(frozen=True, slots=True)
class Note:
    """What became of something in an old card."""

    line: int
    kind: NoteKind
    text: str


@dataclass(frozen=True, slots=True)
class TomlValue:
    """A value for a key of card.toml."""

    line: int
    field: str
    value: object
    """As TOML has it; of a key with several values, one of them."""


Imported = TomlValue | Note


def left_out(line: int, what: str, reason: str) -> Note:
    """A note that names what is not kept, and why."""
    return Note(line, NoteKind.LEFT_OUT, f"{what}: {reason}")


def table_value(line: int, field: str, table: Mapping[str, object]) -> TomlValue:
    """A value that is a table, such as an author."""
    return TomlValue(line, field, dict(table))


def language_code(written: object) -> str | None:
    """The code of a language by its code or English name; None where there is no such language."""
    if written is False:
        # YAML takes an unquoted `no`, which is Norwegian, for this.
        return "no"
    if not isinstance(written, str):
        return None
    word = written.strip()
    if word.lower() in SPECIAL:
        return word.lower()
    return _lookup(word) or _lookup(word.title()) or _lookup(re.split(r"[-_]", word)[0])


def license_id(written: str) -> str:
    """The id of a licence on the Hub, as far as its name says."""
    return meant_licence(written) or re.sub(r"[\s_,]+", "-", written.strip().lower())


def number_or_text(written: str) -> str | int | float:
    """A number, or true or false, where people wrote one; else their text."""
    text = written.strip().strip("\"'")
    if text.lower() in WORDS:
        return WORDS[text.lower()]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def mend(text: str) -> tuple[str, tuple[Note, ...]]:
    """The text with Mojibake such as "Ã¶" undone, line by line."""
    lines, notes = [], []
    for number, line in enumerate(text.split("\n"), start=1):
        mended = fix_encoding(line)
        # A mended line must stay one line, or all claims after it would move.
        if mended != line and "\n" not in mended:
            notes.append(Note(number, NoteKind.MENDED, _change(line, mended)))
            lines.append(mended)
        else:
            lines.append(line)
    return "\n".join(lines), tuple(notes)


def _lookup(word: str) -> str | None:
    """The code by a code, or else by a name: "en" is English, though a language is called En."""
    languages, code = pycountry.languages, word.lower()
    found = languages.get(alpha_2=code) or languages.get(alpha_3=code) or languages.get(name=word)
    if found is None:
        return None
    codes = dict(found)
    return str(codes.get("alpha_2", codes["alpha_3"]))


def _change(before: str, after: str) -> str:
    """The words that differ, where the words are still the same number."""
    old, new = before.split(), after.split()
    if len(old) != len(new):
        return f"{before.strip()!r} -> {after.strip()!r}"
    changed = [(was, now) for was, now in zip(old, new, strict=True) if was != now]
    return ", ".join(f"{was!r} -> {now!r}" for was, now in changed)
