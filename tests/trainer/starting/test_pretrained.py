"""A student takes its body from the checkpoint and draws what its QA head lacks."""

import re
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import (
    AutoModel,
    AutoModelForMaskedLM,
    AutoModelForSequenceClassification,
)

from qareport.errors import ModelError
from tests.bad_checkpoints import BAD_CHECKPOINTS
from tests.tiny_models import FAMILIES, build_tiny_model, tiny_config
from trainer.starting.pretrained import PretrainedStudent, head_parameters, load_pretrained

QA_HEAD = ("qa_outputs.weight", "qa_outputs.bias")


def load(folder: Path, seed: int = 0) -> PretrainedStudent:
    """The student in a folder."""
    return load_pretrained(str(folder), torch.Generator().manual_seed(seed))


def build_encoder(family: str, folder: Path) -> Path:
    """A model of the family without any head, and its tokenizer."""
    tokenizer = FAMILIES[family].tokenizer()
    AutoModel.from_config(tiny_config(family, tokenizer)).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture
def encoder(tmp_path: Path) -> Path:
    """A BERT without a QA head."""
    return BAD_CHECKPOINTS["encoder without a head"](tmp_path)


@pytest.mark.parametrize("family", FAMILIES)
def test_an_encoder_of_every_family_gets_a_whole_head(family: str, tmp_path: Path) -> None:
    student = load(build_encoder(family, tmp_path))

    assert student.fresh
    assert student.fresh == tuple(head_parameters(student.model))


def test_the_body_comes_from_the_checkpoint(encoder: Path) -> None:
    stored = load_file(encoder / "model.safetensors")

    body = dict(load(encoder).model.base_model.named_parameters())

    assert body
    assert all(torch.equal(weight, stored[name]) for name, weight in body.items())


def test_a_fresh_head_has_small_weights_and_no_bias(encoder: Path) -> None:
    student = load(encoder)

    head = head_parameters(student.model)
    assert student.fresh == QA_HEAD
    assert 0.01 < head["qa_outputs.weight"].std() < 0.03
    assert not head["qa_outputs.bias"].any()


def test_a_fresh_norm_scales_by_one(tmp_path: Path) -> None:
    student = load(build_encoder("modernbert", tmp_path))

    scale = head_parameters(student.model)["head.norm.weight"]
    assert torch.equal(scale, torch.ones_like(scale))


def test_a_seed_decides_the_head(encoder: Path) -> None:
    heads = [head_parameters(load(encoder, seed).model)["qa_outputs.weight"] for seed in (1, 1, 2)]

    assert torch.equal(heads[0], heads[1])
    assert not torch.equal(heads[0], heads[2])


def test_the_callers_random_numbers_stay_where_they_were(encoder: Path) -> None:
    before = torch.get_rng_state()

    load(encoder)

    assert torch.equal(torch.get_rng_state(), before)


def test_a_question_answering_model_keeps_its_head(tmp_path: Path) -> None:
    stored = load_file(build_tiny_model("bert", tmp_path) / "model.safetensors")

    student = load(tmp_path)

    assert student.fresh == ()
    assert torch.equal(head_parameters(student.model)[QA_HEAD[0]], stored[QA_HEAD[0]])


def test_only_what_is_missing_of_a_head_is_drawn(tmp_path: Path) -> None:
    tokenizer = FAMILIES["modernbert"].tokenizer()
    model = AutoModelForMaskedLM.from_config(tiny_config("modernbert", tokenizer))
    model.save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)

    student = load(tmp_path)

    assert student.fresh == ("classifier.weight", "classifier.bias")


def test_a_classifier_of_three_labels_becomes_a_head_of_two_sides(tmp_path: Path) -> None:
    tokenizer = FAMILIES["bert"].tokenizer()
    config = tiny_config("bert", tokenizer)
    config.num_labels = 3
    AutoModelForSequenceClassification.from_config(config).save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)

    student = load(tmp_path)

    assert student.fresh == QA_HEAD
    assert head_parameters(student.model)["qa_outputs.weight"].shape[0] == 2


def test_loading_says_nothing(encoder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    load(encoder)

    assert capfd.readouterr() == ("", "")


def test_a_body_with_a_hole_is_refused(encoder: Path) -> None:
    path = encoder / "model.safetensors"
    weights = load_file(path)
    del weights["encoder.layer.1.output.dense.weight"]
    save_file(weights, path, metadata={"format": "pt"})

    with pytest.raises(ModelError) as caught:
        load(encoder)

    assert str(caught.value) == (
        f"{encoder}: the checkpoint has no fitting 'bert.encoder.layer.1.output.dense.weight', "
        "which is not in the QA head, so the student would start at random; "
        "name a whole pretrained model"
    )


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("pickled weights", "no safetensors weights"),
        ("no tokenizer", "no tokenizer files"),
        ("remote code", "its model needs code that comes with it"),
        ("vocabulary larger than the embeddings", "its tokenizer has"),
    ],
)
def test_what_evaluation_refuses_to_load_is_refused(
    fault: str, sentence: str, tmp_path: Path
) -> None:
    folder = BAD_CHECKPOINTS[fault](tmp_path)

    with pytest.raises(ModelError, match=f"^{re.escape(f'{folder}: {sentence}')}"):
        load(folder)
