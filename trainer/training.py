"""Trains and scores the models of a recipe, and writes the facts of the run."""

import time
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime

from qareport.data.findings import FindingGroup
from qareport.data.secrets import hide_all_secrets
from qareport.data.toml_tables import changed_keys
from qareport.evaluation.evaluation_json import Evaluation
from qareport.evaluation.record.reader import evaluation_in, read_record
from qareport.evaluation.record.replacement import writing
from qareport.evaluation.training_json import (
    BASELINE,
    FORMAT,
    STUDENT,
    TEACHER,
    CacheFacts,
    SourceFacts,
    StageFacts,
    TrainingFacts,
    UnanswerableFacts,
    read_facts,
    write_facts,
)
from qareport.inference.answerer import load_answerer
from qareport.inference.identity import ModelIdentity
from qareport.inference.options import EngineOptions
from trainer.deviations import find_deviations
from trainer.ingredients import (
    Run,
    answering_options,
    findings_of,
    load_teacher,
    read_data,
    window_facts,
)
from trainer.machine import describe_machine, find_git_commit, find_versions, measuring_energy
from trainer.measuring import Comparisons, compare_roles, measure, read_comparisons
from trainer.planning.planned_run import describe_run
from trainer.planning.preflight import check_run
from trainer.preparing.labelling import LabelledWindows
from trainer.preparing.mixing import Mix
from trainer.processes import processes
from trainer.progress import Watch
from trainer.recipe import Recipe
from trainer.roles import remake_teacher, train_baseline, train_student
from trainer.run_folder import RunFolder, claim


@dataclass(frozen=True, slots=True)
class Trained:
    """Models and facts of the trainings of a run."""

    windows: LabelledWindows
    stages: tuple[StageFacts, ...]
    cache: CacheFacts
    models: Mapping[str, ModelIdentity]
    findings: tuple[FindingGroup, ...]
    """Findings from before the run began."""


@dataclass(frozen=True, slots=True)
class FinishedRun:
    """Facts, scores and comparisons of a finished run."""

    facts: TrainingFacts
    evaluations: Mapping[str, Evaluation]
    """By role: teacher, student, baseline."""
    comparisons: Comparisons


def train(
    recipe: Recipe, folder: RunFolder, *, name: str, command: Sequence[str], watch: Watch
) -> FinishedRun | None:
    """Teacher, student and baseline of a recipe, trained and scored; resumes where it stopped.

    Only the main process returns the outcome; it locks the folder. A run that has ended is reported
    again, and left as it is.

    Raises:
        QareportError: something about recipe, data, models or the folder forbids the run.
    """
    with processes().main_process_first():
        claim(folder, recipe)
    if not folder.facts.exists():
        with writing(folder.path) if processes().is_main_process else nullcontext():
            facts = _run(recipe, folder, name=name, command=command, watch=watch)
            if processes().is_main_process:
                compare_roles(folder)
                write_facts(facts, folder.facts)
    return read_outcome(folder) if processes().is_main_process else None


def read_outcome(folder: RunFolder) -> FinishedRun:
    """The outcome of a run that has ended, from its folder.

    Raises:
        DataError: the run has not ended, or its facts or records were changed.
    """
    facts = read_facts(folder.facts)
    return FinishedRun(
        facts=facts,
        evaluations={role: read_record(folder.record(role)).evaluation for role in facts.models},
        comparisons=read_comparisons(folder),
    )


def _run(
    recipe: Recipe, folder: RunFolder, *, name: str, command: Sequence[str], watch: Watch
) -> TrainingFacts:
    """Runs the recipe, and returns the facts of the run."""
    started, clock = datetime.now(UTC), time.perf_counter()
    with measuring_energy() as meter:
        run = Run(recipe, folder, read_data(recipe), watch)
        trained = _train_all(run)
    made = run.data.made
    return TrainingFacts(
        format=FORMAT,
        recipe_name=name,
        recipe=recipe.model_dump(mode="json"),
        command=tuple(map(hide_all_secrets, command)),
        started=started,
        seconds=time.perf_counter() - clock,
        sources=_source_facts(run.data.mix),
        teacher_sources=_source_facts(run.data.teacher_mix) if run.data.teacher_mix else (),
        unanswerable=UnanswerableFacts(len(made.examples), made.exclusions) if made else None,
        windows=window_facts(trained.windows),
        stages=trained.stages,
        cache=trained.cache,
        models=trained.models,
        deviations=find_deviations(recipe),
        machine=describe_machine(meter.kwh),
        versions=find_versions(),
        git_commit=find_git_commit(),
        findings=(*findings_of(run.data, trained.windows), *trained.findings),
        changed_keys=changed_keys(recipe),
    )


def _train_all(run: Run) -> Trained:
    """Trains and scores all models of the recipe; the teacher first, to notice a broken one."""
    recipe = run.recipe
    teacher = load_teacher(recipe.teacher.model, recipe.teacher.revision, recipe)
    planned = describe_run(recipe, run.data, folder=run.folder.path)
    findings = check_run(planned)
    labelled = planned.labelled
    stages: list[StageFacts] = []
    if recipe.teacher.is_remade:
        learnt = planned.teachers_own or labelled
        stages += remake_teacher(run, learnt.windows)
        teacher = load_teacher(run.folder.model(TEACHER).as_posix(), None, recipe)
    models = {TEACHER: _measure(run, TEACHER, teacher.identity.name, teacher.identity.revision)}
    student = train_student(run, teacher, labelled.windows)
    models[STUDENT] = _measure(run, STUDENT, run.folder.model(STUDENT).as_posix())
    stages += student.stages
    if recipe.baseline:
        stages.append(train_baseline(run, teacher.identity, labelled.windows))
        models[BASELINE] = _measure(run, BASELINE, run.folder.model(BASELINE).as_posix())
    return Trained(labelled, tuple(stages), student.cache, models, findings)


def _measure(run: Run, role: str, model: str, revision: str | None = None) -> ModelIdentity:
    """Scores a model on the evaluation data; one process does, the others wait."""
    total, done = len(run.data.evaluation.examples), 0

    def count(more: int) -> None:
        nonlocal done
        done += more
        run.watch(f"{role}: answering", done, total)

    state = processes()
    if state.is_main_process:
        answerer = load_answerer(
            model,
            answering_options(run.recipe),
            engine=EngineOptions(device=str(state.device)),
            revision=revision,
        )
        is_trained_here = model == run.folder.model(role).as_posix()
        measure(
            answerer,
            run.data.evaluation,
            run.folder.record(role),
            seed=run.recipe.seed if is_trained_here else None,
            watch=count,
        )
    state.wait_for_everyone()
    return evaluation_in(run.folder.record(role)).model


def _source_facts(mix: Mix) -> tuple[SourceFacts, ...]:
    return tuple(
        SourceFacts(
            identity=source.data.identity,
            examples=len(source.data.examples),
            times=source.source.times,
            exclusions=source.data.exclusions,
        )
        for source in mix.sources
    )
