"""Offers the public names of qareport, which evaluates, explains and publishes QA models.

Each is imported from its home when it is first used, so that importing
qareport costs nothing.
"""

from importlib import import_module

TYPE_CHECKING = False
"""As in typing, whose import takes longer than all else until Ctrl-C is received."""

if TYPE_CHECKING:
    from qareport.data.readers.read import read_table
    from qareport.data.readers.squad_file import read_squad_file
    from qareport.data.sampling import sample_data_set
    from qareport.evaluation.evaluate import evaluate, evaluate_into
    from qareport.inference.answerer import Answerer, load_answerer
    from qareport.inference.old_pipeline import OldPipeline, load_pipeline
    from qareport.inference.options import AnsweringOptions, EngineOptions
    from qareport.metrics.evaluate_module import squad_metric
    from qareport.metrics.measures import Scoring

__all__ = [
    "Answerer",
    "AnsweringOptions",
    "EngineOptions",
    "OldPipeline",
    "Scoring",
    "evaluate",
    "evaluate_into",
    "load_answerer",
    "load_pipeline",
    "read_squad_file",
    "read_table",
    "sample_data_set",
    "squad_metric",
]

_HOMES = {
    "Answerer": "qareport.inference.answerer",
    "AnsweringOptions": "qareport.inference.options",
    "EngineOptions": "qareport.inference.options",
    "OldPipeline": "qareport.inference.old_pipeline",
    "Scoring": "qareport.metrics.measures",
    "evaluate": "qareport.evaluation.evaluate",
    "evaluate_into": "qareport.evaluation.evaluate",
    "load_answerer": "qareport.inference.answerer",
    "load_pipeline": "qareport.inference.old_pipeline",
    "read_squad_file": "qareport.data.readers.squad_file",
    "read_table": "qareport.data.readers.read",
    "sample_data_set": "qareport.data.sampling",
    "squad_metric": "qareport.metrics.evaluate_module",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'qareport' has no attribute {name!r}")
    return vars(import_module(_HOMES[name]))[name]


def __dir__() -> list[str]:
    return __all__
