"""Collects all that led to each answer, for causes and ceilings to look into."""

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from qareport.analysis.examples.observed import Observed
from qareport.analysis.examples.reach import Reach, find_reach
from qareport.data.types import Answer, ExampleScore, Prediction
from qareport.inference.options import AnsweringOptions
from qareport.metrics.squad import score

Judge = Callable[[Observed, Answer], ExampleScore]
"""Scores an answer to an observed example."""
NO_ANSWER = Answer(text="", span=None, start_logit=-math.inf, end_logit=-math.inf)


def judge_text(observed: Observed, answer: Answer) -> ExampleScore:
    """The score of its text, by the normaliser and the measures of the observed answer."""
    return score(
        observed.example, answer.text, observed.normaliser, measures=observed.score.measures
    )


@dataclass(frozen=True, slots=True)
class Case:
    """An answer made by this tool, with everything that led to it."""

    observed: Observed
    prediction: Prediction
    options: AnsweringOptions
    reach: Reach | None
    """None for examples without an answer."""
    question_is_cut: bool
    judge_by: Judge = judge_text

    def judge(self, answer: Answer) -> ExampleScore:
        """The score that this answer would have had."""
        return self.judge_by(self.observed, answer)

    @property
    def best_answer(self) -> Answer | None:
        """The best span with text, whether it was withheld or not; None if there is none."""
        n_best = self.prediction.n_best
        rank = next((rank for rank, text in enumerate(n_best.texts) if text), None)
        return None if rank is None else n_best[rank]


def open_cases(
    observations: Sequence[Observed],
    predictions: Sequence[Prediction],
    *,
    options: AnsweringOptions,
    cut_questions: Collection[str],
    judge_by: Judge = judge_text,
) -> tuple[Case, ...]:
    """A case for each example, in order.

    `cut_questions` are the ids of the examples whose question was not asked whole.
    """
    return tuple(
        Case(
            observed,
            prediction,
            options,
            reach=_reach(observed),
            question_is_cut=observed.example.id in cut_questions,
            judge_by=judge_by,
        )
        for observed, prediction in zip(observations, predictions, strict=True)
    )


def _reach(observed: Observed) -> Reach | None:
    # Without a gold answer nothing has to be spelled, and the search would find any comma.
    if not observed.example.has_answer:
        return None
    return find_reach(observed.example, observed.windows, observed.normaliser)
