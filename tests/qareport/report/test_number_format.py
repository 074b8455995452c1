"""What is measured becomes the words that people read."""

from dataclasses import replace

import pytest

from qareport.report.number_format import model_label
from tests.answering_builders import evaluation


@pytest.mark.parametrize(
    ("name", "revision", "label"),
    [
        ("someone/ships", "a1b2", "someone/ships"),
        ("models/ships", None, "ships"),
        ("models/my-model", None, "my-model"),
        ("runs/ships/model", None, "ships/model"),
        ("runs/ships/teacher-model", None, "ships/teacher-model"),
        ("model", None, "model"),
    ],
)
def test_models_are_called_as_people_know_them(name: str, revision: str | None, label: str) -> None:
    model = replace(evaluation().model, name=name, revision=revision)

    assert model_label(model) == label
