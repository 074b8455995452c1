"""Computes losses between the hidden states and attention scores of matched layers.

The two terms of TinyBERT (Jiao et al., 2020, "TinyBERT: Distilling BERT for Natural Language
Understanding"), over real tokens only, with maps that are trained.
"""

from collections.abc import Iterable, Sequence

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from trainer.errors import PreflightError, TrainingError
from trainer.losses.masked_mean import at_least_float32, mean_square
from trainer.losses.projections import Projections


def layer_ratio(*, student_layers: int, teacher_layers: int) -> int:
    """How many layers of the teacher stand against one of the student.

    Raises:
        PreflightError: the student's layers do not divide the teacher's.
    """
    if not 1 <= student_layers <= teacher_layers or teacher_layers % student_layers:
        raise PreflightError(
            f"the student's {student_layers} layers do not divide the teacher's {teacher_layers}; "
            "choose a student whose layers do, or distil from the logits alone"
        )
    return teacher_layers // student_layers


def check_heads(*, student_heads: int, teacher_heads: int) -> None:
    """Refuses attention scores that cannot be compared head by head.

    Raises:
        PreflightError: the counts differ.
    """
    if student_heads != teacher_heads:
        raise PreflightError(
            f"the student has {student_heads} attention heads and the teacher {teacher_heads}; "
            f"choose a student with {teacher_heads} heads, or set the attention weight to 0"
        )


def hidden_loss(
    student_hidden: Sequence[Float[Tensor, "window token student_width"]],
    teacher_hidden: Sequence[Float[Tensor, "window token teacher_width"]],
    projections: Projections,
    *,
    is_token: Bool[Tensor, "window token"],
) -> Float[Tensor, ""]:
    """Mean square difference of the hidden states, summed over the student's levels.

    Level 0 is the embeddings. The student's level j stands against the teacher's level `ratio` j.

    Raises:
        PreflightError: the student's layers do not divide the teacher's.
    """
    ratio = layer_ratio(
        student_layers=len(student_hidden) - 1, teacher_layers=len(teacher_hidden) - 1
    )
    levels = zip(projections.project(student_hidden), teacher_hidden[::ratio], strict=True)
    return _sum_of_mean_squares(levels, is_token[..., None])


def attention_loss(
    student_scores: Sequence[Float[Tensor, "window student_head token token"]],
    teacher_scores: Sequence[Float[Tensor, "window teacher_head token token"]],
    *,
    is_token: Bool[Tensor, "window token"],
) -> Float[Tensor, ""]:
    """Mean square difference of the raw attention scores, summed over the student's layers.

    The student's layer i, counted from 1, stands against the teacher's layer `ratio` i.

    Raises:
        TrainingError: a model gave no scores.
        PreflightError: layers do not divide or the counts of heads differ.
    """
    if not student_scores or not teacher_scores:
        raise TrainingError(
            f"attention scores came from {len(student_scores)} layers of the student and "
            f"{len(teacher_scores)} of the teacher; collect those of both, or set the attention "
            "weight to 0"
        )
    check_heads(student_heads=student_scores[0].shape[1], teacher_heads=teacher_scores[0].shape[1])
    ratio = layer_ratio(student_layers=len(student_scores), teacher_layers=len(teacher_scores))
    is_pair = is_token[:, :, None] & is_token[:, None, :]  # (window, query token, key token)
    layers = zip(student_scores, teacher_scores[ratio - 1 :: ratio], strict=True)
    return _sum_of_mean_squares(layers, is_pair[:, None])


def _sum_of_mean_squares(
    matched: Iterable[tuple[Tensor, Tensor]], is_counted: Bool[Tensor, "window *position"]
) -> Float[Tensor, ""]:
    losses = [
        mean_square(at_least_float32(student) - at_least_float32(teacher), is_counted)
        for student, teacher in matched
    ]
    return torch.stack(losses).sum()
