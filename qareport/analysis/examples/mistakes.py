"""Classifies answers by kind of mistake: each has exactly one, the first that fits."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache

from qareport.analysis.examples.observed import Observed, counted_golds, span_of
from qareport.analysis.examples.question_words import share_sentence
from qareport.data.types import CharSpan, GoldAnswer
from qareport.errors import UsageError, unknown_name
from qareport.metrics.normalisers import SQUAD_EN, Articles, Normaliser

FALSE_ANSWER = "false answer"

_IGNORED_CATEGORIES = ("P", "S")
"""First letters of Unicode's punctuation and symbols."""


def count_kinds(kinds: Iterable[str]) -> Mapping[str, int]:
    """How often each of `KINDS` occurs, in their order; 0 for those that do not."""
    found = Counter(kinds)
    return {kind: found[kind] for kind in KINDS}


def require_kind(name: str) -> None:
    """Refuses a name that is not a kind of answer.

    Raises:
        UsageError: there is no such kind.
    """
    if name not in KINDS:
        raise UsageError(unknown_name(name, KINDS, what="kind of answer"))


def kind_of(observed: Observed) -> str:
    """The first of `KINDS` that fits."""
    return next(kind for kind, fits in KINDS.items() if fits(observed))


def is_plausible(observed: Observed, kind: str) -> bool:
    """Whether an answer of this kind is a false one that overlaps a plausible one."""
    return kind == FALSE_ANSWER and _overlaps(observed, observed.example.plausible_answers)


def lenient_form(text: str, normaliser: Normaliser = SQUAD_EN) -> str:
    """The letters and digits of a text, without case, accents, articles and variant forms."""
    letters = _without_accents(text)
    # Articles go before punctuation, unlike in normalising, so that "the-Beatles" loses its own.
    if normaliser.articles is not None:
        letters = _lenient_articles(normaliser.articles).sub("", letters)
    return "".join(char for char in letters if not _is_ignored(char))


def _without_accents(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text).casefold()
    return "".join(char for char in letters if not unicodedata.combining(char))


@cache
def _lenient_articles(articles: Articles) -> re.Pattern[str]:
    """A pattern that matches the articles in a text without accents."""
    words = tuple(_without_accents(word) for word in articles.words)
    return replace(articles, words=words).pattern()


def _is_correct(observed: Observed) -> bool:
    return observed.score.exact == 1


def _is_false_null(observed: Observed) -> bool:
    return observed.score.has_answer and not observed.normaliser.normalise(observed.text)


def _is_false_answer(observed: Observed) -> bool:
    return not observed.score.has_answer and bool(observed.text)


def _differs_in_form_only(observed: Observed) -> bool:
    text = lenient_form(observed.text, observed.normaliser)
    forms = {lenient_form(gold.text, observed.normaliser) for gold in _golds(observed)}
    # Nothing is left of answers that are all symbols: "€" and "£" do not differ in form only.
    return bool(text) and text in forms


def _is_superset(observed: Observed) -> bool:
    if observed.span is None:
        words = _words(observed.text, observed.normaliser)
        return any(_is_part(gold, words) for gold in _gold_words(observed))
    span = observed.span
    return any(_lies_in(span_of(gold), span) for gold in _golds(observed))


def _is_subset(observed: Observed) -> bool:
    if observed.span is None:
        words = _words(observed.text, observed.normaliser)
        return any(_is_part(words, gold) for gold in _gold_words(observed))
    span = observed.span
    return any(_lies_in(span, span_of(gold)) for gold in _golds(observed))


def _is_overlap(observed: Observed) -> bool:
    return _overlaps(observed, _golds(observed))


def _is_in_right_sentence(observed: Observed) -> bool:
    span = observed.span
    if span is None:
        return False
    context = observed.example.context
    return any(share_sentence(context, span, span_of(gold)) for gold in _golds(observed))


def _is_anything(_: Observed) -> bool:
    return True


KINDS: Mapping[str, Callable[[Observed], bool]] = {
    "correct": _is_correct,
    "false null": _is_false_null,
    FALSE_ANSWER: _is_false_answer,
    "normalisation only": _differs_in_form_only,
    "superset": _is_superset,
    "subset": _is_subset,
    "overlap": _is_overlap,
    "right sentence": _is_in_right_sentence,
    "elsewhere": _is_anything,
}
"""By name, whether an answer is of that kind; its kind is the first that fits.

Where the span of a prediction is not known, its words are compared instead of its characters, and
no answer is of the kind "right sentence".
"""


def _overlaps(observed: Observed, answers: Sequence[GoldAnswer]) -> bool:
    """Whether the prediction and any of the answers overlap."""
    span = observed.span
    if span is None:
        # A word in common is not enough: "city of Rome" and "king of Gaul" share none of the text.
        normaliser = observed.normaliser
        words = _words(observed.text, normaliser)
        return any(_fit_together(words, _words(each.text, normaliser)) for each in answers)
    return any(_intersect(span, span_of(answer)) for answer in answers)


def _golds(observed: Observed) -> tuple[GoldAnswer, ...]:
    return counted_golds(observed.example, observed.normaliser)


def _gold_words(observed: Observed) -> list[list[str]]:
    return [_words(gold.text, observed.normaliser) for gold in _golds(observed)]


def _words(text: str, normaliser: Normaliser) -> list[str]:
    """The tokens by which the normaliser counts F1."""
    return normaliser.split(normaliser.normalise(text))


def _is_part(part: list[str], whole: list[str]) -> bool:
    """Whether a sequence of words stands within a longer one."""
    spare = len(whole) - len(part)
    return spare > 0 and any(whole[start : start + len(part)] == part for start in range(spare + 1))


def _fit_together(one: list[str], other: list[str]) -> bool:
    """Whether one of two sequences can be shifted so that both agree wherever they overlap."""
    shifts = range(1 - len(other), len(one)) if one and other else ()
    return any(
        one[max(shift, 0) : shift + len(other)] == other[max(-shift, 0) : len(one) - shift]
        for shift in shifts
    )


def _lies_in(part: CharSpan, whole: CharSpan) -> bool:
    return part != whole and whole.start <= part.start and part.end <= whole.end


def _intersect(one: CharSpan, other: CharSpan) -> bool:
    return max(one.start, other.start) < min(one.end, other.end)


def _is_ignored(char: str) -> bool:
    return char.isspace() or unicodedata.category(char).startswith(_IGNORED_CATEGORIES)
