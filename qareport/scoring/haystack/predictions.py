"""Token-level scores in, what they are in the terms of every other protocol out."""

from qareport.records import Answer, ExampleScore, Prediction
from qareport.scoring.decoding import place_null, share_probability
from qareport.scoring.haystack.token_level import TokenAnswer, TokenScore


def as_prediction(example_id: str, answer: TokenAnswer) -> Prediction:
    """The answer with its n-best list: the best span of each window, and null."""
    n_best = place_null([choice.answer for choice in answer.choices], answer.null)
    return Prediction(
        example_id=example_id,
        text=answer.text,
        span=answer.choices[0].answer.span if answer.span else None,
        null_margin=answer.null_margin,
        n_best=n_best,
        probabilities=share_probability(n_best),
    )


def judge(scored: TokenScore, example_id: str, answer: Answer) -> ExampleScore:
    """How good another entry of the n-best list would have been."""
    spans = {choice.answer: choice.span for choice in scored.answer.choices}
    return scored.judge(example_id, spans.get(answer))
