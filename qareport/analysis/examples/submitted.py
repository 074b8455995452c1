"""Summarises predictions made elsewhere, which have no windows and n-best lists, as rows."""

from collections.abc import Sequence

from qareport.analysis.examples.causes import GOLD_AMBIGUITY, THRESHOLD, are_golds_ambiguous
from qareport.analysis.examples.mistakes import is_plausible, kind_of
from qareport.analysis.examples.observed import Observed, observe_texts
from qareport.analysis.examples.rows import ExampleRow, Scope, groups_of
from qareport.analysis.examples.traits import text_traits
from qareport.data.types import Example, ExampleScore
from qareport.metrics.normalisers import SQUAD_EN, Normaliser
from qareport.metrics.squad import score
from qareport.metrics.submissions import Submission
from qareport.metrics.thresholds import count_outside_probabilities


def summarise_submission(
    examples: Sequence[Example],
    submission: Submission,
    scores: Sequence[ExampleScore],
    *,
    normaliser: Normaliser = SQUAD_EN,
) -> tuple[ExampleRow, ...]:
    """A row for each example; scores come in the examples' order, after the threshold."""
    null_odds = submission.null_odds
    texts = {
        example.id: (
            "" if null_odds and null_odds.withholds(example.id) else submission.texts[example.id]
        )
        for example in examples
    }
    observed = observe_texts(examples, texts, scores, normaliser=normaliser)
    return tuple(_row(each, submission) for each in observed)


def scope_of(submission: Submission, normaliser: Normaliser = SQUAD_EN) -> Scope:
    """What can be found out about a submission that is scored by a normaliser."""
    if submission.null_odds is None:
        return Scope((GOLD_AMBIGUITY,), has_logits=False, gold_normaliser=normaliser)
    return Scope(
        (GOLD_AMBIGUITY, THRESHOLD),
        has_logits=count_outside_probabilities(submission.null_odds.values.values()) > 0,
        gold_normaliser=normaliser,
    )


def _row(observed: Observed, submission: Submission) -> ExampleRow:
    example, null_odds = observed.example, submission.null_odds
    best_text = submission.texts[example.id]
    best_score = score(example, best_text, observed.normaliser, measures=observed.score.measures)
    mistake = kind_of(observed)
    return ExampleRow(
        example=example,
        text=observed.text,
        span=None,
        null_margin=null_odds.values[example.id] if null_odds else None,
        score=observed.score,
        best_text=best_text,
        best_score=best_score,
        mistake=mistake,
        is_plausible=is_plausible(observed, mistake),
        causes=_explain(observed, best_score),
        question_is_cut=False,
        groups=groups_of(observed, text_traits()),
    )


def _explain(observed: Observed, best_score: ExampleScore) -> tuple[str, ...]:
    """The causes of a wrong answer that its text shows; none for a right one.

    The threshold is never the cause at an unanswerable question: how near it is cannot be said,
    since the unit of no-answer values is not known.
    """
    if observed.score.exact == 1:
        return ()
    claims = {
        GOLD_AMBIGUITY: are_golds_ambiguous(observed),
        # A right text that counts as wrong can only have been withheld.
        THRESHOLD: best_score.exact == 1,
    }
    return tuple(cause for cause, applies in claims.items() if applies)
