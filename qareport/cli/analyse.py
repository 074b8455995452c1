"""Prints what the scores of a record, or of saved predictions, mean."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qareport.analysis.examples.mistakes import KINDS
from qareport.cli.answers import (
    Answers,
    FileOptions,
    NullOddsFile,
    NullOddsThreshold,
    choose_answers,
    read_answers,
)
from qareport.cli.options import (
    NORMALISER_HELP,
    Format,
    OutputFormat,
    PredictionsMeasures,
    count_option,
    position_option,
    seed_option,
)
from qareport.cli.terminal import waiting
from qareport.data.percent import percent_document
from qareport.errors import UsageError
from qareport.metrics.normalisers import SQUAD_EN
from qareport.report.printing import print_json, print_lines, print_table
from qareport.report.tables.plain_table import PlainTable

if TYPE_CHECKING:
    from qareport.analysis.examples.mistake_examples import MistakeExamples
    from qareport.evaluation.rescore import Limits

WORST_GROUPS = 5
SHOWN_MISTAKES = 5

AnalysedRecord = Annotated[
    Path | None,
    typer.Argument(metavar="DIR", help="Record that evaluate wrote.", show_default="none"),
]
QuestionsFile = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="SQuAD JSON file, for --predictions.", show_default="none"),
]
PredictionsFile = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help='Predictions made elsewhere, JSON {id: text}, where "" means no answer.',
        show_default="none",
    ),
]
PredictionsNormaliser = Annotated[
    str | None,
    typer.Option(help=f"{NORMALISER_HELP} A record has its own.", show_default=SQUAD_EN.name),
]
WorstGroups = Annotated[int, position_option(help="Groups with the lowest F1 to show.")]
MistakeKind = Annotated[
    str | None,
    typer.Option(
        metavar="KIND",
        help=f"Show answers of this kind instead: {', '.join(KINDS)}.",
        show_default="none",
    ),
]
ShownMistakes = Annotated[
    int | None,
    count_option(help="Answers of --mistake to show.", show_default=f"{SHOWN_MISTAKES}"),
]
MistakeSeed = Annotated[
    int | None,
    seed_option(
        help="Draw the answers of --mistake at random with this seed.",
        show_default="the first ones",
    ),
]


def analyse_answers(  # noqa: PLR0913 - one parameter for each option of the command
    record: AnalysedRecord = None,
    *,
    data: QuestionsFile = None,
    predictions: PredictionsFile = None,
    null_odds: NullOddsFile = None,
    null_threshold: NullOddsThreshold = None,
    normaliser: PredictionsNormaliser = None,
    measures: PredictionsMeasures = None,
    worst: WorstGroups = WORST_GROUPS,
    mistake: MistakeKind = None,
    show: ShownMistakes = None,
    seed: MistakeSeed = None,
    output_format: Format = OutputFormat.TABLE,
) -> None:
    """Print what the scores of a record, or of saved predictions, mean; show mistakes."""
    from qareport.analysis.examples.mistake_examples import pick_mistakes
    from qareport.analysis.examples.mistakes import require_kind

    if mistake is None and not (show is None and seed is None):
        raise UsageError("--show and --seed need --mistake, the kind of answer to show")
    if mistake is not None:
        require_kind(mistake)
    files = FileOptions(
        data=data,
        predictions=predictions,
        null_odds=null_odds,
        null_threshold=null_threshold,
        normaliser=normaliser,
        measures=tuple(measures or ()),
    )
    source = choose_answers(record, files)
    with waiting(f"reading {record or predictions}"):
        answers = read_answers(source)
    if mistake is None:
        _print_analysis(answers, output_format, worst=worst)
    elif answers.record is not None and answers.record.is_redacted:
        raise UsageError(f"{record}: is redacted; --mistake needs the whole record")
    else:
        found = pick_mistakes(answers.rows, mistake, count=show or SHOWN_MISTAKES, seed=seed)
        _print_mistakes(found, output_format)


def _print_analysis(answers: Answers, output_format: OutputFormat, *, worst: int) -> None:
    from qareport.analysis.analyse import analyse, worst_groups
    from qareport.cli.documents import PrintedAnalysis
    from qareport.evaluation.record.reader import read_record_candidates
    from qareport.evaluation.rescore import find_limits
    from qareport.report.tables.analysis import (
        abstention_table,
        causes_table,
        groups_table,
        mistakes_table,
        official_best_table,
        scores_heading,
        thresholds_table,
    )
    from qareport.report.tables.floor_and_ceilings import floor_and_ceilings_table
    from qareport.report.tables.scores import totals_table
    from qareport.report.tables.terminal import TerminalTable

    record = answers.record
    with waiting("analysing"):
        analysis = analyse(answers.rows, scope=answers.scope, sweep=answers.sweep)
        whole = None if record is None or record.is_redacted else record
        limits = find_limits(whole, read_record_candidates(whole)) if whole else None
    if output_format is OutputFormat.JSON:
        printed = PrintedAnalysis(answers.rules, analysis, limits, answers.remarks)
        print_json(percent_document(printed))
        return
    print_lines(scores_heading(answers.rules))
    tables = (
        totals_table(analysis.totals, analysis.intervals),
        floor_and_ceilings_table(analysis),
        thresholds_table(analysis, answers.rules),
        official_best_table(analysis),
        groups_table(worst_groups(analysis, worst)),
        mistakes_table(analysis.mistakes),
        causes_table(analysis),
        *(_limits_tables(limits) if limits else ()),
        abstention_table(analysis),
    )
    for table in tables:
        if table is not None:
            print_table(TerminalTable(table))
    print_lines(*answers.remarks)


def _limits_tables(limits: "Limits") -> Iterator[PlainTable]:
    from qareport.report.tables.analysis import ceilings_table, protocols_table

    if limits.ceilings is not None:
        yield ceilings_table(limits.ceilings)
    yield protocols_table(limits)


def _print_mistakes(found: "MistakeExamples", output_format: OutputFormat) -> None:
    from qareport.cli.documents import PrintedMistakes
    from qareport.report.tables.mistakes import example_grid, examples_heading

    if output_format is OutputFormat.JSON:
        print_json(percent_document(PrintedMistakes(found)))
        return
    print_lines(*examples_heading(found))
    for example in found.examples:
        print_lines("")
        print_table(example_grid(example))
