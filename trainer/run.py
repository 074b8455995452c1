"""What all steps of a run share."""

from dataclasses import dataclass

from trainer.ingredients import TrainingData
from trainer.progress import Watch
from trainer.recipe import Recipe
from trainer.workplace import Workplace


@dataclass(frozen=True, slots=True)
class Run:
    """A recipe at work in a folder."""

    recipe: Recipe
    place: Workplace
    data: TrainingData
    watch: Watch
