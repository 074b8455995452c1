"""Answers to real German and Chinese questions stand where their spans say."""

import pytest

from qareport.data.readers.squad_file import read_squad_file
from qareport.data.types import CharSpan
from qareport.inference.answerer import load_answerer
from tests.answering_builders import FLOAT32
from tests.shared_data import MODEL, SHARED, needs_shared

COUNT = 30

pytestmark = [pytest.mark.slow, needs_shared]


def cut_out(span: CharSpan | None, context: str) -> str:
    """What a context holds at a span."""
    return "" if span is None else context[span.start : span.end]


@pytest.mark.parametrize("language", ["de", "zh"])
def test_every_text_stands_at_its_span(language: str) -> None:
    examples = read_squad_file(SHARED / f"data/xquad/xquad.{language}.json").examples[:COUNT]
    answerer = load_answerer(str(MODEL), engine=FLOAT32)

    predictions = [each for chunk in answerer.answer_all(examples) for each in chunk.predictions]

    assert len(predictions) == COUNT
    for example, prediction in zip(examples, predictions, strict=True):
        assert prediction.text == cut_out(prediction.span, example.context)
        for answer in prediction.n_best:
            assert answer.text == cut_out(answer.span, example.context)
