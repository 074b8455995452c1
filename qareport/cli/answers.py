"""Reads what a user names as answers, a record or files of predictions."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qareport.cli.options import logits_option
from qareport.data.findings import group_findings
from qareport.data.readers.prediction_files import read_null_odds, read_predictions
from qareport.data.types import DataSet, Example
from qareport.errors import UsageError
from qareport.evaluation.haystack.protocol import PROTOCOL as TOKEN_LEVEL
from qareport.metrics import squad as official
from qareport.metrics.measures import Scoring
from qareport.metrics.normaliser_findings import note_normaliser
from qareport.metrics.normalisers import SQUAD_EN, Normaliser, normaliser_named
from qareport.metrics.submissions import Submission, check_submission, score_submission
from qareport.metrics.thresholds import OFFICIAL_NULL_THRESHOLD, OfficialSweep, choose_threshold
from qareport.report.printing import print_remarks

if TYPE_CHECKING:
    from qareport.analysis.examples.rows import ExampleRow, Scope
    from qareport.evaluation.evaluation_json import ScoringRules
    from qareport.evaluation.record.reader import Record

NEEDS_CANDIDATES = (
    "left out: the best scores within reach, protocols, the traits and causes that need windows or "
    "n-best lists, and the kind 'right sentence', which counts as 'elsewhere'; only a record of "
    "`qareport evaluate` has the offsets and candidates that they need"
)
NEEDS_NULL_ODDS = (
    "left out: thresholds, abstention and curves; they need no-answer values, --null-odds"
)
NEEDS_LOGITS = (
    "left out: the temperature of the null probability; the no-answer values lie between 0 and 1, "
    "so they are probabilities already"
)
NEEDS_SPANS = (
    "predictions are empty before any threshold, and what was withheld is not known: thresholds, "
    "abstention and curves take them for answers, as the official script does"
)
NO_CEILINGS = (
    "left out: the best scores within reach and those of humans, which are by the "
    f"{official.PROTOCOL} protocol; `qareport rescore DIR --protocol {official.PROTOCOL}` makes "
    "the record that has them"
)
REDACTED = (
    "left out: the best scores within reach, those of humans, and the other protocol, since the "
    "record is redacted"
)
THRESHOLD_IS_BOOST = (
    f"{TOKEN_LEVEL} knows no null threshold but 0; another one, t, is a no-answer boost "
    "of -t in Haystack"
)

NullOddsFile = Annotated[
    Path | None,
    typer.Option(help="JSON file {id: number}, higher for no answer.", show_default="none"),
]
NullOddsThreshold = Annotated[
    float | None,
    logits_option(
        help="Withhold answers whose no-answer value is above this number.",
        show_default=f"{OFFICIAL_NULL_THRESHOLD}, for values from 0 to 1",
    ),
]
MissingAsZero = Annotated[
    bool, typer.Option("--missing-as-zero", help="Score questions without a prediction 0.")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOptions:
    """The options for predictions made elsewhere, as they were given; None was not."""

    data: Path | None
    predictions: Path | None
    null_odds: Path | None
    null_threshold: float | None
    normaliser: str | None
    measures: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictionFiles:
    """Predictions made elsewhere, with the questions that they answer."""

    data: Path
    predictions: Path
    null_odds: Path | None
    null_threshold: float | None
    scoring: Scoring


@dataclass(frozen=True, slots=True)
class Answers:
    """Scored answers, wherever they were made."""

    rows: "tuple[ExampleRow, ...]"
    rules: "ScoringRules"
    scope: "Scope"
    sweep: OfficialSweep | None
    """By the order of the file of no-answer values; None for a record, whose rows have one."""
    record: "Record | None"
    remarks: tuple[str, ...]
    """What is left out for these answers and why, in a line each."""


def choose_answers(record: Path | None, options: FileOptions) -> Path | PredictionFiles:
    """The one source of answers that was named.

    Raises:
        UsageError: there is none, only a part of one, or more than one; or there is no such
            normaliser.
    """
    if record is None:
        return _choose_files(options)
    if options.data is not None or options.predictions is not None:
        raise UsageError(
            f"{record} and --data with --predictions name two sources of answers; leave one out"
        )
    rules = (options.null_odds, options.null_threshold, options.normaliser)
    if options.measures or rules != (None, None, None):
        raise UsageError(
            "--null-odds, --null-threshold, --normaliser and --measure go with --predictions; "
            "`qareport rescore` tries other rules on a record"
        )
    return record


def read_answers(source: Path | PredictionFiles) -> Answers:
    """The answers of a record or of files, whose findings go to standard error.

    Raises:
        DataError: the record, or the data set, cannot be read.
        PredictionsError: the predictions cannot be scored.
        UsageError: a threshold does not go with the no-answer values.
    """
    return _of_record(source) if isinstance(source, Path) else _of_files(source)


def read_submission(
    predictions: Path, null_odds: Path | None, *, null_threshold: float | None
) -> Submission:
    """The submission in these files.

    Raises:
        PredictionsError: a file cannot be read, or an entry cannot be scored.
        UsageError: there is a threshold and nothing to compare with it, or there are values that
            the official threshold does not fit.
    """
    if null_threshold is not None and null_odds is None:
        raise UsageError("--null-threshold needs --null-odds, the values that it is compared with")
    texts = read_predictions(predictions)
    if null_odds is None:
        return Submission(texts)
    return Submission(texts, choose_threshold(read_null_odds(null_odds), null_threshold))


def print_findings(data_set: DataSet, submission: Submission, normaliser: Normaliser) -> None:
    """Prints on standard error what may falsify the scores."""
    from qareport.report.tables.scores import finding_lines

    noticed = group_findings(check_submission(data_set.examples, submission))
    findings = note_normaliser((*data_set.findings, *noticed), data_set.examples, normaliser)
    print_remarks(*finding_lines(findings))


def _choose_files(options: FileOptions) -> PredictionFiles:
    data, predictions = options.data, options.predictions
    if data is None and predictions is None:
        raise UsageError("there are no answers; name a record, or --data and --predictions")
    if data is None or predictions is None:
        raise UsageError("--data and --predictions go together; give both or neither")
    name = SQUAD_EN.name if options.normaliser is None else options.normaliser
    return PredictionFiles(
        data=data,
        predictions=predictions,
        null_odds=options.null_odds,
        null_threshold=options.null_threshold,
        scoring=Scoring(name, options.measures),
    )


def _of_record(folder: Path) -> Answers:
    from qareport.evaluation.evaluation_json import rules_of
    from qareport.evaluation.record.reader import read_record
    from qareport.report.tables.scores import exclusion_lines

    record = read_record(folder)
    asked = record.evaluation
    is_token_level = asked.protocol == TOKEN_LEVEL
    return Answers(
        rows=record.rows,
        rules=rules_of(asked),
        scope=record.scope,
        sweep=None,
        record=record,
        remarks=(
            *exclusion_lines(asked),
            *((THRESHOLD_IS_BOOST, NO_CEILINGS) if is_token_level else ()),
            *((REDACTED,) if record.is_redacted else ()),
        ),
    )


def _of_files(files: PredictionFiles) -> Answers:
    from qareport.analysis.examples.submitted import scope_of, summarise_submission
    from qareport.data.readers.squad_file import read_squad_file
    from qareport.evaluation.evaluation_json import ScoringRules

    submission = read_submission(
        files.predictions, files.null_odds, null_threshold=files.null_threshold
    )
    data_set = read_squad_file(files.data)
    scored = score_submission(data_set.examples, submission, files.scoring)
    normaliser = normaliser_named(files.scoring.normaliser)
    print_findings(data_set, submission, normaliser)
    null_odds, scope = submission.null_odds, scope_of(submission, normaliser)
    threshold = null_odds.threshold if null_odds else None
    return Answers(
        rows=summarise_submission(
            data_set.examples, submission, scored.scores, normaliser=normaliser
        ),
        rules=ScoringRules(official.PROTOCOL, normaliser.name, threshold),
        scope=scope,
        sweep=scored.sweep,
        record=None,
        remarks=_remarks(data_set.examples, submission, scope),
    )


def _remarks(
    examples: Sequence[Example], submission: Submission, scope: "Scope"
) -> tuple[str, ...]:
    has_margins = submission.null_odds is not None
    empty = sum(not submission.texts[example.id] for example in examples)
    reasons = {
        NEEDS_CANDIDATES: True,
        NEEDS_NULL_ODDS: not has_margins,
        NEEDS_LOGITS: has_margins and not scope.has_logits,
        f"{empty} of {len(examples)} {NEEDS_SPANS}": has_margins and empty > 0,
    }
    return tuple(reason for reason, applies in reasons.items() if applies)
