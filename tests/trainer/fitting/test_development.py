"""Scores while training are those of the evaluation, and change nothing about the training."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from qareport.evaluation.training_json import StageFacts
from qareport.inference.answerer import load_answerer
from qareport.inference.options import AnsweringOptions
from qareport.metrics.squad import score_all
from qareport.metrics.totals import total
from tests.answering_builders import FLOAT32
from tests.builders import example
from tests.fitting_builders import (
    changed,
    fit_quietly,
    plain_fitting,
    same_weights,
    tiny_model,
    training_windows,
    weights_of,
)
from tests.tiny_models import FAMILIES, SENTENCES
from trainer.fitting.development import LiveScores

EXAMPLES = tuple(
    example(str(number), question, context=context, golds=golds)
    for number, (question, context, golds) in enumerate(
        [
            ("Where is Normandy?", SENTENCES[0], ("a region in France",)),
            ("Who were they?", SENTENCES[2], ()),
            ("Wo liegt die Straße?", SENTENCES[3], ("in Köln",)),
        ]
    )
)
OPTIONS = AnsweringOptions(max_seq_length=64, doc_stride=16)
SCORES = LiveScores(FAMILIES["bert"].tokenizer(), EXAMPLES, OPTIONS, FLOAT32)


def test_live_model_has_the_scores_of_the_saved_one(tmp_path: Path) -> None:
    model = tiny_model()
    model.save_pretrained(tmp_path)
    SCORES.tokenizer.save_pretrained(tmp_path)

    live = SCORES(model)

    answerer = load_answerer(str(tmp_path), OPTIONS, engine=FLOAT32)
    texts = {
        prediction.example_id: prediction.text
        for chunk in answerer.answer_all(EXAMPLES)
        for prediction in chunk.predictions
    }
    assert live == total(score_all(EXAMPLES, texts))


# Haystack's model stayed in eval mode after its first evaluation.
@pytest.mark.parametrize("is_training", [True, False])
def test_model_is_in_the_mode_that_it_was_in(*, is_training: bool) -> None:
    model = tiny_model().train(is_training)

    SCORES(model)

    assert model.training is is_training


def test_scores_do_not_change_what_is_learnt(tmp_path: Path) -> None:
    def fit_model(
        name: str, evaluate_every: int | None
    ) -> tuple[StageFacts, dict[str, torch.Tensor]]:
        model = tiny_model(dropout=0.2)
        training = changed(head_dropout=0.1, evaluate_every=evaluate_every)
        fitting = replace(plain_fitting(training), score=SCORES)
        facts = fit_quietly(model, training_windows(10), fitting, tmp_path / name)
        return facts, weights_of(model)

    scored, weights = fit_model("scored", 2)
    unscored, same = fit_model("unscored", None)

    assert [point.update for point in scored.development] == [2, 4, 6]
    assert unscored.development == ()
    assert scored.loss_curve == unscored.loss_curve
    assert same_weights(weights, same)
