"""Lists the traits by which examples are grouped: one function and one table line for each."""

import re
from collections.abc import Callable, Mapping
from typing import TypeVar

from qareport.analysis.examples.breakdown import Trait
from qareport.analysis.examples.golds import counted_golds, gold_f1s, gold_spans, normalised_golds
from qareport.analysis.examples.observed import Observed
from qareport.analysis.examples.question_words import (
    QUESTION_WORDS,
    find_question_word,
    lexical_overlap,
)
from qareport.metrics.normalisers import tokenise

ANSWERABLE = "answerable"
HAS_ANSWER = "has answer"
NO_ANSWER = "no answer"
OTHER_QUESTION = "other"

# Each table holds the lowest value of each group, rising; what is below the first has no group.
QUESTION_LENGTHS = {"1-6": 1, "7-9": 7, "10-13": 10, "14+": 14}
CONTEXT_LENGTHS = {"< 100": 0, "100-149": 100, "150-199": 150, "200-299": 200, "300+": 300}
WINDOWS = {"1": 1, "2": 2, "3+": 3}
ANSWER_LENGTHS = {"1": 1, "2": 2, "3-4": 3, "5-9": 5, "10+": 10}
DISTINCT_GOLDS = {"1": 1, "2": 2, "3+": 3}
AGREEMENTS = {"< .5": 0.0, ".5 up to 1": 0.5, "1": 1.0}
OVERLAPS = {"< .25": 0.0, ".25 up to .5": 0.25, ".5 up to .75": 0.5, ">= .75": 0.75}

FIFTHS = ("1st fifth", "2nd fifth", "3rd fifth", "4th fifth", "5th fifth")

_Number = TypeVar("_Number", int, float)
_DATE = re.compile(
    r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December)\b"
    r"|(?<!\d)(?:1\d|20)\d\d(?!\d)"
)
"""A month, capitalised since "may" and "march" are verbs, or a number from 1000 to 2099."""


def answerable(observed: Observed) -> str:
    """Whether there is a gold answer that counts."""
    return HAS_ANSWER if observed.score.has_answer else NO_ANSWER


def question_word(observed: Observed) -> str:
    """The earliest question word."""
    return find_question_word(observed.example.question) or OTHER_QUESTION


def question_length(observed: Observed) -> str | None:
    """Words between blanks."""
    return _band(len(observed.example.question.split()), QUESTION_LENGTHS)


def context_length(observed: Observed) -> str | None:
    """Words between blanks."""
    return _band(len(observed.example.context.split()), CONTEXT_LENGTHS)


def windows(observed: Observed) -> str | None:
    """How many windows the context takes; None for predictions made elsewhere."""
    return _band(len(observed.windows), WINDOWS)


def answer_length(observed: Observed) -> str | None:
    """Normalised words of the shortest gold answer."""
    words = min(len(gold.split()) for gold in normalised_golds(observed.example))
    return _band(words, ANSWER_LENGTHS)


def answer_type(observed: Observed) -> str | None:
    """The first of `ANSWER_TYPES` that fits the first gold answer."""
    golds = counted_golds(observed.example)
    if not golds:
        return None
    return next(name for name, fits in ANSWER_TYPES.items() if fits(golds[0].text))


def answer_position(observed: Observed) -> str | None:
    """Where in the context the first gold answer starts."""
    golds = counted_golds(observed.example)
    if not golds:
        return None
    fifth = len(FIFTHS) * golds[0].start // max(len(observed.example.context), 1)
    return FIFTHS[min(fifth, len(FIFTHS) - 1)]


def answer_windows(observed: Observed) -> str | None:
    """Which of several windows hold the first gold answer whole."""
    golds = gold_spans(observed.example)
    if not golds or len(observed.windows) < WINDOWS["2"]:
        return None
    is_whole = [window.holds(golds[0]) for window in observed.windows]
    if sum(is_whole) > 1:
        return "several windows"
    if not any(is_whole):
        return "no window"
    return "first window" if is_whole[0] else "later window"


def distinct_golds(observed: Observed) -> str | None:
    """How many gold answers differ once normalised."""
    return _band(len(normalised_golds(observed.example) - {""}), DISTINCT_GOLDS)


def gold_agreement(observed: Observed) -> str | None:
    """Mean F1 between every two gold answers."""
    f1s = gold_f1s(observed.example)
    return _band(sum(f1s) / len(f1s), AGREEMENTS) if f1s else None


def wording(observed: Observed) -> str | None:
    """Share of the question's content words in the sentence of the answer."""
    share = lexical_overlap(observed.example)
    return None if share is None else _band(share, OVERLAPS)


def plausible_answer(observed: Observed) -> str | None:
    """Whether a question without an answer has something that looks like one."""
    if observed.example.has_answer:
        return None
    return "present" if observed.example.plausible_answers else "absent"


def article(observed: Observed) -> str | None:
    """The title of the article."""
    return observed.example.title or None


def _is_date(text: str) -> bool:
    return _DATE.search(text) is not None


def _has_digit(text: str) -> bool:
    return any(char.isdigit() for char in text)


def _is_capitalised(text: str) -> bool:
    initials = _initials(text)
    return bool(initials) and all(initial.isupper() for initial in initials)


def _is_lower_case(text: str) -> bool:
    initials = _initials(text)
    return bool(initials) and all(initial.islower() for initial in initials)


def _is_anything(_: str) -> bool:
    return True


ANSWER_TYPES: Mapping[str, Callable[[str], bool]] = {
    "date or year": _is_date,
    "other number": _has_digit,
    "capitalised phrase": _is_capitalised,
    "lower-case phrase": _is_lower_case,
    "mixed": _is_anything,
}
"""The first that fits; articles do not count as words, so that "the Nile" is capitalised."""

TRAITS: Mapping[str, Trait] = {
    ANSWERABLE: Trait(answerable, (HAS_ANSWER, NO_ANSWER)),
    "question word": Trait(question_word, (*QUESTION_WORDS, OTHER_QUESTION)),
    "question length": Trait(question_length, tuple(QUESTION_LENGTHS)),
    "context length": Trait(context_length, tuple(CONTEXT_LENGTHS)),
    "windows": Trait(windows, tuple(WINDOWS), needs_windows=True),
    "answer length": Trait(answer_length, tuple(ANSWER_LENGTHS)),
    "answer type": Trait(answer_type, tuple(ANSWER_TYPES)),
    "answer position": Trait(answer_position, FIFTHS),
    "answer position in the windows": Trait(
        answer_windows,
        ("first window", "several windows", "later window", "no window"),
        needs_windows=True,
    ),
    "distinct golds": Trait(distinct_golds, tuple(DISTINCT_GOLDS)),
    "gold agreement": Trait(gold_agreement, tuple(AGREEMENTS)),
    "lexical overlap": Trait(wording, tuple(OVERLAPS)),
    "plausible answer": Trait(plausible_answer, ("present", "absent")),
    "article": Trait(article),
}
"""By name, in the order in which they are shown."""


def stated_groups(trait: str) -> tuple[str, ...]:
    """The names of its groups in order; none for a trait that only the data or a record know."""
    return TRAITS[trait].groups if trait in TRAITS else ()


def text_traits() -> tuple[str, ...]:
    """Those that are known of predictions made elsewhere."""
    return tuple(name for name, trait in TRAITS.items() if not trait.needs_windows)


def _band(value: _Number, bands: Mapping[str, _Number]) -> str | None:
    """The last group whose lowest value is not above the value."""
    reached = [name for name, lowest in bands.items() if lowest <= value]
    return reached[-1] if reached else None


def _initials(text: str) -> list[str]:
    """The first letter of each word that has one."""
    words = [word for word in text.split() if tokenise(word)]
    initials = [next((char for char in word if char.isalpha()), "") for word in words]
    return [initial for initial in initials if initial]
