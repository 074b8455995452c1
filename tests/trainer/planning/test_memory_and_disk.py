"""Disk and memory are counted from windows, weights and what the optimiser keeps."""

from dataclasses import replace

from tests.trainer.planning.planning_builders import (
    ANYWHERE,
    labelled,
    outline,
    planned_run,
    recipe,
    teacher_like,
    window,
)
from trainer.planning.memory_and_disk import DiskNeeds, disk_needs, memory_need

BERT = outline("bert")
WEIGHTS = BERT.model.num_parameters()
WINDOWS = labelled(window("q1", 8), window("q2", 6))


def test_a_short_run_leaves_one_checkpoint_of_each_fitting() -> None:
    needs = disk_needs(planned_run(student=BERT, windows=WINDOWS))

    assert needs == DiskNeeds(
        teacher_logits=4 * (8 + 6),
        checkpoints=2 * 3 * 4 * WEIGHTS,
        models=2 * 4 * WEIGHTS,
    )
    assert needs.total == needs.teacher_logits + needs.checkpoints + needs.models


def test_padding_of_windows_is_kept_as_haystack_learns_from_it() -> None:
    windows = {"max_seq_length": 64, "doc_stride": 16, "stride": "step"}
    plan = recipe(fidelity="haystack", windows=windows)

    assert disk_needs(planned_run(plan=plan)).teacher_logits == 4 * 2 * 64


def test_a_long_run_keeps_only_the_checkpoints_it_may() -> None:
    training = {"save_every": 1, "epochs": 100}
    plan = recipe(baseline=False, distillation={"training": training})

    needs = disk_needs(planned_run(plan=plan, student=BERT))

    assert needs.checkpoints == 3 * 3 * 4 * WEIGHTS


def test_a_tuned_teacher_is_saved_and_has_checkpoints() -> None:
    plan = recipe(baseline=False, teacher={"model": "teacher", "tuning": {}})

    needs = disk_needs(planned_run(plan=plan, student=BERT))

    assert needs.checkpoints == 2 * 3 * 4 * WEIGHTS
    assert needs.models == 2 * 4 * WEIGHTS


def test_memory_holds_learner_activations_and_teacher() -> None:
    plan = recipe(distillation={"training": {"batch_size": 32, "micro_batch_size": 4}})
    run = planned_run(plan=plan, student=BERT, windows=WINDOWS)
    fitting = run.fittings[0]

    activations = 68 * (4 * 8) * 32 * 2

    assert memory_need(run, fitting) == 4 * 4 * WEIGHTS + activations + 4 * WEIGHTS


def test_scores_of_attention_are_counted_where_they_are_kept() -> None:
    run = planned_run(student=BERT, windows=WINDOWS)
    keeping = replace(run, resources=replace(run.resources, keeps_attention=True))
    fitting, heads = run.fittings[0], BERT.model.config.num_attention_heads

    more = memory_need(keeping, fitting) - memory_need(run, fitting)

    assert more == 9 * (fitting.training.batch_size * 8**2) * heads * 2


def test_processes_share_the_activations_of_a_batch() -> None:
    resources = replace(ANYWHERE, processes=2)
    run = planned_run(student=BERT, windows=WINDOWS, resources=resources)
    fitting = run.fittings[0]

    assert memory_need(run, fitting) == 5 * 4 * WEIGHTS + 68 * (16 * 8) * 32 * 2


def test_a_teacher_of_layers_is_in_memory_beside_the_other() -> None:
    plan = recipe(intermediate={"training": {"batch_size": 1}})
    run = planned_run(
        plan=plan, student=BERT, windows=WINDOWS, layer_teacher=teacher_like(BERT, "deep")
    )
    fitting = run.fittings[0]

    assert memory_need(run, fitting) == 6 * 4 * WEIGHTS + 68 * 8 * 32 * 2
