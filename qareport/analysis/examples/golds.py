"""Reads the gold answers of an example as they count: their texts, their spans, their agreement."""

from itertools import combinations

from qareport.data.types import CharSpan, Example, GoldAnswer
from qareport.metrics.normalisers import SQUAD_EN, Normaliser
from qareport.metrics.squad import token_f1


def counted_golds(example: Example, normaliser: Normaliser = SQUAD_EN) -> tuple[GoldAnswer, ...]:
    """The gold answers that count: by squad-en those that are not empty once normalised."""
    return tuple(
        gold
        for gold in example.gold_answers
        if not normaliser.drops_empty_golds or normaliser.normalise(gold.text)
    )


def normalised_golds(example: Example, normaliser: Normaliser = SQUAD_EN) -> frozenset[str]:
    """The distinct texts that have exact match 1 once normalised: "" if no gold counts."""
    golds = counted_golds(example, normaliser)
    return frozenset(normaliser.normalise(gold.text) for gold in golds) or frozenset({""})


def gold_spans(example: Example, normaliser: Normaliser = SQUAD_EN) -> tuple[CharSpan, ...]:
    """The spans of the gold answers, at the offsets that the data set states."""
    return tuple(span_of(gold) for gold in counted_golds(example, normaliser))


def span_of(answer: GoldAnswer) -> CharSpan:
    """The characters from the answer's start to the end of its text."""
    return CharSpan(answer.start, answer.start + len(answer.text))


def gold_f1s(example: Example, normaliser: Normaliser = SQUAD_EN) -> tuple[float, ...]:
    """F1 between every two gold answers, 0 to 1; none for fewer than two."""
    pairs = list(combinations([gold.text for gold in counted_golds(example, normaliser)], 2))
    # Annotators often give the same answer.
    f1_of = {pair: token_f1(*pair, normaliser) for pair in set(pairs)}
    return tuple(f1_of[pair] for pair in pairs)
