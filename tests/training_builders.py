"""Writes recipes and data for tests, and runs them."""

import json
from collections.abc import Sequence
from pathlib import Path

from tests.tiny_models import build_tiny_model
from trainer.read_recipe import read_recipe
from trainer.run_folder import RunFolder
from trainer.training import FinishedRun, train

PASSAGES = (
    ("The river runs from the hills to the sea.", "Where does the river run to?", "the sea"),
    ("The mill was built by a baker in the old town.", "Who built the mill?", "a baker"),
    ("Snow fell on the hills for nine days.", "How long did snow fall?", "nine days"),
    ("The baker sold bread to the town.", "What did the baker sell?", "bread"),
)
"""Context, question and answer of each example."""


def write_examples(path: Path, passages: Sequence[tuple[str, str, str]] = PASSAGES) -> Path:
    """A SQuAD file with an article for each passage; every question is asked without answer too."""
    articles = [
        {
            "title": f"{path.stem} {number}",
            "paragraphs": [
                {
                    "context": context,
                    "qas": [
                        {
                            "id": f"{path.stem}-{number}",
                            "question": question,
                            "answers": [{"text": answer, "answer_start": context.index(answer)}],
                        },
                        {
                            "id": f"{path.stem}-{number}-none",
                            "question": "Who painted the bridge?",
                            "answers": [],
                        },
                    ],
                }
            ],
        }
        for number, (context, question, answer) in enumerate(passages)
    ]
    path.write_text(json.dumps({"version": "v2.0", "data": articles}), encoding="utf-8")
    return path


def write_recipe(folder: Path, *, family: str = "bert", more: str = "") -> Path:
    """A recipe that distils the last layer of a tiny teacher in a few updates, and its files."""
    teacher = build_tiny_model(family, folder / "tiny-teacher", seed=1)
    learnt = write_examples(folder / "learnt.json")
    asked = write_examples(folder / "asked.json", PASSAGES[::-1])
    path = folder / "recipe.toml"
    path.write_text(
        f"""
purpose = "a test"
data = {{ train = [{{ source = "{learnt}" }}], evaluation = {{ source = "{asked}" }} }}
windows = {{ max_seq_length = 64, doc_stride = 8 }}
teacher = {{ model = "{teacher}" }}
student = {{ layers = [1] }}

[distillation]
temperature = 2.0
training = {{ epochs = 3, batch_size = 2, learning_rate = 1e-3, save_every = 2 }}
{more}""",
        encoding="utf-8",
    )
    return path


def ignore(_step: str, _done: int, _of: int) -> None:
    """Watches nothing."""


def run_recipe(recipe: Path, output: Path, *changes: str) -> FinishedRun:
    """What comes of the recipe with these changes."""
    outcome = train(
        read_recipe(str(recipe), changes),
        RunFolder(output),
        name=recipe.stem,
        command=("qareport", "train"),
        watch=ignore,
    )
    assert outcome is not None
    return outcome
