"""A student cut out of a teacher is the teacher with its other layers taken out."""

import copy
from pathlib import Path

import pytest
import torch
from torch import nn
from transformers import (
    AutoConfig,
    AutoModelForQuestionAnswering,
    PreTrainedModel,
)

from tests.starting_builders import random_model, span_logits, tiny_model
from tests.tiny_models import FAMILIES
from trainer.errors import PreflightError, RecipeError
from trainer.starting.layers import keep_layers, spread_layers

DEPTH = 6
LAYER_LISTS = {
    "bert": "bert.encoder.layer",
    "distilbert": "distilbert.transformer.layer",
    "electra": "electra.encoder.layer",
    "mobilebert": "mobilebert.encoder.layer",
    "mpnet": "mpnet.encoder.layer",
    "modernbert": "model.layers",
    "roberta": "roberta.encoder.layer",
    "xlm-roberta": "roberta.encoder.layer",
    "deberta-v2": "deberta.encoder.layer",
    "xlnet": "transformer.layer",
}
SMALL = {
    "vocab_size": 8,
    "hidden_size": 8,
    "num_attention_heads": 2,
    "intermediate_size": 8,
    "num_hidden_layers": 3,
}


def without_other_layers(
    teacher: PreTrainedModel, family: str, layers: tuple[int, ...]
) -> PreTrainedModel:
    """The teacher, some of its layers taken out by hand."""
    cut = copy.deepcopy(teacher)
    name, _, last = LAYER_LISTS[family].rpartition(".")
    kept = [cut.get_submodule(LAYER_LISTS[family]).get_submodule(str(layer)) for layer in layers]
    setattr(cut.get_submodule(name), last, nn.ModuleList(kept))
    return cut


def parameters(model: PreTrainedModel) -> dict[str, torch.Tensor]:
    """A copy of the model's weights."""
    return {name: weight.clone() for name, weight in model.state_dict().items()}


def test_every_family_is_cut_or_refused() -> None:
    assert {*LAYER_LISTS, "albert"} == FAMILIES.keys()


@pytest.mark.parametrize("family", LAYER_LISTS)
def test_a_student_of_all_layers_answers_as_the_teacher(family: str) -> None:
    teacher, tokenizer = tiny_model(family, layers=DEPTH), FAMILIES[family].tokenizer()

    student = keep_layers(teacher, range(DEPTH))

    assert torch.equal(span_logits(student, tokenizer), span_logits(teacher, tokenizer))


@pytest.mark.parametrize("family", LAYER_LISTS)
def test_a_student_answers_as_the_teacher_without_the_other_layers(family: str) -> None:
    layers = (0, 3, 5) if family == "modernbert" else (1, 3, 5)
    teacher, tokenizer = tiny_model(family, layers=DEPTH), FAMILIES[family].tokenizer()

    student = keep_layers(teacher, layers)

    expected = span_logits(without_other_layers(teacher, family, layers), tokenizer)
    assert student.config.num_hidden_layers == 3
    assert torch.equal(span_logits(student, tokenizer), expected)
    assert not torch.equal(expected, span_logits(teacher, tokenizer))


@pytest.mark.parametrize("family", LAYER_LISTS)
def test_a_saved_student_answers_the_same(family: str, tmp_path: Path) -> None:
    tokenizer = FAMILIES[family].tokenizer()
    student = keep_layers(tiny_model(family, layers=DEPTH), (0, 3))

    student.save_pretrained(tmp_path)
    loaded = AutoModelForQuestionAnswering.from_pretrained(tmp_path)

    assert torch.equal(span_logits(loaded, tokenizer), span_logits(student, tokenizer))


def test_training_the_student_leaves_the_teacher_alone() -> None:
    teacher = tiny_model("bert", layers=DEPTH)
    before, settings = parameters(teacher), teacher.config.to_dict()

    student = keep_layers(teacher, (1, 3, 5))
    with torch.no_grad():
        for parameter in student.parameters():
            parameter.add_(1)

    assert teacher.config.to_dict() == settings
    assert all(torch.equal(weight, before[name]) for name, weight in teacher.state_dict().items())


def test_a_student_keeps_mode_and_attention_of_the_teacher() -> None:
    teacher = tiny_model("bert").train()
    teacher.set_attn_implementation("eager")

    student = keep_layers(teacher, (1,))

    assert student.training
    # Other attention than eager gives none away.
    assert student(torch.tensor([[2, 3]]), output_attentions=True).attentions


def test_the_callers_random_numbers_stay_where_they_were() -> None:
    teacher = tiny_model("bert")
    before = torch.get_rng_state()

    keep_layers(teacher, (1,))

    assert torch.equal(torch.get_rng_state(), before)


def test_settings_of_a_layer_go_with_it() -> None:
    student = keep_layers(tiny_model("modernbert", layers=DEPTH), (0, 2, 3))

    assert student.config.layer_types == ["full_attention", "sliding_attention", "full_attention"]


def test_windows_of_longformer_go_with_their_layers() -> None:
    teacher = random_model(AutoConfig.for_model("longformer", attention_window=[2, 4, 8], **SMALL))

    student = keep_layers(teacher, (0, 2))

    assert student.config.attention_window == [2, 8]


def test_lists_within_layers_are_not_taken_for_the_layers() -> None:
    # Each layer of MobileBERT has three feed-forward networks beside its last one.
    student = keep_layers(tiny_model("mobilebert", layers=3), (1,))

    assert len(student.get_submodule("mobilebert.encoder.layer")) == 1  # type: ignore[arg-type]


def test_layers_that_share_their_weights_are_refused() -> None:
    with pytest.raises(PreflightError) as caught:
        keep_layers(tiny_model("albert"), (1,))

    assert str(caught.value) == (
        "AlbertForQuestionAnswering does not keep its 2 layers in one list (ALBERT's share their "
        "weights), so none can be taken out; start from a smaller pretrained model"
    )


def test_a_first_layer_unlike_the_others_must_stay_first() -> None:
    with pytest.raises(PreflightError) as caught:
        keep_layers(tiny_model("modernbert", layers=3), (1, 2))

    assert str(caught.value) == (
        "ModernBertForQuestionAnswering cannot be cut like this: its weight "
        "'model.layers.0.attn_norm.weight' does not fit the smaller model (ModernBERT's layer 0 "
        "must stay the first); cut it elsewhere, or start from a smaller pretrained model"
    )


def test_a_layer_that_works_by_its_index_is_refused() -> None:
    # BigBird's layers look at tokens drawn at random, seeded with their index.
    teacher = random_model(AutoConfig.for_model("big_bird", **SMALL))

    with pytest.raises(PreflightError) as caught:
        keep_layers(teacher, (0, 2))

    assert str(caught.value) == (
        "layer 2 of BigBirdForQuestionAnswering depends on its index (its 'attention.seed' would "
        "change), so layers before it cannot be taken out; start from a smaller pretrained model"
    )


@pytest.mark.parametrize(
    ("layers", "sentence"),
    [
        ((), "no layers are chosen; name at least one"),
        ((0, 2), "the teacher has no layer 2; its 2 layers count from 0 to 1"),
        ((-1, 1), "the teacher has no layer -1; its 2 layers count from 0 to 1"),
        ((1, 1), "layer 1 is chosen twice; name each layer once"),
        ((1, 0), "layer 0 is chosen after layer 1; name layers in rising order"),
    ],
)
def test_a_choice_that_cannot_be_is_refused(layers: tuple[int, ...], sentence: str) -> None:
    with pytest.raises(RecipeError) as caught:
        keep_layers(tiny_model("bert"), layers)

    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("teacher", "student", "layers"),
    [
        (6, 3, (1, 3, 5)),
        (12, 6, (1, 3, 5, 7, 9, 11)),
        (24, 4, (5, 11, 17, 23)),
        (12, 5, (1, 3, 6, 8, 11)),
        (3, 3, (0, 1, 2)),
        (6, 1, (5,)),
    ],
)
def test_layers_are_spread_evenly_and_end_with_the_last(
    teacher: int, student: int, layers: tuple[int, ...]
) -> None:
    assert spread_layers(teacher, student) == layers


@pytest.mark.parametrize("student", [0, 7])
def test_a_student_has_from_one_to_all_layers(student: int) -> None:
    with pytest.raises(RecipeError) as caught:
        spread_layers(6, student)

    assert str(caught.value) == (
        f"a student of {student} layers cannot be cut out of a teacher of 6; choose from 1 to 6"
    )
