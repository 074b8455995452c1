"""Evaluate, understand and publish extractive question-answering models.

The public names; each is imported from its home when it is first used, so that importing
qareport costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qareport.answering.answerer import Answerer, load_answerer
    from qareport.answering.old_pipeline import OldPipeline, load_pipeline
    from qareport.options import AnsweringOptions, EngineOptions
    from qareport.pipeline import evaluate, evaluate_into
    from qareport.reading.squad_file import read_squad_file
    from qareport.reading.table import read_table
    from qareport.squad_metric import metric

__all__ = [
    "Answerer",
    "AnsweringOptions",
    "EngineOptions",
    "OldPipeline",
    "evaluate",
    "evaluate_into",
    "load_answerer",
    "load_pipeline",
    "metric",
    "read_squad_file",
    "read_table",
]

_HOMES = {
    "Answerer": "qareport.answering.answerer",
    "AnsweringOptions": "qareport.options",
    "EngineOptions": "qareport.options",
    "OldPipeline": "qareport.answering.old_pipeline",
    "evaluate": "qareport.pipeline",
    "evaluate_into": "qareport.pipeline",
    "load_answerer": "qareport.answering.answerer",
    "load_pipeline": "qareport.answering.old_pipeline",
    "metric": "qareport.squad_metric",
    "read_squad_file": "qareport.reading.squad_file",
    "read_table": "qareport.reading.table",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'qareport' has no attribute {name!r}")
    return vars(import_module(_HOMES[name]))[name]


def __dir__() -> list[str]:
    return __all__
