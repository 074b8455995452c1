"""Scores saved predictions, and reports what may falsify their scores."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from qareport.data.findings import Finding, Severity
from qareport.data.types import Example, ExampleScore
from qareport.metrics.measures import OFFICIAL, Scoring
from qareport.metrics.normalisers import normalise, normaliser_named
from qareport.metrics.squad import require_distinct_ids, score_all
from qareport.metrics.thresholds import (
    NullOdds,
    OfficialSweep,
    apply_threshold,
    are_degenerate,
    count_outside_probabilities,
    official_sweep,
)

WORDED_NULLS = frozenset(
    {"empty", "impossible", "na", "no answer", "none", "not answerable", "unanswerable"}
)
"""Normalised texts by which generative models say that there is no answer."""

WORDED_NULL_SHARE = 0.05
"""Lowest share of the unanswerable questions at which such texts are reported: our choice."""


@dataclass(frozen=True, slots=True)
class Submission:
    """Saved predictions that are to be scored."""

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
    examples: Sequence[Example], submission: Submission, scoring: Scoring = OFFICIAL
) -> ScoredSubmission:
    """The scores of all examples; predictions for other ids are ignored.

    Raises:
        DataError: two examples share an id.
        MissingPredictionsError: an example lacks its prediction, or its no-answer value.
    """
    raw = score_all(
        examples,
        submission.texts,
        normaliser_named(scoring.normaliser),
        measures=scoring.all_measures,
    )
    if submission.null_odds is None:
        return ScoredSubmission(raw, sweep=None)
    return ScoredSubmission(
        scores=apply_threshold(raw, submission.null_odds),
        sweep=official_sweep(raw, submission.null_odds, submission.texts),
    )


def score_missing_as_zero(
    examples: Sequence[Example], submission: Submission, scoring: Scoring = OFFICIAL
) -> ScoredSubmission:
    """The same, where an example without prediction scores 0, as in the v1.1 scripts.

    That holds for examples without an answer and for any no-answer value too: nothing was
    predicted, so nothing is right.

    Raises:
        DataError: two examples share an id.
        MissingPredictionsError: a prediction lacks its no-answer value.
    """
    require_distinct_ids(examples)
    # Missing predictions take no part in the threshold and the sweep, which could give them points.
    answered = [example for example in examples if example.id in submission.texts]
    scored = score_submission(answered, submission, scoring)
    zeros = dict.fromkeys(scoring.all_measures, 0.0)
    by_id = {score.example_id: score for score in scored.scores}
    return replace(
        scored,
        scores=tuple(
            by_id.get(example.id) or ExampleScore(example.id, example.has_answer, zeros)
            for example in examples
        ),
    )


def check_submission(examples: Sequence[Example], submission: Submission) -> Iterator[Finding]:
    """Findings on what may falsify the scores; nothing is corrected."""
    ids = {example.id for example in examples}
    yield from _missing_predictions(examples, submission)
    for example_id in submission.texts:
        if example_id not in ids:
            yield _unknown_id(f"prediction {example_id!r}")
    yield from _worded_nulls(examples, submission)
    if submission.null_odds is not None:
        for example_id in submission.null_odds.values:
            if example_id not in ids:
                yield _unknown_id(f"no-answer value {example_id!r}")
        yield from _strange_null_odds(examples, submission.null_odds)


def _missing_predictions(examples: Sequence[Example], submission: Submission) -> Iterator[Finding]:
    for example in examples:
        if example.id not in submission.texts:
            yield Finding(
                kind="missing prediction",
                severity=Severity.WARNING,
                location=f"question {example.id!r}",
                message="has no prediction and scores 0",
                remedy="predict every question, '' where there is no answer",
            )


def _unknown_id(location: str) -> Finding:
    return Finding(
        kind="unknown id",
        severity=Severity.WARNING,
        location=location,
        message="belongs to no question and is ignored",
        remedy="check that predictions and questions are of the same data set",
    )


def _worded_nulls(examples: Sequence[Example], submission: Submission) -> Iterator[Finding]:
    unanswerable = [example.id for example in examples if not example.has_answer]
    # An answerable question may well have such a gold answer: "none" is right there.
    uses = Counter(submission.texts.get(example_id, "") for example_id in unanswerable)
    worded = {text: n for text, n in uses.most_common() if normalise(text) in WORDED_NULLS}
    if not worded or sum(worded.values()) < WORDED_NULL_SHARE * len(unanswerable):
        return
    for text, n in worded.items():
        yield Finding(
            kind="no answer in words",
            severity=Severity.WARNING,
            location=f"prediction {text!r}",
            message=f"given to {n} of {len(unanswerable)} questions without an answer, scores 0",
            remedy="predict '' where there is no answer; words are scored as an answer",
        )


def _strange_null_odds(examples: Sequence[Example], null_odds: NullOdds) -> Iterator[Finding]:
    strange = count_outside_probabilities(null_odds.values.values())
    if strange:
        yield Finding(
            kind="no-answer values look like logits",
            severity=Severity.WARNING,
            location="no-answer values",
            message=f"{strange} of {len(null_odds.values)} lie outside 0 to 1",
            remedy="choose the threshold on their scale; the official best_* start at 0.0",
        )
    # Values of other ids take no part in the sweep, so they cannot make it sound.
    values = [null_odds.values[each.id] for each in examples if each.id in null_odds.values]
    if are_degenerate(values):
        yield Finding(
            kind="no-answer values are all equal",
            severity=Severity.WARNING,
            location="no-answer values",
            message=f"all {len(values)} are {values[0]!r}",
            remedy="ignore best_*: only the order of the values makes them",
        )
