"""Files of predictions made elsewhere to a submission, and what is to be said of it."""

from pathlib import Path
from typing import Annotated

import typer

from qareport.data.findings import group_findings
from qareport.data.readers.prediction_files import read_null_odds, read_predictions
from qareport.data.types import DataSet
from qareport.errors import UsageError
from qareport.metrics.normalisers import Normaliser
from qareport.metrics.submissions import Submission, check_submission, note_normaliser
from qareport.metrics.thresholds import OFFICIAL_NULL_THRESHOLD, choose_threshold
from qareport.report.tables.scores import finding_lines

NullOddsFile = Annotated[
    Path | None,
    typer.Option(help="JSON file {id: number}, higher for no answer.", show_default="none"),
]
NullOddsThreshold = Annotated[
    float | None,
    typer.Option(
        help="Withhold answers whose no-answer value is above this number.",
        show_default=f"{OFFICIAL_NULL_THRESHOLD}, for values from 0 to 1",
    ),
]
MissingAsZero = Annotated[
    bool, typer.Option("--missing-as-zero", help="Score questions without a prediction 0.")
]


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
    """Tells on standard error what may falsify the scores."""
    noticed = group_findings(check_submission(data_set.examples, submission))
    findings = note_normaliser((*data_set.findings, *noticed), data_set.examples, normaliser)
    for line in finding_lines(findings):
        typer.echo(line, err=True)
