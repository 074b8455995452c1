"""Examples and predicted texts in, exact match and token F1 of each example out.

The rules are those of SQuAD's official evaluate-v2.0.py.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from qareport.errors import DataError, MissingPredictionsError, name_ids
from qareport.records import Example, ExampleScore
from qareport.scoring.normalising import tokenise


def exact_match(gold: str, prediction: str) -> float:
    """1 when both texts are equal after normalisation, else 0."""
    return _exact(tokenise(gold), tokenise(prediction))


def token_f1(gold: str, prediction: str) -> float:
    """Harmonic mean of precision and recall over the normalised words, 0 to 1."""
    return _f1(tokenise(gold), tokenise(prediction))


def score(example: Example, text: str) -> ExampleScore:
    """The best exact match and the best F1 of a predicted text over the gold answers."""
    prediction = tokenise(text)
    golds = _gold_words(example)
    return ExampleScore(
        example_id=example.id,
        has_answer=example.has_answer,
        exact=max(_exact(gold, prediction) for gold in golds),
        f1=max(_f1(gold, prediction) for gold in golds),
    )


def score_all(examples: Sequence[Example], texts: Mapping[str, str]) -> tuple[ExampleScore, ...]:
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
    return tuple(score(example, texts[example.id]) for example in examples)


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


def _gold_words(example: Example) -> list[list[str]]:
    """The words of each gold answer that has any; one empty gold when none has."""
    # A gold such as "." is nothing once normalised. The script drops it here, yet still counts the
    # question as answerable, even when no other gold is left.
    texts = {gold.text for gold in example.gold_answers}
    return [words for text in texts if (words := tokenise(text))] or [[]]


def _exact(gold: list[str], prediction: list[str]) -> float:
    return float(gold == prediction)


def _f1(gold: list[str], prediction: list[str]) -> float:
    if not gold or not prediction:
        return float(gold == prediction)
    shared = (Counter(gold) & Counter(prediction)).total()
    if not shared:
        # Precision and recall are both 0, and their harmonic mean is not defined.
        return 0.0
    # The official order of operations, so that every bit agrees.
    precision = shared / len(prediction)
    recall = shared / len(gold)
    return 2 * precision * recall / (precision + recall)
