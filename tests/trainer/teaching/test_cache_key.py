"""A cache key changes with all that determines a teacher's logits, and with nothing else."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoModelForQuestionAnswering, PreTrainedModel

from qareport.inference.engines.engine import TorchEngine
from qareport.inference.loading.models import LoadedModel
from tests.answering_builders import MODEL_IDENTITY
from tests.tiny_models import FAMILIES, tiny_config
from tests.trainer.teaching.cache_builders import (
    FilledEngine,
    place_teacher,
    teacher_with,
    training_window,
)
from trainer.teaching.cache_key import cache_key, differing_fields
from trainer.windows import TrainingWindow

TEACHER = place_teacher()
WINDOWS = [training_window("a", [1, 2]), training_window("b", [3])]

OTHER_WINDOWS = {
    "order": WINDOWS[::-1],
    "fewer": WINDOWS[:1],
    "id": [WINDOWS[0], replace(WINDOWS[1], id="c")],
    "token": [WINDOWS[0], training_window("b", [4])],
    "segment": [WINDOWS[0], replace(WINDOWS[1], type_ids=np.ones(1, dtype=np.int32))],
    "border": [training_window("a", [1]), training_window("b", [2, 3])],
}


@pytest.mark.parametrize("windows", OTHER_WINDOWS.values(), ids=OTHER_WINDOWS.keys())
def test_other_windows_make_another_key(windows: list[TrainingWindow]) -> None:
    key = cache_key(TEACHER, windows)

    assert differing_fields(cache_key(TEACHER, WINDOWS), key) == ("windows_sha256",)


def test_right_answers_do_not_change_the_key() -> None:
    relabelled = [replace(window, targets=()) for window in WINDOWS]

    key = cache_key(TEACHER, relabelled)

    assert key == cache_key(TEACHER, WINDOWS)


def _with_other_weights(teacher: LoadedModel) -> LoadedModel:
    return replace(teacher, identity=replace(MODEL_IDENTITY, weights_sha256="other"))


def _with_another_tokenizer(teacher: LoadedModel) -> LoadedModel:
    tokenizer = replace(MODEL_IDENTITY.tokenizer, sha256="other")
    return replace(teacher, identity=replace(MODEL_IDENTITY, tokenizer=tokenizer))


def _with_another_padding(teacher: LoadedModel) -> LoadedModel:
    return replace(teacher, tokenizer=FAMILIES["roberta"].tokenizer())


def _in_bfloat16(teacher: LoadedModel) -> LoadedModel:
    return replace(teacher, hardware=replace(teacher.hardware, dtype="bfloat16"))


def _on_another_engine(_: LoadedModel) -> LoadedModel:
    return teacher_with(FilledEngine(0.0))


OTHER_TEACHERS = {
    "weights_sha256": _with_other_weights,
    "tokenizer_sha256": _with_another_tokenizer,
    "padding_id": _with_another_padding,
    "compute_dtype": _in_bfloat16,
    "attention": _on_another_engine,
}


@pytest.mark.parametrize(("field", "change"), OTHER_TEACHERS.items(), ids=OTHER_TEACHERS.keys())
def test_another_teacher_differs_in_one_field(
    field: str, change: Callable[[LoadedModel], LoadedModel]
) -> None:
    key = cache_key(change(TEACHER), WINDOWS)

    assert differing_fields(cache_key(TEACHER, WINDOWS), key) == (field,)


def test_another_length_differs_in_padding() -> None:
    key = cache_key(TEACHER, WINDOWS, length=384)

    assert differing_fields(cache_key(TEACHER, WINDOWS), key) == ("padded_length",)


def test_name_device_and_budget_do_not_change_the_key() -> None:
    identity = replace(MODEL_IDENTITY, name="a copy", revision="abc")
    hardware = replace(TEACHER.hardware, device="cuda:0", device_name="fast", batch_tokens=1)

    key = cache_key(replace(TEACHER, identity=identity, hardware=hardware), WINDOWS)

    assert key == cache_key(TEACHER, WINDOWS)


def test_different_keys_have_different_digests() -> None:
    key, same, other = (cache_key(TEACHER, WINDOWS, length=length) for length in (3, 3, 4))

    assert key.digest() == same.digest()
    assert key.digest() != other.digest()


@pytest.fixture
def model() -> PreTrainedModel:
    """A transformers model without a folder."""
    config = tiny_config("bert", FAMILIES["bert"].tokenizer())
    built: PreTrainedModel = AutoModelForQuestionAnswering.from_config(config)
    return built


def test_the_configuration_counts(model: PreTrainedModel) -> None:
    key = cache_key(_teacher_of(model), WINDOWS)
    model.config.layer_norm_eps = 1e-5

    changed = cache_key(_teacher_of(model), WINDOWS)

    assert differing_fields(key, changed) == ("config_sha256",)


def test_where_the_configuration_lies_does_not_count(
    model: PreTrainedModel, tmp_path: Path
) -> None:
    model.save_pretrained(tmp_path)
    copy = AutoModelForQuestionAnswering.from_pretrained(tmp_path)

    key = cache_key(_teacher_of(copy), WINDOWS)

    assert key.config_sha256 == cache_key(_teacher_of(model), WINDOWS).config_sha256


def test_the_attention_counts(model: PreTrainedModel) -> None:
    key = cache_key(_teacher_of(model), WINDOWS)
    model.set_attn_implementation("eager")

    changed = cache_key(_teacher_of(model), WINDOWS)

    assert (key.attention, changed.attention) == ("sdpa", "eager")
    assert differing_fields(key, changed) == ("attention",)


def _teacher_of(model: PreTrainedModel) -> LoadedModel:
    return teacher_with(
        TorchEngine(model, torch.device("cpu"), torch.float32, takes_type_ids=False)
    )
