"""Finds metadata values of a kind that the Hub does not take."""

import math
import struct
from collections.abc import Iterator, Mapping

from qareport.cards.lint.card import ReadCard
from qareport.cards.lint.metadata.schema import (
    EACH,
    HUB_KEYS,
    FoundValue,
    HubKey,
    Kind,
    everything_in,
    spell,
    values_at,
)
from qareport.cards.lint.problems import Problem
from qareport.cards.text.card_text import Edit

SINGLE_DIGITS = 9
"""Significant digits that any number in single precision has at most, if written shortest."""
LARGEST_SINGLE = 2.0**127
_CONTAINERS: Mapping[Kind, tuple[type, ...]] = {
    Kind.TEXT: (),
    Kind.TEXT_OR_LIST: (list,),
    Kind.LIST: (list,),
    Kind.TABLE: (dict,),
    Kind.ANYTHING: (list, dict),
}
_WITH_TEXT = (Kind.TEXT, Kind.TEXT_OR_LIST, Kind.ANYTHING)


def find_wrong_kinds(card: ReadCard) -> Iterator[Problem]:
    """A list where a string is meant, a string where a list is meant, and so on."""
    for field, found in _all_found(card):
        if found.value is not None and not _fits(field.kind, found.value):
            yield _problem(card, found, field.kind, "write it so")


def find_missing_keys(card: ReadCard) -> Iterator[Problem]:
    """Keys of the model-index that must be there."""
    for field in HUB_KEYS:
        if not field.is_required:
            continue
        for table in values_at(card.front_matter.values, field.pattern[:-1]):
            key = field.pattern[-1]
            if isinstance(table.value, dict) and key not in table.value:
                path = (*table.path, key)
                yield Problem(
                    card.front_matter.line(table.path),
                    f"{spell(path)!r} is missing",
                    f"add the key {key!r}, or leave out the whole table",
                    hub_message=f'"{spell(path)}" is required',
                )


def find_invented_values(card: ReadCard) -> Iterator[Problem]:
    """Strings that YAML reads as a truth value, date or number."""
    for field, found in _all_found(card):
        is_text = field.kind in {Kind.TEXT, Kind.TEXT_OR_LIST}
        if is_text and not isinstance(found.value, str | list | dict | None):
            scalar = card.scalars.get(found.path)
            written = scalar.text if scalar else str(found.value)
            yield Problem(
                card.front_matter.line(found.path),
                f"{spell(found.path)!r} must be a string, but YAML reads {written!r} as "
                f"{type(found.value).__name__} {found.value}",
                f'write "{written}" in quotes',
                hub_message=f'"{spell(found.path)}" {Kind.TEXT}',
                mend=Edit(scalar.start, scalar.end, f'"{written}"')
                if scalar and scalar.is_plain and scalar.end - scalar.start == len(written)
                else None,
            )


def find_null_items(card: ReadCard) -> Iterator[Problem]:
    """Null entries of lists."""
    for field, found in _all_found(card):
        if found.value is None and field.pattern[-1] == EACH:
            yield Problem(
                card.front_matter.line(found.path),
                f"{spell(found.path)!r} is empty",
                "delete the entry of the list",
                hub_message=f'"{spell(found.path)}" {field.kind}',
                mend=_drop_item(card, found),
            )


def find_empty_values(card: ReadCard) -> Iterator[Problem]:
    """Keys without a value."""
    for field, found in _all_found(card):
        if found.value is None and field.pattern[-1] != EACH:
            yield _problem(
                card, found, field.kind, "give it a value, or delete the key", "is empty"
            )


def find_numbers_without_value(card: ReadCard) -> Iterator[Problem]:
    """Numbers that are NaN or infinite."""
    for found in everything_in(card.front_matter.values):
        if isinstance(found.value, float) and not math.isfinite(found.value):
            yield Problem(
                card.front_matter.line(found.path),
                f"{spell(found.path)!r} is {found.value}, which is not a finite number",
                "write the figure that was measured, or delete the entry",
                hub_message=f'"{spell(found.path)}" must be a finite number',
            )


def find_single_precision(card: ReadCard) -> Iterator[Problem]:
    """Figures with the noise of single precision at their end."""
    for found in everything_in(card.front_matter.values):
        if isinstance(found.value, float) and _is_single_noise(found.value):
            short = f"{found.value:.{SINGLE_DIGITS - 2}g}"
            yield Problem(
                card.front_matter.line(found.path),
                f"{spell(found.path)!r} is {found.value}, {short} in single precision",
                "round the figure on purpose before writing it",
            )


def _all_found(card: ReadCard) -> Iterator[tuple[HubKey, FoundValue]]:
    for field in HUB_KEYS:
        for found in values_at(card.front_matter.values, field.pattern):
            yield field, found


def _fits(kind: Kind, value: object) -> bool:
    """Whether a value fits, or another rule reports it."""
    if isinstance(value, list | dict):
        return isinstance(value, _CONTAINERS[kind])
    return kind in _WITH_TEXT


def _problem(
    card: ReadCard, found: FoundValue, kind: Kind, remedy: str, said: str | None = None
) -> Problem:
    return Problem(
        card.front_matter.line(found.path),
        f"{spell(found.path)!r} {said or kind}",
        remedy,
        hub_message=f'"{spell(found.path)}" {kind}',
    )


def _drop_item(card: ReadCard, found: FoundValue) -> Edit | None:
    """What deletes the line of an entry; None where it shares its line or is the only one."""
    siblings = card.front_matter.values.get(str(found.path[0]))
    line = card.front_matter.line(found.path)
    marks = card.lines[line - 1].text.split()
    stands_alone = marks in (["-"], ["-", "null"], ["-", "~"])
    has_others = isinstance(siblings, list) and any(value is not None for value in siblings)
    return card.whole_lines(line, line) if stands_alone and has_others else None


def _is_single_noise(value: float) -> bool:
    """Whether a figure is exact in single precision, but takes more digits than that has."""
    digits = len(repr(value).replace(".", "").strip("0"))
    if digits <= SINGLE_DIGITS or not 0 < abs(value) < LARGEST_SINGLE:
        return False
    return struct.unpack("f", struct.pack("f", value)) == (value,)
