"""Scores a model on development data while it is being trained."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from transformers import PreTrainedModel, PreTrainedTokenizerFast

from qareport.data.types import Example, Totals
from qareport.inference.answerer import Answerer
from qareport.inference.loading.models import identify, wrap_model
from qareport.inference.options import AnsweringOptions, EngineOptions
from qareport.metrics.squad import score
from qareport.metrics.totals import total


@dataclass(frozen=True, slots=True)
class LiveScores:
    """Answers the development questions with the model as it is now, and scores the answers."""

    tokenizer: PreTrainedTokenizerFast
    examples: Sequence[Example]
    options: AnsweringOptions = field(default_factory=AnsweringOptions)
    engine: EngineOptions = field(default_factory=EngineOptions)
    """How batches are made; the model stays on its device."""

    def __call__(self, model: PreTrainedModel) -> Totals:
        """Exact match and F1; the model is as it was afterwards.

        Raises:
            ModelError: its logits are not finite.
        """
        was_training = model.training
        identity = identify(model, self.tokenizer, name=type(model).__name__)
        live = wrap_model(model, self.tokenizer, identity=identity, options=self.engine)
        try:
            scores = [
                score(example, prediction.text)
                for chunk in Answerer(live, self.options).answer_all(self.examples)
                for example, prediction in zip(chunk.examples, chunk.predictions, strict=True)
            ]
        finally:
            # Haystack never went back, so its dropout was off after the first evaluation.
            model.train(was_training)
        return total(scores)
