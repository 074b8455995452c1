"""Scores saved predictions with the official SQuAD v2 metric."""

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from qareport.cli.answers import (
    MissingAsZero,
    NullOddsFile,
    NullOddsThreshold,
    print_findings,
    read_submission,
)
from qareport.cli.options import Format, Measures, NormaliserName, OutputFormat
from qareport.data.files import write_text
from qareport.data.outputs import require_apart
from qareport.data.types import Example
from qareport.errors import OutputError
from qareport.metrics.measures import Scoring
from qareport.metrics.normalisers import SQUAD_EN, Normaliser, normaliser_named
from qareport.metrics.submissions import ScoredSubmission, score_missing_as_zero, score_submission
from qareport.metrics.totals import official_report, total
from qareport.report.printing import print_lines, print_table, print_text

OutputFile = Annotated[
    Path | None, typer.Option(help="Write the JSON to this file too.", show_default="none")
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace the file of --output.")]


def score(  # noqa: PLR0913 - one parameter for each option of the command
    data: Annotated[Path, typer.Argument(help="SQuAD JSON file with the gold answers.")],
    predictions: Annotated[
        Path, typer.Argument(help='JSON file {id: text}, where "" means no answer.')
    ],
    *,
    null_odds: NullOddsFile = None,
    null_threshold: NullOddsThreshold = None,
    normaliser: NormaliserName = SQUAD_EN.name,
    measures: Measures = None,
    missing_as_zero: MissingAsZero = False,
    output_format: Format = OutputFormat.TABLE,
    output: OutputFile = None,
    overwrite: Overwrite = False,
) -> None:
    """Score saved predictions with the official SQuAD v2 metric."""
    from qareport.data.readers.squad_file import read_squad_file

    scoring = Scoring(normaliser, tuple(measures or ()))
    rules = normaliser_named(normaliser)
    if output is not None:
        from qareport.cli.outputs import require_no_record_file

        require_no_record_file(output)
        require_apart(output, data, predictions, *([null_odds] if null_odds else []))
        if not overwrite:
            _require_free(output)
    submission = read_submission(predictions, null_odds, null_threshold=null_threshold)
    data_set = read_squad_file(data)
    score_whole = score_missing_as_zero if missing_as_zero else score_submission
    scored = score_whole(data_set.examples, submission, scoring)
    official = _official_json(scored, rules)
    if output is not None:
        write_text(output, official)
    print_findings(data_set, submission, rules)
    if output_format is OutputFormat.JSON:
        print_text(official)
    else:
        _print_tables(data_set.examples, scored, rules)


def _require_free(output: Path) -> None:
    if output.exists():
        raise OutputError(f"{output}: exists already; name another file or add --overwrite")
    if not output.parent.is_dir():
        raise OutputError(f"{output}: its folder does not exist; create it first")


def _official_json(scored: ScoredSubmission, normaliser: Normaliser) -> str:
    """The keys of the official script; the normaliser is named where it is another one."""
    # An infinite no-answer value may be the best threshold, and JSON has no infinity.
    report: dict[str, float | str | None] = {
        key: value if math.isfinite(value) else None
        for key, value in official_report(scored.scores, scored.sweep).items()
    }
    if normaliser != SQUAD_EN:
        report["normaliser"] = normaliser.name
    return json.dumps(report, indent=2, allow_nan=False) + "\n"


def _print_tables(
    examples: Sequence[Example], scored: ScoredSubmission, normaliser: Normaliser
) -> None:
    from qareport.analysis.statistics.total_intervals import total_intervals
    from qareport.report.tables.scores import sweep_table, totals_table
    from qareport.report.tables.terminal import TerminalTable

    if normaliser != SQUAD_EN:
        print_lines(f"normaliser: {normaliser.name}")
    intervals = total_intervals(examples, scored.scores)
    print_table(TerminalTable(totals_table(total(scored.scores), intervals)))
    if scored.sweep is not None:
        sweep, n = scored.sweep, len(scored.scores)
        best = (sweep.exact.mean(n), sweep.f1.mean(n))
        print_table(TerminalTable(sweep_table(*best, order_dependent=sweep.order_dependent)))
