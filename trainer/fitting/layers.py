"""Trains a student's layers towards those of a teacher that runs on the same batches."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import Module
from transformers import PreTrainedModel
from transformers.modeling_outputs import QuestionAnsweringModelOutput

from qareport.inference.loading.models import takes_type_ids
from trainer.fitting.batching import BatchPart
from trainer.fitting.head import find_head
from trainer.fitting.objectives import Batch, Objective, model_inputs
from trainer.losses.attention_scores import AttentionCollector, collect_attention_scores
from trainer.losses.intermediate import attention_loss, check_heads, hidden_loss, layer_ratio
from trainer.losses.projections import HiddenSizes, Projections, make_projections
from trainer.processes import processes
from trainer.recipe import IntermediateStage

PROJECTIONS = "projections"
"""Name of the maps among the student's modules, and so in its checkpoints."""


@dataclass(frozen=True, slots=True)
class Attention:
    """The scores of both models' latest forward pass."""

    student: AttentionCollector
    teacher: AttentionCollector


@dataclass(frozen=True, slots=True)
class TeacherLayers:
    """The teacher's hidden states and attention scores, layer by layer: TinyBERT's first stage."""

    teacher: PreTrainedModel
    teacher_takes_type_ids: bool
    stage: IntermediateStage
    projected: Projections
    """The identity: hidden states leave the student in the teacher's width."""
    attention: Attention | None

    def __call__(self, model: Module, batch: Batch) -> Mapping[str, Tensor]:
        """The differences of hidden states and, if they count, of attention scores."""
        is_token = batch["attention_mask"].bool()
        with torch.no_grad():
            teacher = self.teacher(**self._teacher_inputs(batch), output_hidden_states=True)
        student = model(**model_inputs(batch), output_hidden_states=True)
        hidden = hidden_loss(
            student.hidden_states, teacher.hidden_states, self.projected, is_token=is_token
        )
        parts = {"hidden": self.stage.hidden_weight * hidden}
        if self.attention is not None:
            difference = attention_loss(
                self.attention.student.scores(),
                self.attention.teacher.scores(),
                is_token=is_token,
            )
            parts["attention"] = self.stage.attention_weight * difference
        return parts

    def _teacher_inputs(self, batch: Batch) -> dict[str, Tensor]:
        inputs = model_inputs(batch)
        inputs.pop("token_type_ids", None)
        if self.teacher_takes_type_ids:
            inputs["token_type_ids"] = batch[BatchPart.TYPE_IDS]
        return inputs


@contextmanager
def comparing_layers(
    student: PreTrainedModel, teacher: PreTrainedModel, stage: IntermediateStage, *, seed: int
) -> Iterator[Objective]:
    """The objective of an intermediate stage; hooks stay on the models until its end.

    The projections are a part of the student meanwhile, so that they are trained and kept in
    checkpoints. Its head learns nothing: no part of this loss depends on it.

    Raises:
        PreflightError: layers do not divide, heads or widths differ, or raw attention scores are
            not known of a family.
    """
    sizes = _hidden_sizes(student, teacher)
    projections = make_projections(
        stage.projections, sizes, generator=torch.Generator().manual_seed(seed)
    )
    in_teacher_width = HiddenSizes(sizes.levels, sizes.teacher_width, sizes.teacher_width)
    identity = make_projections("identity", in_teacher_width, generator=torch.Generator())
    teacher.eval()
    torch.nn.Module.to(teacher, processes().device)
    with ExitStack() as stack:
        attention = stack.enter_context(_attention(student, teacher)) if _counts(stage) else None
        stack.enter_context(_projecting(student, projections))
        stack.enter_context(_frozen_head(student))
        yield TeacherLayers(teacher, takes_type_ids(teacher), stage, identity, attention)


def _hidden_sizes(student: PreTrainedModel, teacher: PreTrainedModel) -> HiddenSizes:
    layer_ratio(
        student_layers=student.config.num_hidden_layers,
        teacher_layers=teacher.config.num_hidden_layers,
    )
    return HiddenSizes(
        levels=student.config.num_hidden_layers + 1,
        student_width=student.config.hidden_size,
        teacher_width=teacher.config.hidden_size,
    )


def _counts(stage: IntermediateStage) -> bool:
    """Whether attention has a weight."""
    return stage.attention_weight > 0


@contextmanager
def _attention(student: PreTrainedModel, teacher: PreTrainedModel) -> Iterator[Attention]:
    check_heads(
        student_heads=student.config.num_attention_heads,
        teacher_heads=teacher.config.num_attention_heads,
    )
    with collect_attention_scores(student) as own, collect_attention_scores(teacher) as its:
        yield Attention(own, its)


@contextmanager
def _projecting(student: PreTrainedModel, projections: Projections) -> Iterator[None]:
    """Lets hidden states leave the student in the teacher's width.

    Within its forward pass, for DDP and FSDP look there for the parameters that take part.
    """

    def project(
        _module: Module, _inputs: tuple[Tensor, ...], output: QuestionAnsweringModelOutput
    ) -> None:
        if output.hidden_states is not None:
            output.hidden_states = projections.project(output.hidden_states)

    student.add_module(PROJECTIONS, projections)
    handle = student.register_forward_hook(project)
    try:
        yield
    finally:
        handle.remove()
        delattr(student, PROJECTIONS)


@contextmanager
def _frozen_head(student: PreTrainedModel) -> Iterator[None]:
    """Freezes the head; DDP would wait for its gradient in vain."""
    head = find_head(student)
    head.requires_grad_(requires_grad=False)
    try:
        yield
    finally:
        head.requires_grad_()
