"""Names of faults to folders of checkpoints that have them, each to be refused."""

import json
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from transformers import (
    BertForMaskedLM,
    BertForSequenceClassification,
    BertModel,
    GPT2Config,
    GPT2ForQuestionAnswering,
    PreTrainedModel,
    PreTrainedTokenizerFast,
)

from tests.tiny_models import (
    FAMILIES,
    PADDING,
    build_tiny_model,
    byte_pair_tokenizer,
    tiny_config,
)


def _build_other_head(model_class: type[PreTrainedModel], folder: Path) -> Path:
    """A BERT with its tokenizer, but without a question-answering head."""
    tokenizer = FAMILIES["bert"].tokenizer()
    model_class(tiny_config("bert", tokenizer)).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def _build_nan_weights(folder: Path) -> Path:
    """A model with one weight of its head that is not a number."""
    path = build_tiny_model("bert", folder) / "model.safetensors"
    weights = load_file(path)
    weights["qa_outputs.weight"][0, 0] = torch.nan
    save_file(weights, path, metadata={"format": "pt"})
    return folder


def _build_large_vocabulary(folder: Path) -> Path:
    """A model whose tokenizer has one token more than there are embeddings."""
    build_tiny_model("bert", folder)
    tokenizer = FAMILIES["bert"].tokenizer()
    tokenizer.add_tokens("Rollo")
    tokenizer.save_pretrained(folder)
    return folder


def _build_pickled_weights(folder: Path) -> Path:
    """A model whose weights are pickled."""
    path = build_tiny_model("bert", folder) / "model.safetensors"
    torch.save(load_file(path), folder / "pytorch_model.bin")
    path.unlink()
    return folder


def _build_without_tokenizer(folder: Path) -> Path:
    """A model without the files of a tokenizer."""
    for path in build_tiny_model("bert", folder).glob("tokenizer*"):
        path.unlink()
    return folder


def _build_without_null_token(folder: Path) -> Path:
    """A GPT-2 whose tokenizer has no token at the start that could stand for "no answer"."""
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=byte_pair_tokenizer([PADDING]), pad_token=PADDING
    )
    config = GPT2Config(vocab_size=len(tokenizer), n_embd=32, n_layer=2, n_head=2)
    GPT2ForQuestionAnswering(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def _build_remote_code(folder: Path) -> Path:
    """A model of an unknown type, with Python files of its own that stop whoever runs them."""
    config_path = build_tiny_model("bert", folder) / "config.json"
    config = json.loads(config_path.read_text())
    config["model_type"] = "tiny-remote"
    config["auto_map"] = {
        "AutoConfig": "configuration_tiny.TinyConfig",
        "AutoModelForQuestionAnswering": "modeling_tiny.TinyForQuestionAnswering",
    }
    config_path.write_text(json.dumps(config))
    for name in ("configuration_tiny.py", "modeling_tiny.py"):
        (folder / name).write_text("raise RuntimeError('remote code ran')\n")
    return folder


BAD_CHECKPOINTS: Mapping[str, Callable[[Path], Path]] = {
    "encoder without a head": partial(_build_other_head, BertModel),
    "masked language model": partial(_build_other_head, BertForMaskedLM),
    "sequence classifier": partial(_build_other_head, BertForSequenceClassification),
    "weights not a number": _build_nan_weights,
    "vocabulary larger than the embeddings": _build_large_vocabulary,
    "pickled weights": _build_pickled_weights,
    "no tokenizer": _build_without_tokenizer,
    "no null token": _build_without_null_token,
    "remote code": _build_remote_code,
}
