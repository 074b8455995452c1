"""A real model trimmed to real questions is smaller and answers them as before."""

from pathlib import Path

import pytest
import torch

from qareport.data.readers.squad_file import read_squad_file
from qareport.data.types import Example
from qareport.inference.answerer import Answerer, load_answerer
from tests.answering_builders import FLOAT32
from tests.shared_data import DEV_SAMPLE, MODEL, needs_shared
from trainer.starting.pretrained import load_pretrained
from trainer.starting.vocabulary import Size, trim_vocabulary

ANSWERED = 30

pytestmark = [pytest.mark.slow, needs_shared]


def answers(answerer: Answerer, examples: tuple[Example, ...]) -> list[tuple[str, str, float]]:
    """Id, text and null margin of each answer."""
    return [
        (each.example_id, each.text, each.null_margin)
        for chunk in answerer.answer_all(examples)
        for each in chunk.predictions
    ]


def test_a_quarter_of_the_tokens_answers_the_same(tmp_path: Path) -> None:
    examples = read_squad_file(DEV_SAMPLE).examples
    texts = [text for each in examples for text in (each.context, each.question.lstrip())]
    teacher = load_pretrained(str(MODEL), torch.Generator())

    student = trim_vocabulary(teacher.model, teacher.tokenizer, texts)
    student.model.save_pretrained(tmp_path)
    student.tokenizer.save_pretrained(tmp_path)

    assert teacher.fresh == ()
    assert (student.before, student.after) == (Size(30_522, 22_566_146), Size(7_429, 13_698_434))
    asked = examples[:: len(examples) // ANSWERED]
    before = answers(load_answerer(str(MODEL), engine=FLOAT32), asked)
    assert answers(load_answerer(str(tmp_path), engine=FLOAT32), asked) == before
