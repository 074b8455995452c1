"""A recipe to a whole run: what its folder holds, and what a kill changes (nothing)."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from transformers import AutoModelForQuestionAnswering

from qareport.data.files import file_sha256
from qareport.evaluation.evaluation_json import read_evaluation
from qareport.evaluation.training_json import BASELINE, STUDENT, TEACHER, read_facts
from tests.command_line import run_qareport
from tests.tiny_models import build_tiny_masked_model, build_tiny_model
from tests.training_builders import PASSAGES, run_recipe, write_examples, write_recipe
from trainer.errors import PreflightError, TrainingError
from trainer.run_folder import ROLES, RunFolder
from trainer.training import FinishedRun

pytestmark = pytest.mark.slow

TUNING = "teacher.tuning={epochs = 1, batch_size = 2, save_every = 2}"


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    """Sums of floats hang on the number of threads; one is the fastest for models this small."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OMP_NUM_THREADS", "1")
        yield
    torch.set_num_threads(threads)


def weights(folder: Path) -> str:
    return file_sha256(folder / "model.safetensors")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> FinishedRun:
    folder = tmp_path_factory.mktemp("run")
    return run_recipe(write_recipe(folder), folder / "run", TUNING)


@pytest.fixture(scope="module")
def folder(run: FinishedRun) -> RunFolder:
    return RunFolder(Path(run.facts.models[STUDENT].name).parent)


def test_facts_tell_of_every_stage(run: FinishedRun, folder: RunFolder) -> None:
    assert read_facts(folder.facts) == run.facts
    assert (run.facts.windows.examples, run.facts.windows.windows) == (8, 8)
    stages = {stage.name: stage.updates for stage in run.facts.stages}
    assert stages == {"teacher 1": 4, "student 1": 12, "baseline 1": 12}


def test_records_are_of_the_saved_models(run: FinishedRun, folder: RunFolder) -> None:
    for role in ROLES:
        record = read_evaluation(folder.record(role) / "evaluation.json")
        assert record.model == run.facts.models[role]
        assert record.model.weights_sha256 == weights(folder.model(role))


def test_student_is_compared_with_teacher_and_baseline(folder: RunFolder) -> None:
    compared = json.loads(folder.comparison.read_text())

    assert compared.keys() == {"with_teacher", "with_baseline", "recovered_gap"}
    assert compared["recovered_gap"] is not None


def test_student_has_the_layers_that_the_recipe_names(folder: RunFolder) -> None:
    model = AutoModelForQuestionAnswering.from_pretrained(folder.model(STUDENT))

    assert model.config.num_hidden_layers == 1
    assert {parameter.dtype for parameter in model.parameters()} == {torch.float32}


def test_student_learns_from_its_teacher_and_baseline_does_not(run: FinishedRun) -> None:
    _, student, baseline = run.facts.stages

    assert set(student.loss_curve[-1].parts) == {"labels", "teacher"}
    assert set(baseline.loss_curve[-1].parts) == {"labels"}
    assert student.loss_curve[-1].loss < student.loss_curve[0].loss


def test_teacher_with_fewer_tokens_gives_a_student_in_half_precision(tmp_path: Path) -> None:
    changes = ("teacher.vocabulary_size=240", "student.saved_as=float16", "baseline=false")

    made = run_recipe(write_recipe(tmp_path), tmp_path / "run", *changes)

    folder = RunFolder(tmp_path / "run")
    model = AutoModelForQuestionAnswering.from_pretrained(folder.model(STUDENT))
    teacher = AutoModelForQuestionAnswering.from_pretrained(folder.model(TEACHER))
    assert {parameter.dtype for parameter in model.parameters()} == {torch.float16}
    assert {parameter.dtype for parameter in teacher.parameters()} == {torch.float32}
    assert model.config.vocab_size == teacher.config.vocab_size <= 240
    assert [stage.name for stage in made.facts.stages] == ["student 1"]
    assert made.facts.models[TEACHER].name == str(folder.model(TEACHER))


def test_finished_run_is_told_again_and_left_as_it_is(run: FinishedRun, folder: RunFolder) -> None:
    before = {path: path.stat().st_mtime_ns for path in folder.path.rglob("*")}

    again = run_recipe(folder.path.parent / "recipe.toml", folder.path, TUNING)

    assert again == run
    assert {path: path.stat().st_mtime_ns for path in folder.path.rglob("*")} == before


def test_run_that_lost_its_facts_has_only_them_to_make(tmp_path: Path) -> None:
    recipe, folder = write_recipe(tmp_path), RunFolder(tmp_path / "run")
    first = run_recipe(recipe, folder.path)
    records = {path: path.stat().st_mtime_ns for path in folder.record(STUDENT).iterdir()}
    folder.facts.unlink()

    second = run_recipe(recipe, folder.path)

    assert second.facts.models == first.facts.models
    assert second.facts.cache.computed_windows == 0
    assert {path: path.stat().st_mtime_ns for path in folder.record(STUDENT).iterdir()} == records


def test_folder_of_another_recipe_is_refused(folder: RunFolder) -> None:
    with pytest.raises(TrainingError, match="holds a run of another recipe"):
        run_recipe(folder.path.parent / "recipe.toml", folder.path, "seed=7")


def test_killed_run_goes_on_to_the_same_models(tmp_path: Path) -> None:
    recipe = write_recipe(tmp_path)
    undisturbed = run_recipe(recipe, tmp_path / "undisturbed")
    output = tmp_path / "killed"
    command = [sys.executable, "-m", "qareport", "train", str(recipe), "--output", str(output)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    while not list(output.glob("work/student-1/checkpoint-*/sealed.json")):
        assert process.poll() is None
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()

    resumed = run_recipe(recipe, output)

    for role in (STUDENT, BASELINE):
        ours, theirs = resumed.facts.models[role], undisturbed.facts.models[role]
        assert ours.weights_sha256 == theirs.weights_sha256


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stopped_run_says_what_is_kept_and_how_to_go_on(
    number: signal.Signals, tmp_path: Path
) -> None:
    recipe, output = write_recipe(tmp_path), tmp_path / "run"
    process = subprocess.Popen(
        [sys.executable, "-m", "qareport", "train", str(recipe), "--output", str(output)],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        # Where the tests run in the background, signals may be ignored.
        preexec_fn=lambda: signal.signal(number, signal.SIG_DFL),  # noqa: PLW1509 - no threads
    )
    while not list(output.glob("work/student-1/checkpoint-*/sealed.json")):
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(number)
    _, errors = process.communicate()

    assert process.returncode == 128 + number
    assert "Traceback" not in errors
    assert errors.splitlines()[-1] == (
        f"Stopped: what is done is kept in {output}, and the same command goes on from there"
    )


def test_haystack_pads_all_windows_and_learns_at_every_token(tmp_path: Path) -> None:
    recipe = write_recipe(tmp_path)
    changes = ("fidelity=haystack", "windows.stride=step", "windows.max_question_length=16")

    outcome = run_recipe(recipe, tmp_path / "run", *changes)

    halves_per_window = 2 * 64
    assert outcome.facts.cache.size_bytes == 2 * halves_per_window * outcome.facts.windows.windows
    assert outcome.facts.cache.computed_in == "float32"
    assert not any("weight decay" in sentence for sentence in outcome.facts.deviations)


def test_trimmed_student_answers_with_fewer_tokens(tmp_path: Path) -> None:
    recipe, folder = write_recipe(tmp_path), RunFolder(tmp_path / "run")

    outcome = run_recipe(recipe, folder.path, "student.trim_vocabulary=true")

    models = outcome.facts.models
    sizes = [models[role].tokenizer.vocabulary_size for role in (TEACHER, STUDENT, BASELINE)]
    assert sizes[1] == sizes[2] < sizes[0]


def test_layers_are_learnt_before_answers(tmp_path: Path) -> None:
    stage = "[intermediate]\ntraining = { epochs = 1, batch_size = 2, save_every = 2 }\n"

    outcome = run_recipe(write_recipe(tmp_path, more=stage), tmp_path / "run")

    layers, answers, baseline = outcome.facts.stages
    assert [layers.name, answers.name, baseline.name] == ["student 1", "student 2", "baseline 1"]
    assert set(layers.loss_curve[-1].parts) == {"hidden", "attention"}


def test_command_prints_the_scores_of_all_three_models(folder: RunFolder) -> None:
    told = run_qareport(
        "train", folder.path.parent / "recipe.toml", "--output", folder.path, "--set", TUNING
    )

    assert told.exit_code == 0
    for role in ROLES:
        assert f"{role}: {folder.model(role)}" in told.output
    assert "recovered gap, F1: " in told.output


def test_several_seeds_make_a_run_each_and_are_put_together(tmp_path: Path) -> None:
    recipe, output = write_recipe(tmp_path), tmp_path / "runs"

    told = run_qareport("train", recipe, "--output", output, "--seeds", "1,2")
    alone = run_recipe(recipe, tmp_path / "alone", "seed=2")

    students = [output / f"seed-{seed}" / STUDENT for seed in (1, 2)]
    evaluations = [read_evaluation(student / "evaluation.json") for student in students]
    assert told.exit_code == 0
    assert [each.model.training_seed for each in evaluations] == [1, 2]
    assert evaluations[0].model.weights_sha256 != evaluations[1].model.weights_sha256
    assert evaluations[1].model.weights_sha256 == alone.facts.models[STUDENT].weights_sha256
    assert "mean of 2" in told.output
    assert told.output.endswith(
        f"A card of all: qareport card {students[0].parent} --record {students[1]}\n"
    )


def test_command_plans_without_training(folder: RunFolder) -> None:
    planned = run_qareport("train", folder.path.parent / "recipe.toml", "--plan")

    assert planned.exit_code == 0
    assert "learnt from: 8 examples in 8 windows" in planned.output


def test_teacher_of_another_family_is_refused_before_any_work(tmp_path: Path) -> None:
    recipe, folder = write_recipe(tmp_path), RunFolder(tmp_path / "run")
    student = build_tiny_model("roberta", tmp_path / "roberta")

    with pytest.raises(PreflightError, match="choose a teacher of the student's family"):
        run_recipe(recipe, folder.path, f"student={{model='{student}'}}")

    assert not folder.model(STUDENT).exists()
    assert not folder.record(TEACHER).exists()


def test_layers_are_learnt_from_a_teacher_of_their_own_and_more_text(tmp_path: Path) -> None:
    other = build_tiny_model("bert", tmp_path / "other", seed=2)
    words = build_tiny_masked_model("bert", tmp_path / "words")
    stage = f"""
[intermediate]
teacher = "{other}"
augmented = true
training = {{ epochs = 1, batch_size = 2, save_every = 2 }}
"""
    changes = (
        f"data.augmentation={{model='{words}', copies=1}}",
        f"data.development.source={tmp_path / 'asked.json'}",
        "distillation.training.evaluate_every=6",
        "distillation.training.keep=best",
        "baseline=false",
    )

    outcome = run_recipe(write_recipe(tmp_path, more=stage), tmp_path / "run", *changes)

    layers, answers = outcome.facts.stages
    assert (layers.windows, answers.windows) == (16, 8)
    assert [point.update for point in answers.development] == [6, 12]
    assert outcome.comparisons.with_baseline is None


def test_teacher_learns_from_data_of_its_own(tmp_path: Path) -> None:
    recipe = write_recipe(tmp_path)
    own = write_examples(tmp_path / "own.json", PASSAGES[:1])

    outcome = run_recipe(
        recipe, tmp_path / "run", TUNING, f"teacher.train=[{{source='{own}'}}]", "baseline=false"
    )

    assert [stage.windows for stage in outcome.facts.stages] == [2, 8]
    assert [source.examples for source in outcome.facts.teacher_sources] == [2]
