"""The folder of a pair to the finished record in it, if a run would make that very record."""

from contextlib import suppress
from pathlib import Path

from qareport.data.types import DataSet
from qareport.errors import DataError, OutputError
from qareport.evaluation.evaluation_json import Evaluation, read_evaluation
from qareport.evaluation.record.reader import require_whole
from qareport.evaluation.record.unfinished import engine_of_unfinished
from qareport.evaluation.record.writer import EVALUATION
from qareport.inference.answerer import Answerer
from qareport.metrics.squad import PROTOCOL


def is_finished(folder: Path) -> bool:
    """Whether a record stands in `folder`, of whatever."""
    return (folder / EVALUATION).exists()


def engine_before(folder: Path) -> str | None:
    """What ran the model for the record in `folder`, finished or not; None if there is none."""
    with suppress(DataError):
        return read_evaluation(folder / EVALUATION).hardware.engine
    return engine_of_unfinished(folder)


def take_finished(
    folder: Path, answerer: Answerer, data_set: DataSet, *, normaliser: str
) -> Evaluation:
    """The record in `folder`, which is of the same model, data and rules.

    Device, batches and versions may be others: they change speed and rounding, nothing else.

    Raises:
        DataError: it cannot be read, or was changed.
        OutputError: it is of something else; the message names what differs.
    """
    evaluation = read_evaluation(folder / EVALUATION)
    model, data = evaluation.model, evaluation.data
    asked = answerer.model
    compared = {
        "weights": (model.weights_sha256, asked.identity.weights_sha256),
        "configuration": (evaluation.configuration_sha256, asked.configuration_sha256),
        "tokenizer": (model.tokenizer.sha256, asked.identity.tokenizer.sha256),
        "data": (data.sha256, data_set.identity.sha256),
        "questions left out": (evaluation.exclusions, data_set.exclusions),
        "options": (evaluation.options, answerer.options),
        "normaliser": (evaluation.normaliser, normaliser),
        "protocol": (evaluation.protocol, PROTOCOL),
        "engine": (evaluation.hardware.engine, asked.hardware.engine),
        "dtype": (evaluation.hardware.dtype, asked.hardware.dtype),
    }
    if differing := [name for name, (found, wanted) in compared.items() if found != wanted]:
        raise OutputError(
            f"{folder}: holds a record with other {', '.join(differing)}; "
            "name another folder or add --overwrite"
        )
    require_whole(folder, evaluation)
    return evaluation
