"""Prints the counts of a data set and everything that is wrong with it."""

from dataclasses import asdict, replace
from typing import Annotated

import typer
from pydantic import JsonValue

from qareport.cli.options import Config, Format, OutputFormat, Revision, Split
from qareport.cli.terminal import waiting
from qareport.data.findings import Severity
from qareport.data.types import DataSet
from qareport.errors import CheckError
from qareport.metrics.normaliser_findings import note_vanishing_golds
from qareport.metrics.normalisers import SQUAD_EN
from qareport.report.printing import print_json, print_lines


def doctor(
    data: Annotated[
        str, typer.Argument(metavar="DATA", help="File, folder, or id of a Hub data set.")
    ],
    *,
    config: Config = None,
    split: Split = None,
    revision: Revision = None,
    output_format: Format = OutputFormat.TABLE,
) -> None:
    """Find what is wrong with a data set: errors that forbid scoring it, and warnings."""
    from qareport.data.readers.read import DataSource, inspect_data_set

    with waiting(f"reading {data}"):
        source = DataSource(name=data, config=config, split=split, revision=revision)
        data_set = inspect_data_set(source)
    noted = note_vanishing_golds(data_set.findings, data_set.examples, SQUAD_EN)
    data_set = replace(data_set, findings=noted)
    if output_format is OutputFormat.JSON:
        print_json(_document(data_set))
    else:
        _print_lines(data_set)
    _require_no_errors(data_set)


def _document(data_set: DataSet) -> dict[str, JsonValue]:
    """Identity, counts and findings as one JSON object."""
    return {
        "identity": asdict(data_set.identity),
        "counts": {**_counts(data_set)},
        "exclusions": [asdict(exclusion) for exclusion in data_set.exclusions],
        "findings": [asdict(group) for group in data_set.findings],
    }


def _print_lines(data_set: DataSet) -> None:
    """Counts and findings for people."""
    from qareport.report.tables.scores import finding_lines

    counts = ", ".join(f"{count} {name}" for name, count in _counts(data_set).items())
    left_out = [f"left out: {each.count} {each.reason}" for each in data_set.exclusions]
    findings = finding_lines(data_set.findings) or ("nothing found",)
    print_lines(data_set.identity.source, counts, *left_out, *findings)


def _counts(data_set: DataSet) -> dict[str, int]:
    """How many there are of everything, by name."""
    with_answer = sum(example.has_answer for example in data_set.examples)
    return {
        "questions": data_set.questions_read,
        "with answers": with_answer,
        "without answers": len(data_set.examples) - with_answer,
        "contexts": len({example.context for example in data_set.examples}),
        "articles": len({example.title for example in data_set.examples if example.title}),
    }


def _require_no_errors(data_set: DataSet) -> None:
    """End with the exit code of a failed check, if there are errors.

    Raises:
        CheckError: there are errors.
    """
    groups = (group for group in data_set.findings if group.severity is Severity.ERROR)
    count = sum(group.count for group in groups)
    if count:
        words = "1 error forbids" if count == 1 else f"{count} errors forbid"
        raise CheckError(f"{words} scoring {data_set.identity.source}; mend the data and run again")
