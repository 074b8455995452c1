"""Sorts files by their names into parts of a publication, or says why they are left out."""

from collections.abc import Mapping
from enum import Enum
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from qareport.cards.text.card_text import CARD_FILE
from qareport.evaluation.training_json import FACTS_FILE

RESULTS_FOLDER = ".eval_results"
RECORD_HEAD = "evaluation.json"


class PublicationPart(Enum):
    """A part of what is published; the value is its name for people."""

    MODEL = "model"
    TOKENIZER = "tokenizer"
    CARD = "card"
    CHARTS = "charts"
    RECORD = "record"
    PASSAGES = "passages of the data set"
    FACTS = "facts"
    RESULTS = "evaluation results"
    LICENCE = "licence"


ROOT_NAMES: Mapping[PublicationPart, tuple[str, ...]] = {
    PublicationPart.MODEL: (
        "config.json",
        "generation_config.json",
        "*.safetensors",
        "*.safetensors.index.json",
    ),
    PublicationPart.TOKENIZER: (
        "tokenizer.json",
        "tokenizer_config.json",
        "special_tokens_map.json",
        "added_tokens.json",
        "vocab.txt",
        "vocab.json",
        "merges.txt",
        "spiece.model",
        "spm.model",
        "sentencepiece.bpe.model",
        "tokenizer.model",
    ),
    PublicationPart.CARD: (CARD_FILE,),
    PublicationPart.FACTS: (
        "card.toml",
        "card.json",
        FACTS_FILE,
        "recipe.json",
        "comparison.json",
    ),
    PublicationPart.PASSAGES: ("report.html",),
    PublicationPart.LICENCE: ("LICENSE", "LICENSE.md", "LICENSE.txt"),
}
RECORD_NAMES: Mapping[PublicationPart, tuple[str, ...]] = {
    PublicationPart.RECORD: (
        RECORD_HEAD,
        "predictions.json",
        "null_odds.json",
        "candidates.parquet",
    ),
    PublicationPart.PASSAGES: ("nbest_predictions.json", "examples.parquet", "report.html"),
}
FOLDER_NAMES: Mapping[PublicationPart, tuple[str, ...]] = {
    PublicationPart.CHARTS: ("charts/*.svg", "charts/*.png"),
    PublicationPart.RESULTS: (f"{RESULTS_FOLDER}/*.yaml",),
}
MODEL_ELSEWHERE = "of a model below the folder; push that folder by itself"
LEFT_OUT: tuple[tuple[str, str], ...] = (
    ("optimizer.*", "the state of a training run"),
    ("scheduler.*", "the state of a training run"),
    ("rng_state*", "the state of a training run"),
    ("trainer_state.json", "the state of a training run"),
    ("training_args.bin", "the state of a training run"),
    ("*.bin", "a pickle, which can run code when it is opened"),
    ("*.pt", "a pickle, which can run code when it is opened"),
    ("*.pth", "a pickle, which can run code when it is opened"),
    ("*.ckpt", "a pickle, which can run code when it is opened"),
    ("*.pkl", "a pickle, which can run code when it is opened"),
    ("*.pickle", "a pickle, which can run code when it is opened"),
)
UNKNOWN = "not among the names that push knows"
SKIPPED_FOLDERS: tuple[tuple[str, str], ...] = (
    (".*", "hidden"),
    ("checkpoint-*", "checkpoints of a training run"),
    ("work", "of no use after the training run"),
    ("__pycache__", "made by Python"),
)


def part_of(path: PurePosixPath, *, in_record: bool) -> PublicationPart | None:
    """The part that a file belongs to, by its path; None if it is left out.

    Args:
        path: the one of the file, relative to the folder.
        in_record: whether an evaluation.json is in the same folder.
    """
    for part, patterns in FOLDER_NAMES.items():
        if _is_any(str(path), patterns) and path.parent.name in {"charts", RESULTS_FOLDER}:
            return part
    if in_record:
        for part, names in RECORD_NAMES.items():
            if path.name in names:
                return part
    return _root_part(path.name) if len(path.parts) == 1 else None


def is_of_model(name: str) -> bool:
    """Whether a file of this name is one of a model or its tokenizer."""
    return _root_part(name) in {PublicationPart.MODEL, PublicationPart.TOKENIZER}


def reason_left_out(path: PurePosixPath) -> str:
    """Why a file that belongs to no part is left out."""
    if path.name.startswith("."):
        return "hidden"
    for pattern, reason in LEFT_OUT:
        if fnmatchcase(path.name, pattern):
            return reason
    return MODEL_ELSEWHERE if is_of_model(path.name) else UNKNOWN


def reason_skipped(path: PurePosixPath) -> str | None:
    """Why a folder is skipped; None if it is not."""
    if str(path) == RESULTS_FOLDER:
        return None
    reasons = (reason for pattern, reason in SKIPPED_FOLDERS if fnmatchcase(path.name, pattern))
    return next(reasons, None)


def _root_part(name: str) -> PublicationPart | None:
    parts = (part for part, patterns in ROOT_NAMES.items() if _is_any(name, patterns))
    return next(parts, None)


def _is_any(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)
