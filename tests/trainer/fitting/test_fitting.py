"""A model's weights are fitted in place, by the recipe's rules, without a word."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.nn import Module
from torch.optim import AdamW
from transformers import PreTrainedModel

from tests.fitting_builders import (
    TRAINING,
    ScriptedScores,
    Steps,
    changed,
    fit_quietly,
    plain_fitting,
    same_weights,
    teacher_logits,
    tiny_model,
    training_windows,
    weights_of,
    without_clock,
)
from trainer.errors import PreflightError, TrainingError
from trainer.fitting.batching import Collator
from trainer.fitting.callbacks import UpdateProgress
from trainer.fitting.distiller import Fitting
from trainer.fitting.fitting import fit
from trainer.fitting.head import TEMPERATURE
from trainer.fitting.objectives import Batch, Labels, TeacherLogitsAndLabels
from trainer.fitting.ordering import EpochSampler
from trainer.losses.distillation import LossWeights

WINDOWS = training_windows(10)
BERT_COLLATOR = Collator(0, takes_type_ids=True)


@dataclass(frozen=True, slots=True)
class Failing:
    """An objective that goes wrong at a batch."""

    at_batch: int
    error: RuntimeError | None
    """None makes the loss infinite."""
    batches: list[Batch]

    def __call__(self, model: Module, batch: Batch) -> Mapping[str, Tensor]:
        """The loss on the labels, until it goes wrong."""
        self.batches.append(batch)
        parts = Labels()(model, batch)
        if len(self.batches) < self.at_batch:
            return parts
        if self.error is not None:
            raise self.error
        return {name: part * torch.inf for name, part in parts.items()}


@dataclass(frozen=True, slots=True)
class Seeing:
    """An objective that writes down what it sees."""

    batches: list[Batch]
    modes: list[bool]
    weights: list[dict[str, Tensor]]

    def __call__(self, model: Module, batch: Batch) -> Mapping[str, Tensor]:
        """The loss on the labels."""
        self.batches.append(batch)
        self.modes.append(model.training)
        self.weights.append(weights_of(model))
        return Labels()(model, batch)


def seeing(fitting: Fitting) -> tuple[Seeing, Fitting]:
    objective = Seeing([], [], [])
    return objective, replace(fitting, objective=objective)


def plain_loop(model: PreTrainedModel, *, decay: float = 0.01) -> list[float]:
    """The losses of the same training, spelt out."""
    decayed = [
        weight
        for name, weight in model.named_parameters()
        if not name.endswith("bias") and "LayerNorm" not in name
    ]
    others = [
        weight for weight in model.parameters() if all(weight is not each for each in decayed)
    ]
    optimizer = AdamW(
        [{"params": decayed, "weight_decay": decay}, {"params": others, "weight_decay": 0.0}]
    )
    losses: list[float] = []
    model.train()
    for epoch in range(2):
        order = list(EpochSampler([len(each.token_ids) for each in WINDOWS], 42, 4, True, epoch))  # noqa: FBT003
        for start in range(0, 12, 4):
            optimizer.param_groups[0]["lr"] = optimizer.param_groups[1]["lr"] = (
                1e-3 * (6 - len(losses)) / 6
            )
            batch = BERT_COLLATOR([WINDOWS[at] for at in order[start : start + 4]])
            loss = Labels()(model, batch)["labels"]
            torch.autograd.backward(loss)
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad()
            losses.append(loss.item())
    return losses


def test_training_is_the_loop_that_it_stands_for(tmp_path: Path) -> None:
    model, spelt_out = tiny_model(), tiny_model()
    losses = plain_loop(spelt_out)

    facts = fit_quietly(model, WINDOWS, plain_fitting(changed(save_every=1)), tmp_path)

    assert [point.loss for point in facts.loss_curve] == pytest.approx(losses, rel=1e-5)
    rates = [point.learning_rate for point in facts.loss_curve]
    assert rates == pytest.approx([1e-3 * left / 6 for left in (6, 5, 4, 3, 2, 1)])


# Haystack's first update learnt from one micro-batch.
def test_update_comes_after_a_full_batch_of_micro_batches(tmp_path: Path) -> None:
    objective, fitting = seeing(plain_fitting(changed(micro_batch_size=1)))

    fit_quietly(tiny_model(), WINDOWS, fitting, tmp_path)

    changes = [
        index
        for index in range(1, 24)
        if not same_weights(objective.weights[index - 1], objective.weights[index])
    ]
    assert changes == [4, 8, 12, 16, 20]


def test_micro_batches_make_no_difference_but_rounding(tmp_path: Path) -> None:
    whole = fit_quietly(tiny_model(), WINDOWS, plain_fitting(), tmp_path / "whole")
    parted = fit_quietly(
        tiny_model(), WINDOWS, plain_fitting(changed(micro_batch_size=2)), tmp_path / "parted"
    )

    for point, expected in zip(parted.loss_curve, whole.loss_curve, strict=True):
        assert point.loss == pytest.approx(expected.loss, rel=1e-5)
        assert point.parts == pytest.approx({"labels": point.loss}, rel=1e-5)


# Haystack's dropout was off from its first evaluation on.
def test_model_is_in_training_mode_at_every_batch_though_it_is_scored(tmp_path: Path) -> None:
    steps = Steps()
    scores = ScriptedScores(dict.fromkeys((2, 4, 6), 0.5), steps)
    objective, fitting = seeing(replace(plain_fitting(changed(evaluate_every=2)), score=scores))
    model = tiny_model()

    fit(model, WINDOWS, fitting, folder=tmp_path, watch=steps)

    assert objective.modes == [True] * 6
    assert not model.training


def test_parts_of_the_loss_are_logged_apart_and_sum_up_to_it(tmp_path: Path) -> None:
    collator = replace(BERT_COLLATOR, teacher=teacher_logits(tmp_path, WINDOWS))
    objective = TeacherLogitsAndLabels("kl", 2.0, LossWeights(soft=0.5, hard=0.5))
    fitting = replace(plain_fitting(), collator=collator, objective=objective)

    facts = fit_quietly(tiny_model(), WINDOWS, fitting, tmp_path)

    for point in facts.loss_curve:
        assert set(point.parts) == {"labels", "teacher"}
        assert sum(point.parts.values()) == pytest.approx(point.loss, rel=1e-5)


def test_callback_is_called_after_every_update(tmp_path: Path) -> None:
    steps = Steps()

    fit(tiny_model(), WINDOWS, plain_fitting(), folder=tmp_path, watch=steps)

    assert steps.seen == [UpdateProgress(update, 6) for update in range(1, 7)]


def test_facts_tell_of_the_stage(tmp_path: Path) -> None:
    facts = fit_quietly(tiny_model(), WINDOWS, plain_fitting(changed(save_every=4)), tmp_path)

    assert (facts.name, facts.windows, facts.processes) == ("student 1", 10, 1)
    assert (facts.updates, facts.epochs, facts.kept_update) == (6, 2.0, 6)
    assert [point.update for point in facts.loss_curve] == [2, 4, 6]
    assert all(point.gradient_norm is not None for point in facts.loss_curve)


def test_last_updates_are_logged_however_few(tmp_path: Path) -> None:
    facts = fit_quietly(tiny_model(), WINDOWS, plain_fitting(changed(save_every=4)), tmp_path / "a")
    rare = fit_quietly(
        tiny_model(), WINDOWS, plain_fitting(changed(save_every=500)), tmp_path / "b"
    )

    assert [point.update for point in rare.loss_curve] == [6]
    losses = [point.loss for point in facts.loss_curve]
    assert rare.loss_curve[0].loss == pytest.approx(sum(losses) / 3)


def test_part_of_an_epoch_ends_where_it_should_and_again(tmp_path: Path) -> None:
    fitting = plain_fitting(changed(epochs=1.5))
    model, again = tiny_model(), tiny_model()
    facts = fit_quietly(model, WINDOWS, fitting, tmp_path)

    steps = Steps()
    repeated = fit(again, WINDOWS, fitting, folder=tmp_path, watch=steps)

    assert (facts.updates, steps.updates) == (5, 0)
    assert without_clock(repeated) == without_clock(facts)
    assert same_weights(weights_of(again), weights_of(model))


def test_best_weights_are_kept(tmp_path: Path) -> None:
    steps = Steps()
    scores = ScriptedScores({2: 0.25, 4: 0.75, 6: 0.5}, steps)
    training = changed(evaluate_every=2, keep="best")
    objective, fitting = seeing(replace(plain_fitting(training), score=scores))
    model = tiny_model()

    facts = fit(model, WINDOWS, fitting, folder=tmp_path, watch=steps)

    assert facts.kept_update == 4
    assert [point.f1 for point in facts.development] == [25.0, 75.0, 50.0]
    assert same_weights(weights_of(model), objective.weights[4])


def test_best_weights_are_found_in_a_folder_that_has_moved(tmp_path: Path) -> None:
    steps = Steps()
    scores = ScriptedScores({2: 0.75, 4: 0.5, 6: 0.25}, steps)
    fitting = replace(plain_fitting(changed(evaluate_every=2, keep="best")), score=scores)
    model, again = tiny_model(), tiny_model()
    fit(model, WINDOWS, fitting, folder=tmp_path / "old", watch=steps)

    (tmp_path / "old").rename(tmp_path / "new")
    fit(again, WINDOWS, fitting, folder=tmp_path / "new", watch=steps)

    assert same_weights(weights_of(again), weights_of(model))


@pytest.mark.parametrize(
    ("is_haystack", "undecayed"), [(True, ()), (False, ("bias", "LayerNorm.weight"))]
)
def test_haystack_decays_all_parameters_and_we_neither_biases_nor_norms(
    tmp_path: Path, *, is_haystack: bool, undecayed: tuple[str, ...]
) -> None:
    fitting = replace(plain_fitting(changed(epochs=1)), is_haystack=is_haystack)
    model = tiny_model()
    names = [name for name, _ in model.named_parameters()] + [TEMPERATURE] * is_haystack

    fit_quietly(model, WINDOWS, fitting, tmp_path)

    groups = torch.load(tmp_path / "checkpoint-3" / "optimizer.pt")["param_groups"]
    counts = {group["weight_decay"]: len(group["params"]) for group in groups}
    rest = [name for name in names if undecayed and name.endswith(undecayed)]
    assert counts == {0.01: len(names) - len(rest), 0.0: len(rest)}


def test_temperature_is_trained_and_gone_afterwards(tmp_path: Path) -> None:
    model = tiny_model()
    names = set(weights_of(model))
    objective, fitting = seeing(replace(plain_fitting(), is_haystack=True))

    fit_quietly(model, WINDOWS, fitting, tmp_path)

    temperatures = {weights[TEMPERATURE].item() for weights in objective.weights}
    assert len(temperatures) == 6
    assert set(weights_of(model)) == names


@pytest.mark.parametrize(
    ("family", "precision"), [("bert", "float32"), ("bert", "bfloat16"), ("distilbert", "float32")]
)
def test_model_is_left_as_it_was_but_for_its_weights(
    family: str, precision: str, tmp_path: Path
) -> None:
    model = tiny_model(family)
    attributes, settings = set(vars(model)), model.config.to_dict()
    training = changed(precision=precision, head_dropout=0.1, gradient_checkpointing=True)

    collator = Collator(0, takes_type_ids=False)
    fit_quietly(model, WINDOWS, replace(plain_fitting(training), collator=collator), tmp_path)

    assert set(vars(model)) == attributes
    assert model.config.to_dict() == settings
    assert not model.is_activation_checkpointing
    assert {weight.dtype for weight in model.parameters()} == {torch.float32}


def test_products_are_in_the_precision_of_the_recipe_at_every_stage(tmp_path: Path) -> None:
    model, seen = tiny_model(), set[torch.dtype]()
    handle = model.get_submodule("qa_outputs").register_forward_hook(
        lambda _head, _inputs, logits: seen.add(logits.dtype)
    )

    for stage, precision in enumerate(("bfloat16", "bfloat16", "float32")):
        seen.clear()
        fitting = plain_fitting(changed(epochs=1, precision=precision))
        fit_quietly(model, WINDOWS, fitting, tmp_path / str(stage))
        assert seen == {torch.bfloat16 if precision == "bfloat16" else torch.float32}
    handle.remove()


def test_activations_computed_twice_give_the_same_model(tmp_path: Path) -> None:
    models = [tiny_model(dropout=0.1) for _ in range(2)]
    for model, is_checkpointing in zip(models, (False, True), strict=True):
        training = changed(gradient_checkpointing=is_checkpointing)
        fit_quietly(model, WINDOWS, plain_fitting(training), tmp_path / str(is_checkpointing))

    for name, weight in weights_of(models[0]).items():
        torch.testing.assert_close(models[1].get_parameter(name), weight)


def test_nothing_is_printed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    steps = Steps()
    fitting = replace(
        plain_fitting(changed(evaluate_every=2, patience=9)),
        score=ScriptedScores(dict.fromkeys((2, 4, 6), 0.5), steps),
    )

    fit(tiny_model(), WINDOWS, fitting, folder=tmp_path, watch=steps)
    fit(tiny_model(), WINDOWS, fitting, folder=tmp_path, watch=steps)

    assert capfd.readouterr() == ("", "")


def test_logs_for_tensorboard_lie_beside_the_checkpoints(tmp_path: Path) -> None:
    fit_quietly(tiny_model(), WINDOWS, plain_fitting(), tmp_path)

    assert {path.name for path in tmp_path.iterdir()} == {
        "checkpoint-2",
        "checkpoint-4",
        "checkpoint-6",
        "tensorboard",
    }


def test_model_is_fitted_without_tensorboard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("tensorboard", "tensorboardX"):
        monkeypatch.setitem(sys.modules, name, None)

    facts = fit_quietly(tiny_model(), WINDOWS, plain_fitting(), tmp_path)

    assert facts.updates == 6
    assert not (tmp_path / "tensorboard").exists()


def test_loss_that_is_no_number_stops_the_run_before_a_checkpoint(tmp_path: Path) -> None:
    fitting = replace(plain_fitting(), objective=Failing(4, None, []))

    with pytest.raises(TrainingError) as caught:
        fit_quietly(tiny_model(), WINDOWS, fitting, tmp_path)

    assert str(caught.value) == (
        'update 4: the loss is inf; try a lower learning_rate, or precision = "float32"'
    )
    assert not (tmp_path / "checkpoint-4").exists()


def test_memory_that_is_too_small_is_reported_with_what_to_lower(tmp_path: Path) -> None:
    error = torch.OutOfMemoryError("CUDA out of memory.")
    training = changed(micro_batch_size=2)
    fitting = replace(plain_fitting(training), objective=Failing(4, error, []))

    with pytest.raises(TrainingError) as caught:
        fit_quietly(tiny_model(), WINDOWS, fitting, tmp_path)

    assert str(caught.value) == (
        "update 2: the device is out of memory; lower micro_batch_size (now 2), or keep fewer "
        "activations by gradient_checkpointing = true"
    )


def test_model_that_cannot_compute_activations_twice_is_refused(tmp_path: Path) -> None:
    training = changed(TRAINING, gradient_checkpointing=True)

    with pytest.raises(PreflightError) as caught:
        fit_quietly(tiny_model("mpnet"), WINDOWS, plain_fitting(training), tmp_path)

    assert str(caught.value) == (
        "MPNetForQuestionAnswering cannot compute activations twice; "
        "set gradient_checkpointing = false"
    )


def test_precision_that_a_cpu_does_not_have_is_refused(tmp_path: Path) -> None:
    fitting = plain_fitting(changed(precision="float16"))

    with pytest.raises(PreflightError) as caught:
        fit_quietly(tiny_model(), WINDOWS, fitting, tmp_path)

    assert str(caught.value) == (
        'precision = "float16" is not available on a CPU; choose "bfloat16" or "float32"'
    )
