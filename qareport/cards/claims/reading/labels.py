"""Finds the measure and the kind of questions that a label or sentence names."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from qareport.cards.claims.claims import COUNT, ClaimedData, Subset
from qareport.cards.claims.reading.data_names import SPLITS, blanked, find_data
from qareport.metrics.measures import MEASURES

Meaning = str | Subset
"""The name of a measure, `COUNT`, or a kind of questions."""

FIGURES: Mapping[str, tuple[str, ...]] = {
    **{
        name: (name, measure.heading.lower(), *measure.aliases)
        for name, measure in MEASURES.items()
    },
    COUNT: (
        *("n", "total", "count", "questions", "examples"),
        *("number of questions", "number of examples"),
    ),
}
"""How cards call what they measure, in small letters; marks between words make no difference."""
SUBSETS: Mapping[Subset, tuple[str, ...]] = {
    Subset.HAS_ANSWER: (
        *("hasans", "has ans", "has answer", "has an answer", "has answers", "have an answer"),
        *("with answer", "with answers", "with an answer", "with an answer"),
        *("answerable", "answerable questions", "answerable examples", "text answer"),
    ),
    Subset.NO_ANSWER: (
        *("noans", "no ans", "no answer", "no answers", "have no answer", "has no answer"),
        *("without answer", "without answers", "without an answer"),
        *("unanswerable", "unanswerable questions", "unanswerable examples"),
    ),
    Subset.ALL: ("all", "all questions", "all examples", "overall"),
}
SUBJECTS = (
    *("teacher", "baseline", "human", "humans", "haystack", "state-of-the-art", "sota"),
    *("without distillation", "undistilled", "best threshold", "recovered gap"),
    *("compared to", "compared with"),
)
"""Words that mark other figures than the scores of the card's model."""
FILLERS = frozenset(
    {"score", "scores", "percent", "in", "the", "of", "on", "for", "official", "set"}
)
"""Words of a label without a meaning of their own."""
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words of a text with one meaning; None for a word that has none here."""

    meaning: Meaning | None
    text: str
    start: int
    end: int

    @property
    def measure(self) -> str | None:
        """The name of a measure, or `COUNT`."""
        return None if isinstance(self.meaning, Subset) else self.meaning

    @property
    def subset(self) -> Subset | None:
        """A kind of questions."""
        return self.meaning if isinstance(self.meaning, Subset) else None


@dataclass(frozen=True, slots=True)
class Label:
    """What a heading, key or name says of its figures."""

    measure: str | None
    subset: Subset | None
    data: ClaimedData | None
    rest: tuple[str, ...]
    """All other words; a figure under them may be anything but a score."""


def find_phrases(text: str) -> tuple[Phrase, ...]:
    """The words of a text, those that have a meaning together as one."""
    words = list(_WORD.finditer(text))
    found: list[Phrase] = []
    index = 0
    while index < len(words):
        length, meaning = _longest([word[0].lower() for word in words[index : index + _LONGEST]])
        start, end = words[index].start(), words[index + length - 1].end()
        found.append(Phrase(meaning, text[start:end], start, end))
        index += length
    return tuple(found)


def read_label(text: str) -> Label:
    """What a heading, key or name says."""
    named = find_data(text)
    phrases = find_phrases(blanked(text, named))
    measures = {each: each.measure for each in phrases if each.measure}
    subsets = {each: each.subset for each in phrases if each.subset}
    used = {*list(measures)[:1], *list(subsets)[:1]}
    return Label(
        measure=next(iter(measures.values()), None),
        subset=next(iter(subsets.values()), None),
        data=named[-1].data if named else None,
        rest=tuple(
            _rest((phrase for phrase in phrases if phrase not in used), is_data=bool(named))
        ),
    )


def measure_label(text: str) -> Label | None:
    """What a heading or key says; None unless it names a measure and has no unknown words."""
    label = read_label(text)
    return label if label.measure is not None and not label.rest else None


def subject_of(text: str) -> str | None:
    """The first of `SUBJECTS` that a text contains."""
    words = " ".join(_WORD.findall(text.lower()))
    found = (each for each in SUBJECTS if f" {each.replace('-', ' ')} " in f" {words} ")
    return next(found, None)


def subset_of(text: str) -> Subset | None:
    """The one kind of questions that a text names."""
    found = {phrase.subset for phrase in find_phrases(text) if phrase.subset}
    return found.pop() if len(found) == 1 else None


def _rest(phrases: Iterable[Phrase], *, is_data: bool) -> Iterable[str]:
    for phrase in phrases:
        word = phrase.text.lower()
        if word not in FILLERS and not (is_data and word in SPLITS):
            yield phrase.text


def _longest(words: list[str]) -> tuple[int, Meaning | None]:
    """The number of words that the longest phrase at their beginning takes, at least one."""
    for length in range(len(words), 0, -1):
        meaning = _PHRASES.get(" ".join(words[:length]))
        if meaning is not None:
            return length, meaning
    return 1, None


_PHRASES: Mapping[str, Meaning] = {
    **{phrase: measure for measure, phrases in FIGURES.items() for phrase in phrases},
    **{phrase: subset for subset, phrases in SUBSETS.items() for phrase in phrases},
}
_LONGEST = max(len(phrase.split()) for phrase in _PHRASES)
