"""Examples and predicted texts in, exact match and token F1 of each example out.

The rules are those of SQuAD's official evaluate-v2.0.py, unless another normaliser brings its own.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from qareport.data.types import Example, ExampleScore
from qareport.errors import DataError, MissingPredictionsError, name_ids
from qareport.metrics.normalisers import SQUAD_EN, Normaliser

PROTOCOL = "official"
"""run_qa's decoding and this metric."""


def exact_match(gold: str, prediction: str, normaliser: Normaliser = SQUAD_EN) -> float:
    """1 when both texts are equal after normalisation, else 0."""
    return float(normaliser.normalise(gold) == normaliser.normalise(prediction))


def token_f1(gold: str, prediction: str, normaliser: Normaliser = SQUAD_EN) -> float:
    """Harmonic mean of precision and recall over the normaliser's tokens, 0 to 1."""
    return _f1(normaliser.normalise(gold), normaliser.normalise(prediction), normaliser)


def score(example: Example, text: str, normaliser: Normaliser = SQUAD_EN) -> ExampleScore:
    """The best exact match and the best F1 of a predicted text over the gold answers."""
    prediction = normaliser.normalise(text)
    golds = _gold_forms(example, normaliser)
    if golds:
        exact = float(prediction in golds)
        f1 = max(_f1(gold, prediction, normaliser) for gold in golds)
    else:
        # Only SQuAD's script knows questions without an answer; its rule serves the others too.
        exact = f1 = float(not prediction)
    return ExampleScore(example.id, has_answer=example.has_answer, exact=exact, f1=f1)


def score_all(
    examples: Sequence[Example], texts: Mapping[str, str], normaliser: Normaliser = SQUAD_EN
) -> tuple[ExampleScore, ...]:
    """The score of every example, in their order; texts of other ids are left alone.

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
    return tuple(score(example, texts[example.id], normaliser) for example in examples)


def abstain(raw: ExampleScore) -> ExampleScore:
    """The score of "no answer" in place of the predicted text."""
    points = float(not raw.has_answer)
    return replace(raw, exact=points, f1=points)


def require_distinct_ids(examples: Sequence[Example]) -> None:
    """Nothing, when every example has its own id.

    Raises:
        DataError: two examples share an id.
    """
    uses = Counter(example.id for example in examples)
    if len(uses) < len(examples):
        repeated = tuple(example_id for example_id, count in uses.items() if count > 1)
        raise DataError(
            f"more than one question has the id {name_ids(repeated)}; give each question its own"
        )


def _gold_forms(example: Example, normaliser: Normaliser) -> list[str]:
    """The normalised gold answers that take part."""
    # A gold such as "." is nothing once normalised. SQuAD's script drops it here, yet still counts
    # the question as answerable, even when no other gold is left.
    texts = {gold.text for gold in example.gold_answers}
    return [
        form
        for text in texts
        if (form := normaliser.normalise(text)) or not normaliser.drops_empty_golds
    ]


def _f1(gold: str, prediction: str, normaliser: Normaliser) -> float:
    """F1 of two normalised texts."""
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
