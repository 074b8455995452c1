"""Answers to real German and Chinese questions stand where their spans say."""

import pytest

from qareport.answering.answerer import load_answerer
from qareport.reading.squad_file import read_squad_file
from tests.answering_builders import FLOAT32
from tests.shared_data import MODEL, SHARED, needs_shared

COUNT = 100

pytestmark = [pytest.mark.slow, needs_shared]


@pytest.mark.parametrize("language", ["de", "zh"])
def test_every_text_stands_at_its_span(language: str) -> None:
    examples = read_squad_file(SHARED / f"data/xquad/xquad.{language}.json").examples[:COUNT]
    answerer = load_answerer(str(MODEL), engine=FLOAT32)

    (chunk,) = answerer.answer_all(examples)

    assert len(chunk.predictions) == COUNT
    for example, prediction in zip(examples, chunk.predictions, strict=True):
        for answer in (prediction, *prediction.n_best):
            span = answer.span
            cut = "" if span is None else example.context[span.start : span.end]
            assert answer.text == cut
