"""Lists the measures by which an answer is scored: one function and one table line for each."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from qareport.data.types import EXACT, F1, Example
from qareport.errors import UsageError, unknown_name
from qareport.metrics.normalisers import SQUAD_EN, Normaliser, normaliser_named

HEADLINE = (EXACT, F1)
"""The measures that every record has and that pages and cards show first."""


@dataclass(frozen=True, slots=True)
class Answered:
    """An answerable question and the prediction for it."""

    example: Example
    golds: tuple[str, ...]
    """The gold answers that count, normalised; at least one."""
    prediction: str
    """Normalised."""
    normaliser: Normaliser


def mean(scores: Sequence[float]) -> float:
    """The sum over the number, added in order as in the official script."""
    return sum(scores) / len(scores)


@dataclass(frozen=True, slots=True)
class Measure:
    """A way to score an answer.

    Where a question has no answer, every measure is 1 for "no answer" and 0 for any text.
    """

    heading: str
    """What tables and sentences call it."""
    words: str
    """What it is, in a sentence for people."""
    score: Callable[[Answered], float]
    """Of an answerable question, 0 to 1."""
    aliases: tuple[str, ...] = ()
    """What else cards call it, in small letters."""
    total: Callable[[Sequence[float]], float] = mean
    """Combines the scores of examples into one figure, 0 to 1. Intervals, groups and comparisons
    resample means, so they leave out a measure with any other total."""
    reads_context: bool = False
    """Whether it needs more of the example than its gold answers; `evaluate`'s metric, which has
    only texts and golds, refuses such a measure."""


def exact_match(answered: Answered) -> float:
    """1 when the prediction equals a gold answer."""
    return float(answered.prediction in answered.golds)


def f1(answered: Answered) -> float:
    """The best F1 over the gold answers."""
    return max(
        f1_of_forms(gold, answered.prediction, answered.normaliser) for gold in answered.golds
    )


def contains(answered: Answered) -> float:
    """1 when the prediction contains a gold answer, also as a part of longer words.

    As best_subspan_em of Liu et al. 2023 (Lost in the Middle), with the normaliser of the record.
    """
    # An empty text is part of any other, which would make every answer right.
    return float(
        any(
            gold in answered.prediction if gold else not answered.prediction
            for gold in answered.golds
        )
    )


def f1_of_forms(gold: str, prediction: str, normaliser: Normaliser) -> float:
    """Harmonic mean of precision and recall over the tokens of two normalised texts."""
    gold_tokens, predicted_tokens = normaliser.split(gold), normaliser.split(prediction)
    if not gold_tokens or not predicted_tokens:
        return normaliser.f1_of_empty if gold_tokens == predicted_tokens else 0.0
    shared = normaliser.count_shared(gold_tokens, predicted_tokens)
    if not shared:
        # Precision and recall are both 0, and their harmonic mean is not defined.
        return 0.0
    # The official order of operations, so that every bit agrees.
    precision = shared / len(predicted_tokens)
    recall = shared / len(gold_tokens)
    return 2 * precision * recall / (precision + recall)


MEASURES: Mapping[str, Measure] = {
    EXACT: Measure(
        "exact match",
        "the prediction equals a gold answer once both are normalised",
        exact_match,
        aliases=("exactmatch", "em"),
    ),
    F1: Measure("F1", "overlap of tokens with the nearest gold answer", f1),
    "contains": Measure(
        "contains",
        "a gold answer stands within the prediction once both are normalised",
        contains,
    ),
}
"""By name, in the order in which they are shown."""


def measures_named(names: Iterable[str]) -> tuple[str, ...]:
    """Those of SQuAD, then the named ones in the order of the table.

    Raises:
        UsageError: a name is not in the table.
    """
    further = {names} if isinstance(names, str) else {*names}
    for name in sorted(further - MEASURES.keys()):
        raise UsageError(unknown_name(name, MEASURES, what="measure"))
    return (*HEADLINE, *(name for name in MEASURES if name in further - {*HEADLINE}))


def known_measures(names: Iterable[str]) -> tuple[str, ...]:
    """Those of a record that this version knows."""
    return tuple(name for name in names if name in MEASURES)


def mean_measures(names: Collection[str]) -> tuple[str, ...]:
    """Those whose total is the mean, so that their intervals can be computed."""
    return tuple(name for name in names if MEASURES[name].total is mean)


@dataclass(frozen=True, slots=True)
class Scoring:
    """The normaliser and the measures by which predicted texts are scored.

    Raises:
        UsageError: there is no such normaliser, or no such measure.
    """

    normaliser: str = SQUAD_EN.name
    measures: tuple[str, ...] = ()
    """Names of measures beside exact match and F1, such as ("contains",)."""

    def __post_init__(self) -> None:
        normaliser_named(self.normaliser)
        measures_named(self.measures)

    @property
    def all_measures(self) -> tuple[str, ...]:
        """Those of SQuAD, then the further ones."""
        return measures_named(self.measures)


OFFICIAL = Scoring()
"""The scoring of SQuAD's official script."""
