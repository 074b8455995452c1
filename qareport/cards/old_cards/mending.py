"""Text whose encoding was damaged to what it was, with a note for each line."""

from ftfy import fix_encoding

from qareport.cards.old_cards.pieces import Note, NoteKind


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


def _change(before: str, after: str) -> str:
    """The words that differ, where the words are still the same number."""
    old, new = before.split(), after.split()
    if len(old) != len(new):
        return f"{before.strip()!r} -> {after.strip()!r}"
    changed = [(was, now) for was, now in zip(old, new, strict=True) if was != now]
    return ", ".join(f"{was!r} -> {now!r}" for was, now in changed)
