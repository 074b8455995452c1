"""Defines the record of a training run, and reads and writes it as JSON."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from pydantic import JsonValue

from qareport.data.findings import FindingGroup
from qareport.data.json_format import JsonFormat, read_numbered, write_numbered
from qareport.data.ranges import Count, Finite, NotNegative, Percent
from qareport.data.types import DataIdentity, Exclusion
from qareport.errors import DataError
from qareport.inference.identity import ModelIdentity

FORMAT = 1
FACTS_FILE = "training.json"
"""File of these facts in the folder of a training."""
RUN_FILES = ("recipe.json", "comparison.json")
"""Other files there: what was asked for, and how the models compare."""
TEACHER, STUDENT, BASELINE = "teacher", "student", "baseline"
"""Roles in a training, which name the folders of their records."""
STUDENT_MODEL = "model"
"""Folder of the trained student."""
MODEL_FOLDERS: Mapping[str, str] = {
    TEACHER: "teacher-model",
    STUDENT: STUDENT_MODEL,
    BASELINE: "baseline-model",
}
"""Folders of the models of a training, by role."""


@dataclass(frozen=True, slots=True)
class LossPoint:
    """The loss of the updates since the point before, as a mean."""

    update: Count
    loss: Finite
    parts: Mapping[str, Finite]
    """Weighted, by name; their sum is the loss."""
    learning_rate: Finite
    gradient_norm: NotNegative | None


@dataclass(frozen=True, slots=True)
class DevelopmentPoint:
    """Scores on the development data, in percent."""

    update: Count
    exact: Percent
    f1: Percent


@dataclass(frozen=True, slots=True)
class StageFacts:
    """How one model was fitted once."""

    name: str
    windows: Count
    updates: Count
    epochs: NotNegative
    seconds: NotNegative
    """Of updates, scores and checkpoints; what was repeated after a restart counts once."""
    processes: Count
    loss_curve: tuple[LossPoint, ...]
    development: tuple[DevelopmentPoint, ...]
    kept_update: Count
    """The update whose weights were kept."""


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """One source of training examples."""

    identity: DataIdentity
    examples: Count
    times: Count
    exclusions: tuple[Exclusion, ...]


@dataclass(frozen=True, slots=True)
class UnanswerableFacts:
    """Examples that were made of answerable ones."""

    made: Count
    exclusions: tuple[Exclusion, ...]
    """Examples of the sources of which none was made; with `made`, all of them."""


@dataclass(frozen=True, slots=True)
class WindowFacts:
    """What became of the training examples."""

    examples: Count
    windows: Count
    no_answer_windows: Count
    """Windows of answerable examples that do not hold the answer."""
    exclusions: tuple[Exclusion, ...]


@dataclass(frozen=True, slots=True)
class CacheFacts:
    """The teacher's logits on disk."""

    size_bytes: Count
    largest_rounding: NotNegative
    """Largest difference between a stored logit and the one that the teacher computed in its own
    number format. How far that one is from float32 is not measured."""
    computed_windows: Count
    """Windows that the teacher read in this run; the others were there."""
    computed_in: str | None = None
    """Number format in which the teacher computed them, such as bfloat16; None where nobody wrote
    it down."""


@dataclass(frozen=True, slots=True)
class Machine:
    """Where a run took place."""

    device: str
    device_name: str
    processes: Count
    peak_memory_bytes: Count
    """Of the main process; of its device, where there is one."""
    energy_kwh: NotNegative | None
    """As codecarbon estimates it; None where it is not installed."""


@dataclass(frozen=True, slots=True)
class TrainingFacts:
    """All that a card needs to know of how a model came to be."""

    format: int
    recipe_name: str
    recipe: Mapping[str, JsonValue]
    """Every key with its value, those at their defaults too."""
    command: tuple[str, ...]
    started: datetime
    seconds: NotNegative
    """Of the process that ended it; those of its stages count over all restarts."""
    sources: tuple[SourceFacts, ...]
    teacher_sources: tuple[SourceFacts, ...]
    """What the teacher was fine-tuned on, where that is something else."""
    unanswerable: UnanswerableFacts | None
    """None where no such examples were made."""
    windows: WindowFacts
    cache: CacheFacts
    stages: tuple[StageFacts, ...]
    models: Mapping[str, ModelIdentity]
    """By role: teacher, student, baseline."""
    deviations: tuple[str, ...]
    """Where the run knowingly differs from Haystack's, in sentences."""
    machine: Machine
    versions: Mapping[str, str]
    git_commit: str | None
    """Of the working folder; None where it is not a checkout."""
    findings: tuple[FindingGroup, ...]
    changed_keys: tuple[str, ...] = ()
    """Keys of the recipe that are not at their defaults; () where nobody wrote them down."""


FILE = JsonFormat(TrainingFacts, FORMAT, "record of a training run", "qareport train --output")


def write_facts(facts: TrainingFacts, path: Path) -> None:
    """Put the facts into `path` as JSON, whole or not at all.

    Raises:
        OutputError: the file cannot be written.
    """
    write_numbered(facts, FILE, path)


def read_facts(path: Path) -> TrainingFacts:
    """The facts in `path`.

    Raises:
        DataError: the file is missing, holds no such facts, or has another format number.
    """
    return read_numbered(path, FILE)


def with_training_seed(model: ModelIdentity) -> ModelIdentity:
    """The model with the seed of its training, where the facts of the training are at hand.

    They lie beside the folder of a trained model, and name the hash of the weights.
    """
    path = Path(model.name).parent / FACTS_FILE
    if model.training_seed is not None or not path.is_file():
        return model
    with suppress(DataError):
        facts = read_facts(path)
        seed = facts.recipe.get("seed")
        made = {each.weights_sha256 for each in facts.models.values()}
        if isinstance(seed, int) and model.weights_sha256 in made:
            return replace(model, training_seed=seed)
    return model
