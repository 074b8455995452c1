"""Totals token-level scores, and explains how they differ from the official ones."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from qareport.data.percent import in_percent
from qareport.data.types import Answer, Example, ExampleScore, Prediction, Totals
from qareport.evaluation.haystack.protocol import PROTOCOL
from qareport.evaluation.haystack.token_level import TokenAnswer, TokenScore
from qareport.inference.n_best import insert_null, list_answers, share_probability
from qareport.metrics.totals import total


@dataclass(frozen=True, slots=True)
class TokenTotals:
    """Mean scores of the examples that are not dropped, and counts of special cases."""

    totals: Totals | None
    """None if every example is dropped."""
    dropped: int
    """Examples with a gold answer that is not at its offset."""
    out_of_windows: int
    """Examples whose gold answers lie in no window, which count as unanswerable."""
    spared: int
    """Examples whose F1 would be 1 in Haystack, which compares only starts at token 0."""


def total_token_level(examples: Sequence[Example], scores: Sequence[TokenScore]) -> TokenTotals:
    """Totals of the scores of these examples."""
    kept = [each.score for each in scores if each.score]
    return TokenTotals(
        totals=total(kept) if kept else None,
        dropped=len(scores) - len(kept),
        out_of_windows=sum(
            example.has_answer and each.score is not None and not each.golds
            for example, each in zip(examples, scores, strict=True)
        ),
        spared=sum(_is_spared(each) for each in scores),
    )


def haystack_report(totals: Totals) -> dict[str, int | float]:
    """Scores in percent under Haystack's keys; a kind without examples has no keys."""
    kinds = {"text_answer": totals.has_answer, "no_answer": totals.no_answer}
    report: dict[str, int | float] = {
        "EM": in_percent(totals.overall.exact),
        "f1": in_percent(totals.overall.f1),
    }
    for kind, of_kind in kinds.items():
        if of_kind:
            report[f"EM_{kind}"] = in_percent(of_kind.exact)
            report[f"f1_{kind}"] = in_percent(of_kind.f1)
            report[f"Total_{kind}"] = of_kind.n
    return report


def explain_difference(
    scores: Sequence[TokenScore],
    predictions: Sequence[Prediction],
    official_scores: Sequence[ExampleScore],
) -> str:
    """One line on where and why the two protocols differ in exact match."""
    causes = Counter(
        _cause(each.answer, prediction)
        for each, prediction, official in zip(scores, predictions, official_scores, strict=True)
        if each.score and each.score.exact != official.exact
    )
    return (
        f"{PROTOCOL} and official differ in exact match on {causes.total()} of {len(scores)} "
        f"questions: {causes['abstention']} where one of them abstains ({PROTOCOL} compares null "
        "with spans of any length, within each window, and abstains at a tie), "
        f"{causes['answer']} with another answer, {causes['judgement']} with the same answer "
        "(token positions forgive no article or punctuation mark); the windows share doc_stride "
        "tokens, where Haystack starts one every doc_stride tokens"
    )


def as_prediction(example_id: str, answer: TokenAnswer) -> Prediction:
    """The answer with its n-best list: the best span of each window, and null."""
    n_best = insert_null(list_answers([choice.answer for choice in answer.choices]), answer.null)
    return Prediction(
        example_id=example_id,
        text=answer.text,
        span=answer.choices[0].answer.span if answer.span else None,
        null_margin=answer.null_margin,
        n_best=n_best,
        probabilities=share_probability(n_best),
    )


def judge(scored: TokenScore, example_id: str, answer: Answer) -> ExampleScore:
    """The score that another entry of the n-best list would have had."""
    spans = {choice.answer: choice.span for choice in scored.answer.choices}
    return scored.judge(example_id, spans.get(answer))


def _is_spared(scored: TokenScore) -> bool:
    """Whether Haystack's rule for token 0 would raise the F1: it then compares only starts."""
    span = scored.answer.span
    if scored.score is None or span is None or span.first or scored.score.exact:
        return False
    return any(not gold.first and 0 in (gold.last, span.last) for gold in scored.golds)


def _cause(answer: TokenAnswer, prediction: Prediction) -> str:
    """Why the protocols differ on an example."""
    if (answer.span is None) != (prediction.span is None):
        return "abstention"
    return "judgement" if answer.text == prediction.text else "answer"
