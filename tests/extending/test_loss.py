"""The loss of the page on losses trains a student once its line is in the table."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.command_line import run_qareport
from tests.extending_pages import blocks, names_of, run_tests
from tests.fitting_builders import (
    fit_quietly,
    plain_fitting,
    same_weights,
    teacher_logits,
    tiny_model,
    training_windows,
    weights_of,
)
from tests.recipe_builders import recipe, refusal
from tests.repository import ROOT
from trainer.fitting.batching import Collator
from trainer.fitting.objectives import TeacherLogitsAndLabels
from trainer.losses.distillation import (
    TEACHER_LOSSES,
    LogitLoss,
    LossWeights,
    TeacherLoss,
    preset_weights,
)

WINDOWS = training_windows(4)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """What the page defines, with its loss in the table."""
    names = dict(names_of("loss.md"))
    function = names["variation_loss"]
    assert isinstance(function, LogitLoss)
    loss = TeacherLoss(function, "distance of softened distributions")
    monkeypatch.setitem(TEACHER_LOSSES, "variation", loss)
    return names


def test_the_test_of_the_page_passes(names: dict[str, object]) -> None:
    assert run_tests(names) == 1


@pytest.mark.usefixtures("names")
def test_a_recipe_may_name_the_loss() -> None:
    assert recipe("distillation.loss=variation").distillation.loss == "variation"


@pytest.mark.usefixtures("names")
def test_a_misspelt_loss_is_refused_with_all_names() -> None:
    assert refusal("distillation.loss=variations") == (
        "distillation.loss: Input should be 'kl', 'mse' or 'variation'"
    )


def test_without_its_line_the_loss_is_refused() -> None:
    assert refusal("distillation.loss=variation") == (
        "distillation.loss: Input should be 'kl' or 'mse'"
    )


@pytest.mark.usefixtures("names")
def test_the_command_lists_the_loss_with_its_meaning() -> None:
    listed = run_qareport("train", "--keys")

    assert "variation (distance of softened distributions)." in listed.output


@pytest.mark.usefixtures("names")
def test_the_weight_of_a_recipe_is_the_share_of_the_loss() -> None:
    assert preset_weights(0.75, "variation") == LossWeights(soft=0.75, hard=0.25)


@pytest.mark.usefixtures("names")
def test_a_step_is_trained_by_the_loss(tmp_path: Path) -> None:
    teacher = teacher_logits(tmp_path, WINDOWS)
    collator = Collator(0, takes_type_ids=True, teacher=teacher)
    objective = TeacherLogitsAndLabels("variation", 1.5, LossWeights(soft=1.0, hard=0.0))
    model = tiny_model()
    before = weights_of(model)
    expected = objective(model, collator(WINDOWS))["teacher"].item()

    training = plain_fitting().training.model_copy(update={"epochs": 1.0, "save_every": 1})
    fitting = replace(plain_fitting(training), collator=collator, objective=objective)
    facts = fit_quietly(model, WINDOWS, fitting, tmp_path / "checkpoints")

    (point,) = facts.loss_curve
    assert point.parts["teacher"] == pytest.approx(expected, rel=1e-5)
    assert 0 < expected < 1
    assert not same_weights(before, weights_of(model))


def test_one_file_of_the_package_is_edited() -> None:
    edited = {
        path.relative_to(ROOT).as_posix()
        for block in blocks("loss.md", "diff")
        for path in (ROOT / "trainer").rglob("*.py")
        for line in block.splitlines()
        if line[1:] in path.read_text(encoding="utf-8").splitlines()
    }

    assert edited == {"trainer/losses/distillation.py"}
