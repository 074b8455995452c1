"""Windows become a batch with targets, allowed tokens and the teacher's logits by id."""

from pathlib import Path

import numpy as np
import pytest
import torch

from tests.fitting_builders import teacher_logits, training_windows
from trainer.errors import CacheError
from trainer.fitting.batching import BatchPart, Collator

WINDOWS = training_windows(3)
LONGEST = max(len(window.token_ids) for window in WINDOWS)


def test_windows_are_padded_to_the_longest_of_the_batch() -> None:
    batch = Collator(padding_id=9, takes_type_ids=True)(WINDOWS)

    assert batch["input_ids"].shape == batch["token_type_ids"].shape == (3, LONGEST)
    for row, is_token, window in zip(
        batch["input_ids"], batch["attention_mask"].bool(), WINDOWS, strict=True
    ):
        assert row[is_token].tolist() == window.token_ids.tolist()
        assert set(row[~is_token].tolist()) <= {9}


def test_windows_are_padded_to_a_length_if_there_is_one() -> None:
    batch = Collator(0, takes_type_ids=True, length=20)(WINDOWS)

    assert {name: tensor.shape[1] for name, tensor in batch.items()} == dict.fromkeys(batch, 20)


def test_model_without_types_gets_none_though_a_teacher_may_want_them() -> None:
    batch = Collator(0, takes_type_ids=False)(WINDOWS)

    assert "token_type_ids" not in batch
    assert batch[BatchPart.TYPE_IDS].sum() == sum(int(window.type_ids.sum()) for window in WINDOWS)


def test_answers_are_allowed_in_the_context_and_at_the_null_token_only() -> None:
    batch = Collator(0, takes_type_ids=True)(WINDOWS)

    sizes = [1 + window.context_size for window in WINDOWS]
    assert batch[BatchPart.ANSWER_TOKENS].sum(dim=1).tolist() == sizes


def test_answers_are_allowed_everywhere_in_haystacks_form() -> None:
    batch = Collator(0, takes_type_ids=True, length=20, is_haystack=True)(WINDOWS)

    assert batch[BatchPart.ANSWER_TOKENS].all()


def test_teacher_logits_are_found_by_id_and_are_0_at_padding(tmp_path: Path) -> None:
    teacher = teacher_logits(tmp_path, WINDOWS)
    shuffled = (WINDOWS[2], WINDOWS[0], WINDOWS[1])

    logits = Collator(0, takes_type_ids=True, teacher=teacher)(shuffled)[BatchPart.TEACHER_LOGITS]

    assert logits.dtype == torch.float32
    for row, window in zip(logits, shuffled, strict=True):
        [known] = teacher.logits_of([window.id])
        np.testing.assert_array_equal(row[: len(known)], known)
        assert not row[len(known) :].any()


def test_teacher_logits_of_padding_are_kept_where_windows_have_one_length(tmp_path: Path) -> None:
    teacher = teacher_logits(tmp_path, WINDOWS, length=20)
    collator = Collator(0, takes_type_ids=True, length=20, is_haystack=True, teacher=teacher)

    logits = collator(WINDOWS)[BatchPart.TEACHER_LOGITS]

    np.testing.assert_array_equal(logits, np.stack(teacher.logits_of([w.id for w in WINDOWS])))


def test_window_that_the_teacher_has_not_read_is_an_error(tmp_path: Path) -> None:
    teacher = teacher_logits(tmp_path, WINDOWS[:2])

    with pytest.raises(CacheError, match="no logits of window 'q2#0'"):
        Collator(0, takes_type_ids=True, teacher=teacher)(WINDOWS)
