"""Plans a run, without loading a weight."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from transformers import PreTrainedModel, PreTrainedTokenizerFast

from qareport.data.findings import FindingGroup
from qareport.data.types import DataSet, Example, Exclusion
from qareport.evaluation.training_json import STUDENT, TEACHER, WindowFacts
from qareport.inference.engines.devices import describe_hardware, pick_dtype
from trainer.errors import PreflightError
from trainer.ingredients import (
    TrainingData,
    findings_of,
    read_data,
    window_facts,
)
from trainer.planning.costs import ModelSize, measure_size
from trainer.planning.memory_and_disk import DiskNeeds, disk_needs, memory_need
from trainer.planning.outlines import ModelOutlines
from trainer.planning.planned_run import PlannedRun, describe_run
from trainer.planning.preflight import find_failures, find_notices
from trainer.planning.speeds import GPUS, Speed, measure_speed
from trainer.planning.steps import MeasuredWindows, Step, plan_steps
from trainer.preparing.cutting import cut_examples
from trainer.preparing.labelling import EXAMPLES_AT_ONCE, LabelledWindows
from trainer.processes import processes
from trainer.recipe import Recipe, Windows


@dataclass(frozen=True, slots=True)
class PlannedModel:
    """A model of the run."""

    role: str
    name: str
    """What it starts from: id on the Hub, or folder."""
    size: ModelSize


@dataclass(frozen=True, slots=True)
class PlannedData:
    """Counts of training and evaluation data."""

    training: WindowFacts
    evaluation_examples: int
    evaluation_windows: int


@dataclass(frozen=True, slots=True)
class DeviceTime:
    """How long the steps take on one device."""

    device: str
    seconds: tuple[float, ...]
    """Of each step of the plan, in order."""


@dataclass(frozen=True, slots=True)
class Needs:
    """The disk and the memory that a run needs."""

    disk: DiskNeeds
    memory_bytes: int
    """Roughly, of the fitting that needs most on its device."""


@dataclass(frozen=True, slots=True)
class Remarks:
    """Failures and warnings of a run before it begins."""

    failures: tuple[str, ...]
    """What forbids it, as far as it is known without weights."""
    findings: tuple[FindingGroup, ...]
    uncounted: tuple[str, ...]
    """Work that takes time and is in no step."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan of a run."""

    purpose: str
    models: tuple[PlannedModel, ...]
    data: PlannedData
    steps: tuple[Step, ...]
    times: tuple[DeviceTime, ...]
    """This device first."""
    needs: Needs
    remarks: Remarks


def make_plan(recipe: Recipe, *, speed: Speed = measure_speed) -> Plan:
    """The plan of a run on one device of this kind, whose speed is measured by `speed`.

    Reads data, tokenizers and configurations, and downloads no weights.

    Raises:
        DataError: a source cannot be read, or has errors that forbid using it.
        ModelError: a model is not there, or is refused.
        PreflightError: nothing can be planned: there are no windows, or no such student.
        RecipeError: windows or layers are not possible.
    """
    data = read_data(recipe)
    run = describe_run(recipe, data, folder=None)
    labelled, models = run.labelled, run.models
    failures = find_failures(run)
    if not labelled.windows:
        raise PreflightError("\n".join(failures))
    measured = MeasuredWindows(
        evaluation=_lengths(recipe, models.teacher.tokenizer, data.evaluation),
        development=_lengths(recipe, models.teacher.tokenizer, data.development),
    )
    device = processes().device
    hardware = describe_hardware(device, "float32", batch_tokens=None)
    steps = plan_steps(run, measured, batch_tokens=hardware.batch_tokens)
    return Plan(
        purpose=recipe.purpose,
        models=_planned_models(models),
        data=PlannedData(
            training=_window_facts(data, labelled),
            evaluation_examples=len(data.evaluation.examples),
            evaluation_windows=len(measured.evaluation),
        ),
        steps=steps,
        times=(
            DeviceTime(hardware.device_name, _seconds_here(models.student.model, steps, speed)),
            *_times_elsewhere(steps),
        ),
        needs=_needs(run),
        remarks=Remarks(
            failures=failures,
            findings=(*findings_of(data, labelled), *find_notices(run)),
            uncounted=_uncounted(recipe),
        ),
    )


def _lengths(recipe: Recipe, tokenizer: PreTrainedTokenizerFast, data: DataSet | None) -> list[int]:
    """Tokens of the windows that a data set is scored in."""
    options = Windows(
        max_seq_length=recipe.windows.max_seq_length, doc_stride=recipe.windows.doc_stride
    )
    examples: Sequence[Example] = () if data is None else data.examples
    return [
        len(window)
        for first in range(0, len(examples), EXAMPLES_AT_ONCE)
        for window in cut_examples(
            tokenizer, examples[first : first + EXAMPLES_AT_ONCE], options
        ).windows
    ]


def _planned_models(models: ModelOutlines) -> tuple[PlannedModel, ...]:
    roles = [
        (TEACHER, models.teacher),
        *((f"{TEACHER} of layers", outline) for outline in models.teachers[1:]),
        (STUDENT, models.student),
    ]
    return tuple(
        PlannedModel(role, outline.name, measure_size(outline.model)) for role, outline in roles
    )


def _window_facts(data: TrainingData, labelled: LabelledWindows) -> WindowFacts:
    """Counts of the training examples, from their sources on."""
    left_out: Counter[str] = Counter()
    of_sources = (exclusion for source in data.mix.sources for exclusion in source.data.exclusions)
    for exclusion in (*of_sources, *labelled.exclusions):
        left_out[exclusion.reason] += exclusion.count
    reasons = tuple(Exclusion(*reason) for reason in left_out.items())
    return replace(window_facts(labelled), exclusions=reasons)


def _seconds_here(
    student: PreTrainedModel, steps: Sequence[Step], speed: Speed
) -> tuple[float, ...]:
    """Of each step, at the speed of the student in its precision."""
    device = processes().device
    formats = [pick_dtype(step.precision, device) for step in steps]
    speeds = {precision: speed(student, precision) for precision in dict.fromkeys(formats)}
    return tuple(
        step.flops / speeds[precision] for step, precision in zip(steps, formats, strict=True)
    )


def _times_elsewhere(steps: Sequence[Step]) -> list[DeviceTime]:
    return [
        DeviceTime(gpu.name, tuple(step.flops / gpu.sustained(step.precision) for step in steps))
        for gpu in GPUS
    ]


def _needs(run: PlannedRun) -> Needs:
    return Needs(
        disk=disk_needs(run),
        memory_bytes=max(memory_need(run, fitting) for fitting in run.fittings),
    )


def _uncounted(recipe: Recipe) -> tuple[str, ...]:
    sentences = ["loading and cutting data, loading models, writing checkpoints"]
    if recipe.intermediate is not None and recipe.intermediate.augmented:
        sentences.append("what the masked language model computes for the augmented copies")
    return tuple(sentences)
