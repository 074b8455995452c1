"""Scores the predicted text of each example by the measures that are asked for.

The rules are those of SQuAD's official evaluate-v2.0.py, unless another normaliser brings its own.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from qareport.data.types import Example, ExampleScore
from qareport.errors import DataError, MissingPredictionsError, name_ids
from qareport.metrics.measures import HEADLINE, MEASURES, Answered, f1_of_forms
from qareport.metrics.normalisers import SQUAD_EN, Normaliser

PROTOCOL = "official"
"""Name of the protocol of run_qa's decoding and this metric."""


def exact_match(gold: str, prediction: str, normaliser: Normaliser = SQUAD_EN) -> float:
    """1 when both texts are equal after normalisation, else 0."""
    return float(normaliser.normalise(gold) == normaliser.normalise(prediction))


def token_f1(gold: str, prediction: str, normaliser: Normaliser = SQUAD_EN) -> float:
    """Harmonic mean of precision and recall over the normaliser's tokens, 0 to 1."""
    return f1_of_forms(normaliser.normalise(gold), normaliser.normalise(prediction), normaliser)


def score(
    example: Example,
    text: str,
    normaliser: Normaliser = SQUAD_EN,
    *,
    measures: Iterable[str] = HEADLINE,
) -> ExampleScore:
    """What a predicted text scores by each of the measures, which are names of `MEASURES`."""
    prediction = normaliser.normalise(text)
    golds = _gold_forms(example, normaliser)
    if golds:
        answered = Answered(example, golds, prediction, normaliser)
        points = {name: MEASURES[name].score(answered) for name in measures}
    else:
        # Only SQuAD's script knows questions without an answer; its rule serves the others too.
        points = dict.fromkeys(measures, float(not prediction))
    return ExampleScore(example.id, example.has_answer, points)


def has_exact_match(example: Example, texts: Iterable[str], normaliser: Normaliser) -> bool:
    """Whether any of the texts has exact match 1."""
    golds = _gold_forms(example, normaliser) or ("",)
    return any(normaliser.normalise(text) in golds for text in texts)


def score_all(
    examples: Sequence[Example],
    texts: Mapping[str, str],
    normaliser: Normaliser = SQUAD_EN,
    *,
    measures: Collection[str] = HEADLINE,
) -> tuple[ExampleScore, ...]:
    """The score of every example, in their order; texts of other ids are ignored.

    Raises:
        DataError: two examples share an id.
        MissingPredictionsError: an example has no predicted text.
    """
    require_distinct_ids(examples)
    missing = tuple(example.id for example in examples if example.id not in texts)
    if missing:
        raise MissingPredictionsError(
            f"{len(missing)} of {len(examples)} questions have no prediction "
            f"({name_ids(missing)}); predict '' where there is no answer",
            missing,
        )
    return tuple(
        score(example, texts[example.id], normaliser, measures=measures) for example in examples
    )


def abstain(raw: ExampleScore) -> ExampleScore:
    """The score of "no answer" in place of the predicted text."""
    return replace(raw, measures=dict.fromkeys(raw.measures, float(not raw.has_answer)))


def require_distinct_ids(examples: Sequence[Example]) -> None:
    """Refuses two examples with one id.

    Raises:
        DataError: two examples share an id.
    """
    uses = Counter(example.id for example in examples)
    if len(uses) < len(examples):
        repeated = tuple(example_id for example_id, count in uses.items() if count > 1)
        raise DataError(
            f"more than one question has the id {name_ids(repeated)}; give each question its own"
        )


def _gold_forms(example: Example, normaliser: Normaliser) -> tuple[str, ...]:
    """The normalised gold answers that count."""
    # A gold such as "." is nothing once normalised. SQuAD's script drops it here, yet still counts
    # the question as answerable, even when no other gold is left.
    texts = {gold.text for gold in example.gold_answers}
    return tuple(
        form
        for text in texts
        if (form := normaliser.normalise(text)) or not normaliser.drops_empty_golds
    )
