"""Describes the plan of a push, and its result, in lines for people."""

from collections.abc import Iterable, Iterator

from qareport.hub.planning.choice import PushChoice
from qareport.hub.planning.local_folder import LeftOut, LocalFile, LocalFolder
from qareport.hub.planning.plan import PushPlan, Status, find_notes
from qareport.hub.reading_back import ReadBack

BYTES_PER_UNIT = 1000
UNITS = ("kB", "MB", "GB", "TB")
HASH_DIGITS = 12
NOT_COMPARED = (
    "what is there already could not be compared; files that are equal there are not sent again, "
    "and the card is merged with the one there"
)


def plan_lines(plan: PushPlan) -> tuple[str, ...]:
    """All that a push will do, with control characters escaped."""
    return tuple(_printable(line) for line in _lines(plan))


def local_lines(folder: LocalFolder, choice: PushChoice) -> tuple[str, ...]:
    """What a push would send, as far as the folder alone shows."""
    return tuple(_printable(line) for line in _local_lines(folder, choice))


def read_back_lines(read: ReadBack) -> tuple[str, ...]:
    """What the Hub holds after a push."""
    keys = ", ".join(read.keys) or "none"
    same = (
        f"different from the card: {', '.join(read.differing)}"
        if read.differing
        else "as in the card"
    )
    lines = [
        f"on the Hub: {read.files} files as pushed, {'private' if read.is_private else 'public'}",
        f"metadata as the Hub reads it: {keys}; {same}",
    ]
    if read.missing:
        lines.append(f"missing, or with other bytes: {', '.join(read.missing)}")
    return tuple(lines)


def size_text(size: int) -> str:
    """A number of bytes in the largest unit that leaves at least 1."""
    if size < BYTES_PER_UNIT:
        return f"{size} B"
    amount, index = size / BYTES_PER_UNIT, 0
    while amount >= BYTES_PER_UNIT and index < len(UNITS) - 1:
        amount, index = amount / BYTES_PER_UNIT, index + 1
    return f"{amount:.1f} {UNITS[index]}"


def _printable(line: str) -> str:
    return "".join(
        sign if sign.isprintable() or sign == "\t" else ascii(sign)[1:-1] for sign in line
    )


def _lines(plan: PushPlan) -> Iterator[str]:
    choice = plan.choice
    kind = "pull request" if plan.is_pull_request else "commit"
    where = "on a new repository" if plan.parent is None else f"on {plan.parent[:HASH_DIGITS]}"
    yield f"repository: {choice.repository} ({plan.visibility})"
    yield f"what: {choice.selection.value}, as one {kind} {where}: {choice.summary!r}"
    for planned in plan.files:
        same = "" if planned.status is not Status.EQUAL else ", not sent"
        yield _file_line(planned.file, planned.status.value) + same
    going = _size(plan.changes)
    yield f"to send: {len(plan.changes)} of {len(plan.files)} files, {going}"
    yield from _remarks(plan.left_out, plan.notes)
    if plan.card_diff:
        yield "the card:"
        yield from plan.card_diff.removesuffix("\n").split("\n")
    if plan.waiting is not None:
        yield f"pull request {plan.waiting.url} holds all this already"


def _local_lines(folder: LocalFolder, choice: PushChoice) -> Iterator[str]:
    yield f"repository: {choice.repository} (not read)"
    yield f"what: {choice.selection.value}: {choice.summary!r}"
    for file in folder.files:
        yield _file_line(file, "here")
    yield f"to send: at most {len(folder.files)} files, {_size(folder.files)}"
    yield from _remarks(folder.left_out, find_notes(folder, choice, folder.card))
    yield f"note: {NOT_COMPARED}"


def _remarks(left_out: Iterable[LeftOut], notes: Iterable[str]) -> Iterator[str]:
    for left in left_out:
        yield f"  stays    {left.path}: {left.reason}"
    for note in notes:
        yield f"note: {note}"


def _size(files: Iterable[LocalFile]) -> str:
    return size_text(sum(file.size for file in files))


def _file_line(file: LocalFile, status: str) -> str:
    return (
        f"  {status:<8} {file.path}: {file.part.value}, {size_text(file.size)}, "
        f"sha256 {file.sha256[:HASH_DIGITS]}"
    )
