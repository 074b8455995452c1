"""Finds names of well-known data sets in a text, with their ids on the Hub."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

from qareport.cards.claims.claims import ClaimedData

VALIDATION = "validation"
_SQUAD_2 = ClaimedData("SQuAD 2.0", "rajpurkar/squad_v2")
_SQUAD_1 = ClaimedData("SQuAD 1.1", "rajpurkar/squad")
_ADVERSARIAL_QA = ClaimedData("AdversarialQA", "UCLNLP/adversarial_qa")
_SQUAD_ADVERSARIAL = ClaimedData("Adversarial SQuAD", "stanfordnlp/squad_adversarial")
_SHIFTS = ClaimedData("SQuADShifts", "squadshifts")
_XQUAD = ClaimedData("XQuAD", "google/xquad")
_MLQA = ClaimedData("MLQA", "facebook/mlqa")
DATA_NAMES: Mapping[str, ClaimedData] = {
    "SQuAD 2.0": _SQUAD_2,
    "SQuAD 2": _SQUAD_2,
    "SQuAD v2": _SQUAD_2,
    "SQuAD v2.0": _SQUAD_2,
    "SQuAD version 2": _SQUAD_2,
    "SQuAD version 2.0": _SQUAD_2,
    "rajpurkar/squad_v2": _SQUAD_2,
    "SQuAD": _SQUAD_1,
    "SQuAD 1": _SQUAD_1,
    "SQuAD 1.1": _SQUAD_1,
    "SQuAD v1": _SQUAD_1,
    "SQuAD v1.1": _SQUAD_1,
    "rajpurkar/squad": _SQUAD_1,
    "Adversarial QA": _ADVERSARIAL_QA,
    "AdversarialQA": _ADVERSARIAL_QA,
    "UCLNLP/adversarial_qa": _ADVERSARIAL_QA,
    "SQuAD adversarial": _SQUAD_ADVERSARIAL,
    "Adversarial SQuAD": _SQUAD_ADVERSARIAL,
    "stanfordnlp/squad_adversarial": _SQUAD_ADVERSARIAL,
    "SQuAD adversarial AddSent": replace(_SQUAD_ADVERSARIAL, config="AddSent"),
    "AddSent": replace(_SQUAD_ADVERSARIAL, config="AddSent"),
    "SQuAD adversarial AddOneSent": replace(_SQUAD_ADVERSARIAL, config="AddOneSent"),
    "AddOneSent": replace(_SQUAD_ADVERSARIAL, config="AddOneSent"),
    "SQuADShifts": _SHIFTS,
    "SQuAD shifts": _SHIFTS,
    "SQuADShifts Amazon": replace(_SHIFTS, config="amazon"),
    "SQuADShifts New Wiki": replace(_SHIFTS, config="new_wiki"),
    "SQuADShifts NYT": replace(_SHIFTS, config="nyt"),
    "SQuADShifts Reddit": replace(_SHIFTS, config="reddit"),
    "XQuAD": _XQUAD,
    "google/xquad": _XQUAD,
    "MLQA": _MLQA,
    "facebook/mlqa": _MLQA,
    "GermanQuAD": ClaimedData("GermanQuAD", "deepset/germanquad"),
    "deepset/germanquad": ClaimedData("GermanQuAD", "deepset/germanquad"),
    "KorQuAD": ClaimedData("KorQuAD", "KorQuAD/squad_kor_v1"),
    "CMRC 2018": ClaimedData("CMRC 2018", "hfl/cmrc2018"),
    "TyDi QA": ClaimedData("TyDi QA", "google-research-datasets/tydiqa"),
}
"""Well-known names; blanks, hyphens, underscores and case make no difference."""
SPLITS: Mapping[str, str] = {
    "dev": VALIDATION,
    "development": VALIDATION,
    "validation": VALIDATION,
    "test": "test",
    "train": "train",
    "training": "train",
}
SPLIT_DISTANCE = 20
"""Characters from a name within which a split is that of the data."""
_WORD = re.compile(r"[a-z]+|\d+(?:\.\d+)?")
_RULES = re.compile(r"\s+(?:metric|protocol|script)s?\b")
"""After a name, a sign that it means scoring rules, which apply to any data."""
_GLUE = "-/_@"
"""Beside a name, a sign that it is part of something else, such as the id of a model."""


@runtime_checkable
class TextPart(Protocol):
    """A part of a text, with its offsets."""

    @property
    def start(self) -> int:
        """Offset of its first character."""

    @property
    def end(self) -> int:
        """Offset after its last character."""


@dataclass(frozen=True, slots=True)
class NamedData:
    """A well-known name in a text."""

    data: ClaimedData
    start: int
    end: int


def find_data(text: str) -> tuple[NamedData, ...]:
    """The well-known names in a text, the longest at each offset, with the split named nearby."""
    lowered = text.lower() if len(text.lower()) == len(text) else text
    words = list(_WORD.finditer(lowered))
    found: list[NamedData] = []
    index = 0
    while index < len(words):
        length, data = _longest(lowered, words[index : index + _LONGEST])
        if data is not None:
            start, end = words[index].start(), words[index + length - 1].end()
            around = lowered[max(0, start - SPLIT_DISTANCE) : end + SPLIT_DISTANCE]
            found.append(NamedData(_with_split(data, around), start, end))
        index += length
    return tuple(found)


def name_data(text: str) -> ClaimedData | None:
    """The one data set that a text names; None where it names none or several."""
    found = find_data(text)
    is_one = len({(each.data.id, each.data.config) for each in found}) == 1
    return found[-1].data if is_one else None


def blanked(text: str, parts: Iterable[TextPart]) -> str:
    """The text with blanks instead of these parts, so that all offsets stay the same."""
    for part in parts:
        text = text[: part.start] + " " * (part.end - part.start) + text[part.end :]
    return text


def hub_id(name: str) -> str | None:
    """The id of a data set by its name, or by its old id without an owner; None if unknown."""
    data = _NAMES.get(_words(name))
    return data.id if data else None


def _longest(text: str, words: list[re.Match[str]]) -> tuple[int, ClaimedData | None]:
    """The words that the longest name at their beginning takes, at least one."""
    for length in range(len(words), 0, -1):
        data = _NAMES.get(tuple(word[0] for word in words[:length]))
        if data is not None:
            is_name = _stands_alone(text, words[0].start(), words[length - 1].end())
            return length, data if is_name else None
    return 1, None


def _stands_alone(text: str, start: int, end: int) -> bool:
    before, after = text[max(0, start - 1) : start], text[end : end + 1]
    if _RULES.match(text, end):
        return False
    return not any(side and (side.isalnum() or side in _GLUE) for side in (before, after))


def _with_split(data: ClaimedData, text: str) -> ClaimedData:
    words = (SPLITS.get(word) for word in _words(text))
    return replace(data, split=next((split for split in words if split), None))


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.lower()))


def _tabulate() -> Iterator[tuple[tuple[str, ...], ClaimedData]]:
    for name, data in DATA_NAMES.items():
        yield _words(name), data
        if "/" in name:
            yield _words(name.partition("/")[2]), data


_NAMES: Mapping[tuple[str, ...], ClaimedData] = dict(_tabulate())
_LONGEST = max(len(words) for words in _NAMES)
