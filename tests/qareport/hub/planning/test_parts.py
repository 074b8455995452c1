"""Tests which files belong to a publication, and why others are left out."""

from pathlib import PurePosixPath

import pytest

from qareport.hub.planning.parts import PublicationPart, part_of, reason_left_out, reason_skipped


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("config.json", PublicationPart.MODEL),
        ("model-00001-of-00002.safetensors", PublicationPart.MODEL),
        ("model.safetensors.index.json", PublicationPart.MODEL),
        ("tokenizer.json", PublicationPart.TOKENIZER),
        ("sentencepiece.bpe.model", PublicationPart.TOKENIZER),
        ("README.md", PublicationPart.CARD),
        ("training.json", PublicationPart.FACTS),
        ("LICENSE", PublicationPart.LICENCE),
        ("charts/scores.svg", PublicationPart.CHARTS),
        (".eval_results/squad_v2.yaml", PublicationPart.RESULTS),
        ("model/config.json", None),
        ("eval/charts/scores.svg", None),
        ("charts/notes.txt", None),
        ("charts/old/scores.svg", None),
        (".eval_results/notes.txt", None),
        ("evaluation.json", None),
        ("notes.txt", None),
        ("README.MD", None),
    ],
)
def test_a_path_is_a_part_by_its_name_and_place(path: str, part: PublicationPart | None) -> None:
    assert part_of(PurePosixPath(path), in_record=False) is part


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("eval/evaluation.json", PublicationPart.RECORD),
        ("eval/squad/null_odds.json", PublicationPart.RECORD),
        ("candidates.parquet", PublicationPart.RECORD),
        ("eval/examples.parquet", PublicationPart.PASSAGES),
        ("nbest_predictions.json", PublicationPart.PASSAGES),
        ("report.html", PublicationPart.PASSAGES),
        ("eval/report.html", PublicationPart.PASSAGES),
        ("eval/config.json", None),
    ],
)
def test_files_beside_an_evaluation_belong_to_its_record(
    path: str, part: PublicationPart | None
) -> None:
    assert part_of(PurePosixPath(path), in_record=True) is part


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("optimizer.pt", "the state of a training run"),
        ("training_args.bin", "the state of a training run"),
        ("pytorch_model.bin", "a pickle, which can run code when it is opened"),
        ("old/model.pt", "a pickle, which can run code when it is opened"),
        (".gitattributes", "hidden"),
        ("student/model.safetensors", "of a model below the folder; push that folder by itself"),
        ("modeling.py", "not among the names that push knows"),
    ],
)
def test_what_stays_has_a_reason(path: str, reason: str) -> None:
    assert reason_left_out(PurePosixPath(path)) == reason


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("work", "of no use after the training run"),
        ("checkpoint-500", "checkpoints of a training run"),
        (".git", "hidden"),
        ("eval/.cache", "hidden"),
        ("eval/.eval_results", "hidden"),
        (".eval_results", None),
        ("eval", None),
    ],
)
def test_some_folders_are_not_looked_into(path: str, reason: str | None) -> None:
    assert reason_skipped(PurePosixPath(path)) == reason
