"""An evaluation to the options of the command that makes it again."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import PurePath

from qareport.evaluation.evaluation_json import Evaluation
from qareport.inference.options import TORCH, AnsweringOptions
from qareport.metrics.normalisers import SQUAD_EN


def evaluate_options(evaluation: Evaluation) -> Iterator[str]:
    """All options that `qareport evaluate` needs for the same evaluation, and no others."""
    data, defaults = evaluation.data, asdict(AnsweringOptions())
    is_file = (data.revision, data.config, data.split) == (None, None, None)
    given: dict[str, object] = {
        "--model-revision": evaluation.model.revision,
        "--data" if is_file else "--dataset": PurePath(data.source).name
        if is_file
        else data.source,
        "--config": data.config,
        "--split": data.split,
        "--revision": data.revision,
        "--limit": evaluation.scores.overall.n if evaluation.is_partial else None,
        "--device": evaluation.hardware.device,
        "--dtype": evaluation.hardware.dtype,
    }
    if evaluation.hardware.engine != TORCH:
        given["--engine"] = evaluation.hardware.engine
    for name, value in asdict(evaluation.options).items():
        if value != defaults[name]:
            given[f"--{name.replace('_', '-')}"] = value
    if evaluation.normaliser != SQUAD_EN.name:
        given["--normaliser"] = evaluation.normaliser
    for name, value in given.items():
        if value is not None:
            yield from (name, str(value))
