"""A card's model to the code that asks it, run where the model is at hand."""

from pathlib import Path

from qareport.cards.snippet import Usage, run_usage, usage_snippet
from qareport.evaluation.evaluation_json import Evaluation
from qareport.evaluation.training_json import STUDENT_MODEL

CONFIG = "config.json"
"""What a folder with a model holds."""


def show_usage(model_id: str, evaluation: Evaluation) -> Usage:
    """The code alone."""
    return Usage(usage_snippet(model_id, options=evaluation.options), "", {})


def run_usage_in(folder: Path, model_id: str, evaluation: Evaluation) -> Usage:
    """The code with what it prints; alone where the recorded model is not at hand any more.

    Raises:
        ModelError: the code fails.
    """
    model = evaluation.model
    if model.revision is not None:
        return run_usage(model_id, model.name, evaluation.options)
    for place in (Path(model.name), folder / STUDENT_MODEL, folder):
        if (place / CONFIG).is_file():
            return run_usage(model_id, str(place), evaluation.options)
    return show_usage(model_id, evaluation)
