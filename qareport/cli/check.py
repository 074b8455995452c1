"""Checks that the scores of a record reach what is demanded of them."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qareport.analysis.statistics.gates import (
    Demand,
    Judgement,
    judge_drop,
    judge_minimum,
    parse_drops,
    parse_minimums,
)
from qareport.errors import CheckError, UsageError
from qareport.report.printing import print_lines, print_table

if TYPE_CHECKING:
    from qareport.evaluation.record.reader import Record


def check(
    record: Annotated[Path, typer.Argument(metavar="DIR", help="Record to check.")],
    *,
    minimum: Annotated[
        list[str] | None,
        typer.Option(
            "--min",
            metavar="KEY=POINTS",
            help="Lowest score in percent, such as f1=80 or HasAns_f1=75%.",
        ),
    ] = None,
    baseline: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Record of the same data.", show_default="none"),
    ] = None,
    max_drop: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY=POINTS",
            help="How far a score may lie below the baseline's, in points, such as f1=0.5.",
        ),
    ] = None,
) -> None:
    """Check the scores of a record, for CI: exit code 3 when one is too low."""
    from qareport.evaluation.record.reader import read_record
    from qareport.report.tables.scores import data_line, exclusion_lines, judgements_table
    from qareport.report.tables.terminal import TerminalTable

    floors = parse_minimums(minimum or ())
    drops = parse_drops(max_drop or ())
    if not floors and not drops:
        raise UsageError("nothing is demanded; add --min or --baseline with --max-drop")
    if bool(drops) != (baseline is not None):
        raise UsageError("--max-drop and --baseline go together; give both or neither")
    checked = read_record(record)
    judgements = [
        *(judge_minimum(floor, checked.evaluation.scores) for floor in floors),
        *_judge_drops(checked, baseline, drops),
    ]
    print_table(TerminalTable(judgements_table(judgements)))
    print_lines(data_line(checked.evaluation), *exclusion_lines(checked.evaluation))
    failed = [judgement.key for judgement in judgements if not judgement.holds]
    if failed:
        raise CheckError(f"{record}: too low: {', '.join(failed)}")


def _judge_drops(
    record: "Record", baseline: Path | None, drops: Sequence[Demand]
) -> Iterator[Judgement]:
    from qareport.evaluation.record.reader import read_record, require_same_data

    if baseline is None:
        return
    reference = read_record(baseline)
    require_same_data(record, reference)
    for drop in drops:
        yield judge_drop(drop, record.evaluation.scores, reference.evaluation.scores)
