"""Summarises cases as rows, which stay when windows and n-best lists are gone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qareport.analysis.examples.breakdown import Breakdown, break_down
from qareport.analysis.examples.cases import NO_ANSWER, Case, open_cases
from qareport.analysis.examples.causes import CAUSES, explain
from qareport.analysis.examples.mistakes import is_plausible, kind_of
from qareport.analysis.examples.observed import Observed, observe_predictions
from qareport.analysis.examples.traits import TRAITS, stated_groups
from qareport.data.types import CharSpan, Example, ExampleScore
from qareport.inference.chunks import AnsweredChunk
from qareport.metrics.measures import OFFICIAL, Scoring
from qareport.metrics.normalisers import Normaliser, normaliser_named
from qareport.metrics.squad import score


@dataclass(frozen=True, slots=True)
class ExampleRow:
    """An example with its answer, scores, mistake and groups."""

    example: Example
    text: str
    """What was answered in the end; empty for "no answer"."""
    span: CharSpan | None
    null_margin: float | None
    """The null rule says when it was too high to answer; in logits, unless the prediction was made
    elsewhere. None where only texts are known."""
    score: ExampleScore
    """Of `text`."""
    best_text: str
    """The best span, whether it was withheld or not."""
    best_score: ExampleScore
    """Of `best_text`."""
    mistake: str
    is_plausible: bool
    """Whether this is a false answer that overlaps a plausible one."""
    causes: tuple[str, ...]
    """Empty for a right answer."""
    question_is_cut: bool
    """Whether the question is known not to have been asked whole."""
    groups: Mapping[str, str | None]
    """The example's group by trait; None where the trait does not apply to it."""


@dataclass(frozen=True, slots=True)
class DroppedRow:
    """The answer to an example that its protocol does not score."""

    example: Example
    text: str
    span: CharSpan | None
    null_margin: float
    question_is_cut: bool


Row = ExampleRow | DroppedRow


@dataclass(frozen=True, slots=True)
class Scope:
    """What can be found out about rows, which depends on where their answers were made."""

    causes: tuple[str, ...] = tuple(CAUSES)
    has_logits: bool = True
    """Whether null margins are differences of logits, of which a temperature makes
    probabilities."""
    gold_normaliser: Normaliser | None = None
    """How gold answers are compared with each other as the answers were with them; None where
    their texts are not there, or answers were not scored by texts."""


def summarise(case: Case) -> ExampleRow:
    """The row of a case."""
    observed, best = case.observed, case.best_answer or NO_ANSWER
    mistake = kind_of(observed)
    is_answered = (best.text, best.span) == (observed.text, observed.span)
    return ExampleRow(
        example=observed.example,
        text=observed.text,
        span=observed.span,
        null_margin=case.prediction.null_margin,
        score=observed.score,
        best_text=best.text,
        best_score=observed.score if is_answered else case.judge(best),
        mistake=mistake,
        is_plausible=is_plausible(observed, mistake),
        causes=explain(case),
        question_is_cut=case.question_is_cut,
        groups=groups_of(observed, tuple(TRAITS)),
    )


def drop(case: Case) -> DroppedRow:
    """The row of a case that is not scored."""
    return DroppedRow(
        example=case.observed.example,
        text=case.observed.text,
        span=case.observed.span,
        null_margin=case.prediction.null_margin,
        question_is_cut=case.question_is_cut,
    )


def summarise_chunk(chunk: AnsweredChunk, scoring: Scoring = OFFICIAL) -> tuple[ExampleRow, ...]:
    """The rows of all examples of a chunk."""
    rules, measures = normaliser_named(scoring.normaliser), scoring.all_measures
    observed = observe_predictions(
        chunk.examples,
        chunk.predictions,
        [
            score(example, prediction.text, rules, measures=measures)
            for example, prediction in zip(chunk.examples, chunk.predictions, strict=True)
        ],
        candidates=chunk.candidates,
        normaliser=rules,
    )
    cases = open_cases(
        observed, chunk.predictions, options=chunk.options, cut_questions=chunk.cut_questions
    )
    return tuple(summarise(case) for case in cases)


def groups_of(observed: Observed, traits: Sequence[str]) -> dict[str, str | None]:
    """The example's group by each of the traits."""
    return {name: TRAITS[name].group_of(observed) for name in traits}


def traits_of(rows: Sequence[ExampleRow]) -> tuple[str, ...]:
    """The traits that the rows were grouped by: those of the table in its order, then others."""
    found = {name: None for row in rows for name in row.groups}
    return (
        *(name for name in TRAITS if name in found),
        *(name for name in found if name not in TRAITS),
    )


def break_down_rows(rows: Sequence[ExampleRow]) -> dict[str, Breakdown]:
    """The groups of the rows, by trait."""
    return {
        name: break_down([row.groups.get(name) for row in rows], order=stated_groups(name))
        for name in traits_of(rows)
    }
