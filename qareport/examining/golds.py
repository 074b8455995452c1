"""An example to its gold answers, as the official script counts them."""

from itertools import combinations

from qareport.records import CharSpan, Example, GoldAnswer
from qareport.scoring.normalising import normalise
from qareport.scoring.official import token_f1


def counted_golds(example: Example) -> tuple[GoldAnswer, ...]:
    """The gold answers that are not empty once normalised: no prediction meets the others."""
    return tuple(gold for gold in example.gold_answers if normalise(gold.text))


def normalised_golds(example: Example) -> frozenset[str]:
    """The distinct texts that have exact match 1 once normalised: "" if no gold counts."""
    return frozenset(normalise(gold.text) for gold in counted_golds(example)) or frozenset({""})


def gold_spans(example: Example) -> tuple[CharSpan, ...]:
    """Where the gold answers stand, as the data set says it."""
    return tuple(span_of(gold) for gold in counted_golds(example))


def span_of(answer: GoldAnswer) -> CharSpan:
    """The characters from the answer's start to the end of its text."""
    return CharSpan(answer.start, answer.start + len(answer.text))


def gold_f1s(example: Example) -> tuple[float, ...]:
    """F1 between every two gold answers, 0 to 1; none for fewer than two."""
    texts = [gold.text for gold in counted_golds(example)]
    return tuple(token_f1(one, other) for one, other in combinations(texts, 2))
