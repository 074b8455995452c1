"""Collects all that led to each answer, for causes and ceilings to look into."""

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

from qareport.analysis.examples.observed import Observed
from qareport.analysis.examples.reach import Reach, find_reach
from qareport.data.types import Answer, ExampleScore, NBest, Prediction
from qareport.inference.options import AnsweringOptions
from qareport.metrics.squad import has_exact_match, score

Judge = Callable[[Observed, Answer], ExampleScore]
"""Scores an answer to an observed example."""
NO_ANSWER = Answer(text="", span=None, start_logit=-math.inf, end_logit=-math.inf)


@dataclass(frozen=True)
class Case:
    """An answer made by this tool, with everything that led to it."""

    observed: Observed
    prediction: Prediction
    options: AnsweringOptions
    question_is_cut: bool
    judge_by: Judge | None = None
    """None where answers are scored by their texts, with the observed normaliser and measures."""

    def judge(self, answer: Answer) -> ExampleScore:
        """The score that this answer would have had."""
        observed = self.observed
        if self.judge_by:
            return self.judge_by(observed, answer)
        measures = observed.score.measures
        return score(observed.example, answer.text, observed.normaliser, measures=measures)

    def has_exact_match(self, answers: NBest) -> bool:
        """Whether any of these answers would have had exact match 1."""
        if self.judge_by:
            return any(self.judge(answer).exact == 1 for answer in answers)
        return has_exact_match(self.observed.example, answers.texts, self.observed.normaliser)

    @cached_property
    def reach(self) -> Reach | None:
        """Which spans of tokens spell a gold answer; None for examples without an answer."""
        # Without a gold answer nothing has to be spelled, and the search would find any comma.
        observed = self.observed
        if not observed.example.has_answer:
            return None
        return find_reach(observed.example, observed.windows, observed.normaliser)

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
    judge_by: Judge | None = None,
) -> tuple[Case, ...]:
    """A case for each example, in order.

    `cut_questions` are the ids of the examples whose question was not asked whole.
    """
    return tuple(
        Case(
            observed,
            prediction,
            options,
            question_is_cut=observed.example.id in cut_questions,
            judge_by=judge_by,
        )
        for observed, prediction in zip(observations, predictions, strict=True)
    )
