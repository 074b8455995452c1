"""Scores the answers of a record again by other rules, without the model."""

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import JsonValue

from qareport.cli.options import (
    Format,
    OtherMaxAnswerLength,
    OtherMeasures,
    OtherNBestSize,
    OtherNormaliser,
    OtherNullRule,
    OtherNullThreshold,
    OutputFormat,
    Overwrite,
    Protocol,
    ProtocolName,
    RecordFolder,
)
from qareport.data.percent import percent_document
from qareport.errors import UsageError
from qareport.metrics.measures import Scoring, known_measures
from qareport.report.printing import print_json, print_lines, print_remarks, print_table

if TYPE_CHECKING:
    from qareport.evaluation.evaluation_json import Evaluation
    from qareport.evaluation.record.reader import Record
    from qareport.evaluation.rescore import Rescored
    from qareport.inference.candidates import SpanCandidates


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherRules:
    """The rules that were named, each like its option; None stays as recorded."""

    null_threshold: float | None
    null_rule: str | None
    max_answer_length: int | None
    n_best_size: int | None
    normaliser: str | None
    measure: list[str] | None

    @property
    def named(self) -> tuple[str, ...]:
        """The options of the rules that were named."""
        rules = asdict(self).items()
        return tuple(f"--{name.replace('_', '-')}" for name, rule in rules if rule is not None)


def rescore_record(  # noqa: PLR0913 - one parameter for each option of the command
    record: Annotated[Path, typer.Argument(metavar="DIR", help="Record that evaluate wrote.")],
    *,
    protocol: Protocol = None,
    null_threshold: OtherNullThreshold = None,
    null_rule: OtherNullRule = None,
    max_answer_length: OtherMaxAnswerLength = None,
    n_best_size: OtherNBestSize = None,
    normaliser: OtherNormaliser = None,
    measures: OtherMeasures = None,
    output: RecordFolder = None,
    overwrite: Overwrite = False,
    output_format: Format = OutputFormat.TABLE,
) -> None:
    """Choose and score answers again by other rules, without the model."""
    from qareport.evaluation.record.reader import read_record, read_record_candidates
    from qareport.evaluation.record.replacement import check_output, require_place
    from qareport.evaluation.rescore import rescore_token_level, write_rescored

    rules = OtherRules(
        null_threshold=null_threshold,
        null_rule=null_rule,
        max_answer_length=max_answer_length,
        n_best_size=n_best_size,
        normaliser=normaliser,
        measure=measures,
    )
    if output is not None:
        require_place(output, str(record))
        if not overwrite:
            check_output(output)
    recorded = read_record(record)
    candidates = read_record_candidates(recorded)
    if (protocol or recorded.evaluation.protocol) == ProtocolName.HAYSTACK_TOKEN:
        _require_none(rules)
        rescored = rescore_token_level(recorded, candidates)
    else:
        rescored = _rescore(recorded, candidates, rules)
    after = rescored.evaluation
    if output is not None:
        after = write_rescored(output, rescored, candidates)
    _print(recorded.evaluation, after, output_format)


def _require_none(rules: OtherRules) -> None:
    """Refuses what the token-level protocol would ignore."""
    if rules.named:
        raise UsageError(
            f"{' and '.join(rules.named)}: {ProtocolName.HAYSTACK_TOKEN} has fixed rules; leave "
            f"such options out or add --protocol {ProtocolName.OFFICIAL}"
        )


def _rescore(recorded: "Record", candidates: "SpanCandidates", rules: OtherRules) -> "Rescored":
    """The record by the official protocol."""
    from qareport.evaluation.rescore import rescore

    known, threshold = recorded.evaluation.options, rules.null_threshold
    options = replace(
        known,
        null_threshold=known.null_threshold if threshold is None else threshold,
        null_rule=known.null_rule if rules.null_rule is None else rules.null_rule,
        max_answer_length=rules.max_answer_length or known.max_answer_length,
        n_best_size=rules.n_best_size or known.n_best_size,
    )
    before = recorded.evaluation
    scoring = Scoring(
        before.normaliser if rules.normaliser is None else rules.normaliser,
        (*known_measures(before.scores.overall.measures), *(rules.measure or ())),
    )
    return rescore(recorded, candidates, options=options, scoring=scoring)


def _print(before: "Evaluation", after: "Evaluation", output_format: OutputFormat) -> None:
    from qareport.evaluation.rescore import describe_changes
    from qareport.report.tables.scores import exclusion_lines, finding_lines, totals_table
    from qareport.report.tables.terminal import TerminalTable

    print_remarks(*finding_lines(after.findings))
    if output_format is OutputFormat.JSON:
        print_json(_document(after))
        return
    print_lines(*(describe_changes(before, after) or ("no rule is changed",)), "before:")
    print_table(TerminalTable(totals_table(before.scores, before.intervals)))
    print_lines("after:")
    print_table(TerminalTable(totals_table(after.scores, after.intervals)))
    print_lines(*exclusion_lines(after))


def _document(after: "Evaluation") -> dict[str, JsonValue]:
    """The evaluation, by the token-level protocol with Haystack's own report as one more key."""
    from qareport.evaluation.haystack.totals import haystack_report

    document = percent_document(after)
    if after.protocol == ProtocolName.HAYSTACK_TOKEN:
        document["haystack_report"] = {**haystack_report(after.scores)}
    return document
