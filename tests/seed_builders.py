"""Writes records of models of one training with several seeds."""

from dataclasses import replace
from pathlib import Path

from qareport.evaluation.evaluation_json import read_evaluation, write_evaluation
from qareport.evaluation.record.writer import EVALUATION
from tests.builders import example
from tests.row_builders import row, write_record

ASKED = tuple(
    example(f"q{number}", context="owl", golds=("owl",), title=f"t{number}") for number in range(8)
)
"""Questions of eight articles."""


def write_seed(
    folder: Path, *, right: int, weights: str, seed: int | None = None, parameters: int = 1
) -> Path:
    """The folder, with the record of a model that has the first questions right."""
    texts = ["owl" if index < right else "" for index in range(len(ASKED))]
    write_record(folder, *(row(asked, text) for asked, text in zip(ASKED, texts, strict=True)))
    path = folder / EVALUATION
    evaluation = read_evaluation(path)
    model = replace(
        evaluation.model, weights_sha256=weights, training_seed=seed, parameters=parameters
    )
    write_evaluation(replace(evaluation, model=model), path)
    return folder


def write_three_seeds(folder: Path) -> tuple[Path, Path, Path]:
    """Records of three seeds that have 4, 5 and 6 of 8 questions right."""
    first, second, third = (
        write_seed(folder / f"seed-{seed}", right=right, weights=f"w{seed}", seed=seed)
        for seed, right in ((1, 4), (2, 5), (3, 6))
    )
    return first, second, third
