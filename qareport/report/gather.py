"""Gathers what a report shows from folders of records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from qareport.analysis.analyse import analyse
from qareport.analysis.examples.rows import ExampleRow
from qareport.analysis.statistics.comparison import compare_rows, recover_gap
from qareport.analysis.statistics.gates import DEFAULT_TOLERANCE
from qareport.analysis.statistics.paired_tests import RecoveredGap
from qareport.data.names import data_label, name_data
from qareport.data.types import Prediction
from qareport.evaluation.haystack.protocol import PROTOCOL as TOKEN_LEVEL
from qareport.evaluation.haystack.token_level import score_token_level
from qareport.evaluation.haystack.totals import as_prediction
from qareport.evaluation.record.reader import (
    Record,
    differing_options,
    read_record,
    read_record_candidates,
    require_same_words,
)
from qareport.evaluation.seeds import combine_records, why_no_seeds
from qareport.evaluation.training_json import BASELINE, TEACHER
from qareport.inference.decoding import predict_all
from qareport.report.number_format import model_label
from qareport.report.page.page import RenderedReport, render_report
from qareport.report.page.sources import OtherRecord, ReportSources, ShownRecord


@dataclass(frozen=True, slots=True)
class ReportChoice:
    """The records that a report is made of, and how."""

    folder: Path
    """The record that the report is about."""
    others: tuple[Path, ...] = ()
    """Records to compare with it."""
    teacher: Path | None = None
    baseline: Path | None = None
    is_redacted: bool = False

    @property
    def roles(self) -> Mapping[str, Path]:
        """The folders of teacher and baseline, where they are named."""
        folders = {TEACHER: self.teacher, BASELINE: self.baseline}
        return {role: folder for role, folder in folders.items() if folder is not None}


def make_report(choice: ReportChoice) -> RenderedReport:
    """The report as one page.

    Raises:
        DataError: a record cannot be read, or one is of other data or rules than the first.
    """
    return render_report(gather_report(choice))


def gather_report(choice: ReportChoice) -> ReportSources:
    """Reads and compares the records of a report.

    Raises:
        DataError: a record cannot be read, or one is of other data or rules than the first.
    """
    main = read_record(choice.folder)
    in_roles = {role: read_record(folder) for role, folder in choice.roles.items()}
    is_redacted = choice.is_redacted or main.is_redacted
    named = [read_record(folder) for folder in choice.others]
    others = [*named, *in_roles.values()]
    for other in others:
        require_same_words(other, main)
    seeds = [main, *(other for other in named if _is_other_seed(other, main))]
    has_seeds = len(seeds) > 1
    own_name, *names = _names(
        [main, *others], {folder: role for role, folder in choice.roles.items()}
    )
    return ReportSources(
        main=_shown(main, own_name),
        predictions=() if is_redacted else _predictions(main),
        others=tuple(
            _compared(other, main, name) for other, name in zip(others, names, strict=True)
        ),
        gap=_gap(main, in_roles),
        seeds=tuple(each.evaluation for each in seeds) if has_seeds else (),
        seed_scores=combine_records(seeds) if has_seeds else {},
        is_redacted=is_redacted,
    )


def _names(records: Sequence[Record], roles: Mapping[Path, str]) -> list[str]:
    """The label of each model after its role, with the record's folder where several share it.

    `roles` has a role for some folders.
    """
    models = [model_label(each.evaluation.model) for each in records]
    short = [
        f"{model} ({each.folder.resolve().name})"
        for model, each in zip(models, records, strict=True)
    ]
    full = [f"{model} ({each.folder})" for model, each in zip(models, records, strict=True)]
    names = []
    for index, each in enumerate(records):
        forms = (models, short, full)
        name = next((form[index] for form in forms if form.count(form[index]) == 1), full[index])
        names.append(" ".join((*filter(None, [roles.get(each.folder)]), name)))
    return names


def _shown(record: Record, name: str) -> ShownRecord:
    identity = record.evaluation.data
    return ShownRecord(
        name=name,
        data_name=data_label(identity, name_data(identity, ())),
        evaluation=record.evaluation,
        analysis=analyse(record.rows, scope=record.scope),
        rows=record.rows,
    )


def _compared(record: Record, reference: Record, name: str) -> OtherRecord:
    comparison = compare_rows(record.rows, reference.rows, tolerance=DEFAULT_TOLERANCE)
    return OtherRecord(
        _shown(record, name), comparison, warnings=differing_options(record, reference)
    )


def _is_other_seed(record: Record, main: Record) -> bool:
    """Whether both are known to be of one training with two seeds."""
    model, other = main.evaluation.model, record.evaluation.model
    has_seeds = None not in {model.training_seed, other.training_seed}
    return has_seeds and not why_no_seeds(model, other)


def _gap(main: Record, in_roles: Mapping[str, Record]) -> Mapping[str, RecoveredGap] | None:
    """The share of the gap that the model recovers; None without teacher and baseline."""
    if TEACHER not in in_roles or BASELINE not in in_roles:
        return None
    return recover_gap(main.rows, in_roles[TEACHER].rows, in_roles[BASELINE].rows)


def _predictions(record: Record) -> tuple[Prediction, ...]:
    """The predictions of all scored examples, with their n-best lists."""
    candidates, options = read_record_candidates(record), record.evaluation.options
    if record.evaluation.protocol == TOKEN_LEVEL:
        scored = score_token_level(record.examples, candidates)
        pairs = zip(record.examples, scored, strict=True)
        made = [as_prediction(example.id, each.answer) for example, each in pairs]
    else:
        allowed = candidates.up_to(options.max_answer_length)
        made = list(predict_all(record.examples, allowed, options))
    kept = zip(record.asked, made, strict=True)
    return tuple(prediction for row, prediction in kept if isinstance(row, ExampleRow))
