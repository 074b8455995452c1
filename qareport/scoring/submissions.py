"""A submission (saved predictions, perhaps with no-answer values) in, its scores out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from qareport.records import Example, ExampleScore
from qareport.scoring.normalisers import SQUAD_EN, Normaliser
from qareport.scoring.official import require_distinct_ids, score_all
from qareport.scoring.thresholds import NullOdds, OfficialSweep, apply_threshold, official_sweep


@dataclass(frozen=True, slots=True)
class Submission:
    """What is handed in to be scored."""

    texts: Mapping[str, str]
    """Predicted text by example id; empty for "no answer"."""
    null_odds: NullOdds | None = None


@dataclass(frozen=True, slots=True)
class ScoredSubmission:
    """The scores of a submission."""

    scores: tuple[ExampleScore, ...]
    """In the order of the examples, after the threshold."""
    sweep: OfficialSweep | None
    """None without no-answer values."""


def score_submission(
    examples: Sequence[Example], submission: Submission, normaliser: Normaliser = SQUAD_EN
) -> ScoredSubmission:
    """The scores of all examples; predictions for other ids are left alone.

    Raises:
        DataError: two examples share an id.
        MissingPredictionsError: an example lacks its prediction, or its no-answer value.
    """
    raw = score_all(examples, submission.texts, normaliser)
    if submission.null_odds is None:
        return ScoredSubmission(raw, sweep=None)
    return ScoredSubmission(
        scores=apply_threshold(raw, submission.null_odds),
        sweep=official_sweep(raw, submission.null_odds, submission.texts),
    )


def score_missing_as_zero(
    examples: Sequence[Example], submission: Submission, normaliser: Normaliser = SQUAD_EN
) -> ScoredSubmission:
    """The same, where an example without prediction scores 0, as in the v1.1 scripts.

    That holds for examples without an answer and for any no-answer value too: nothing was
    predicted, so nothing is right.

    Raises:
        DataError: two examples share an id.
        MissingPredictionsError: a prediction lacks its no-answer value.
    """
    require_distinct_ids(examples)
    # Only what was predicted meets the threshold and the sweep, so neither can give the missing
    # ones a point.
    answered = [example for example in examples if example.id in submission.texts]
    scored = score_submission(answered, submission, normaliser)
    by_id = {score.example_id: score for score in scored.scores}
    return replace(
        scored,
        scores=tuple(by_id.get(example.id) or _zero(example) for example in examples),
    )


def _zero(example: Example) -> ExampleScore:
    return ExampleScore(example.id, has_answer=example.has_answer, exact=0.0, f1=0.0)
