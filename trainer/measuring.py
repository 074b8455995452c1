"""Evaluates trained models into records, and compares them."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from qareport.analysis.statistics.comparison import Comparison, compare_rows, recover_gap
from qareport.analysis.statistics.gates import DEFAULT_TOLERANCE
from qareport.analysis.statistics.paired_tests import RecoveredGap
from qareport.data.files import read_bytes, write_text
from qareport.data.types import DataSet
from qareport.errors import DataError
from qareport.evaluation.evaluate import clear_finished, evaluate_into
from qareport.evaluation.record.reader import evaluation_in, read_record
from qareport.evaluation.record.writer import EVALUATION
from qareport.evaluation.training_json import BASELINE, STUDENT, TEACHER
from qareport.inference.answerer import Answerer
from trainer.run_folder import RunFolder


@dataclass(frozen=True, slots=True)
class Comparisons:
    """The student compared with the others."""

    with_teacher: Comparison
    with_baseline: Comparison | None
    recovered_gap: Mapping[str, RecoveredGap] | None
    """Share of the gap between teacher and baseline that the student closes."""


_COMPARISONS = TypeAdapter(Comparisons)


def measure(
    answerer: Answerer,
    data: DataSet,
    record: Path,
    *,
    seed: int | None,
    watch: Callable[[int], None],
) -> None:
    """Scores a model into a record; one of the same weights, data and options is left.

    `seed` is that of the training that made the weights; None for weights from elsewhere.

    Raises:
        ModelError: the model's logits are not finite.
        OutputError: the record cannot be written.
    """
    if _is_measured(record, answerer, data):
        clear_finished(record)
        return
    identity = replace(answerer.model.identity, training_seed=seed)
    seeded = Answerer(replace(answerer.model, identity=identity), answerer.options)
    evaluate_into(record, seeded, data, watch=lambda rows: watch(len(rows)))


def read_comparisons(folder: RunFolder) -> Comparisons:
    """The comparisons in the run's folder, made anew where they are missing, damaged or old.

    Raises:
        DataError: they are made anew, and a record is not what it was.
        OutputError: likewise, and the file cannot be written.
    """
    with suppress(OSError, ValidationError):
        return _COMPARISONS.validate_json(read_bytes(folder.comparison))
    compare_roles(folder)
    return _COMPARISONS.validate_json(read_bytes(folder.comparison))


def compare_roles(folder: RunFolder) -> None:
    """Writes the comparisons of all records into the run's folder.

    Raises:
        DataError: a record is not what it was.
        OutputError: the file cannot be written.
    """
    student, teacher = read_record(folder.record(STUDENT)), read_record(folder.record(TEACHER))
    has_baseline = (folder.record(BASELINE) / EVALUATION).exists()
    baseline = read_record(folder.record(BASELINE)) if has_baseline else None
    comparisons = Comparisons(
        with_teacher=compare_rows(student.rows, teacher.rows, tolerance=DEFAULT_TOLERANCE),
        with_baseline=(
            compare_rows(student.rows, baseline.rows, tolerance=DEFAULT_TOLERANCE)
            if baseline
            else None
        ),
        recovered_gap=recover_gap(student.rows, teacher.rows, baseline.rows) if baseline else None,
    )
    write_text(folder.comparison, _COMPARISONS.dump_json(comparisons, indent=2).decode() + "\n")


def _is_measured(record: Path, answerer: Answerer, data: DataSet) -> bool:
    try:
        known = evaluation_in(record)
    except DataError:
        return False
    return (known.model.weights_sha256, known.data.sha256, known.options) == (
        answerer.model.identity.weights_sha256,
        data.identity.sha256,
        answerer.options,
    )
