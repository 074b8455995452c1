"""A teacher's logits are computed in half precision, or refused."""

import math

import numpy as np
import pytest

from qareport.errors import ModelError
from tests.trainer.teaching.cache_builders import (
    LARGE_ID,
    FilledEngine,
    PlaceEngine,
    place_logits,
    place_teacher,
    teacher_with,
    training_window,
)
from trainer.teaching.teacher_pass import LARGEST_HALF, compute_half_logits

WINDOWS = [
    training_window("short", [7]),
    training_window("long", [1, 2, 3, 4]),
    training_window("middle", [5, 6]),
]


def test_logits_follow_the_order_of_the_windows() -> None:
    half = compute_half_logits(place_teacher(batch_tokens=4), WINDOWS, watch=lambda _: None)

    expected = np.concatenate([place_logits(window) for window in WINDOWS])
    assert np.array_equal(half.logits, expected)


def test_windows_of_like_length_go_through_the_teacher_together() -> None:
    engine = PlaceEngine()

    compute_half_logits(teacher_with(engine, batch_tokens=4), WINDOWS, watch=lambda _: None)

    assert engine.batch_sizes == [1, 2]


def test_the_callback_is_called_after_every_batch() -> None:
    seen: list[int] = []

    compute_half_logits(place_teacher(batch_tokens=4), WINDOWS, watch=seen.append)

    assert seen == [1, 2]


def test_padding_to_a_length_is_kept() -> None:
    half = compute_half_logits(place_teacher(), WINDOWS, length=6, watch=lambda _: None)

    expected = np.concatenate([place_logits(window, length=6) for window in WINDOWS])
    assert np.array_equal(half.logits, expected)


def test_the_largest_rounding_is_the_largest_difference_to_what_the_teacher_computed() -> None:
    half = compute_half_logits(
        place_teacher(), [training_window("w", [3, 100])], watch=lambda _: None
    )

    assert half.largest_rounding == pytest.approx(33.34375 - 100 / 3, abs=1e-5)


def test_logits_that_half_precision_holds_are_not_rounded() -> None:
    half = compute_half_logits(
        teacher_with(FilledEngine(LARGEST_HALF)), WINDOWS, watch=lambda _: None
    )

    assert half.largest_rounding == 0
    assert (half.logits == LARGEST_HALF).all()


@pytest.mark.parametrize(
    ("logit", "shown"),
    [(math.nan, "nan"), (math.inf, "inf"), (-math.inf, "-inf"), (-7e4, "-70000")],
)
def test_a_logit_that_cannot_be_kept_is_refused(logit: float, shown: str) -> None:
    message = (
        f"^the teacher's logits for window 'long' contain {shown}, but must be finite and within "
        "65504 to be kept in half precision; its weights are damaged, or the number format is too "
        r"small \(try float32\)$"
    )

    with pytest.raises(ModelError, match=message):
        compute_half_logits(teacher_with(FilledEngine(logit)), WINDOWS, watch=lambda _: None)


def test_the_refused_window_is_named() -> None:
    windows = [*WINDOWS, training_window("broken", [1, LARGE_ID])]

    with pytest.raises(ModelError, match=r"window 'broken' contain 1\.04858e\+06"):
        compute_half_logits(place_teacher(), windows, watch=lambda _: None)


@pytest.mark.parametrize("padding", [-math.inf, -3.4e38, -65504.0])
def test_masked_padding_becomes_the_smallest_number(padding: float) -> None:
    teacher = teacher_with(FilledEngine(token=1.0, padding=padding))

    half = compute_half_logits(teacher, WINDOWS[:1], length=2, watch=lambda _: None)

    assert half.logits[:, 0].tolist() == [1.0, -LARGEST_HALF]
    assert half.largest_rounding == 0


@pytest.mark.parametrize("padding", [math.nan, math.inf, 7e4])
def test_padding_that_would_spoil_a_softmax_is_refused(padding: float) -> None:
    teacher = teacher_with(FilledEngine(token=1.0, padding=padding))

    with pytest.raises(ModelError, match="window 'short' contain"):
        compute_half_logits(teacher, WINDOWS[:1], length=2, watch=lambda _: None)


def test_padding_that_is_not_kept_may_be_anything() -> None:
    teacher = teacher_with(FilledEngine(token=1.0, padding=math.nan))

    half = compute_half_logits(teacher, WINDOWS, watch=lambda _: None)

    assert (half.logits == 1).all()
