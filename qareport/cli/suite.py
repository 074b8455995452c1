"""Evaluates several models on several data sets, and prints one table."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qareport.cli.options import Format, OutputFormat, TrustRemoteCode
from qareport.cli.sources import ModelChoice, as_begun, load_choice, read_source
from qareport.cli.terminal import counting, stopping_suite
from qareport.data.outputs import require_apart
from qareport.data.percent import percent_document
from qareport.data.toml_tables import key_lines
from qareport.data.types import DataSet
from qareport.errors import UsageError
from qareport.report.printing import print_json, print_lines, print_note

if TYPE_CHECKING:
    from qareport.evaluation.suite.read import Suite, SuiteData, SuiteModel
    from qareport.evaluation.suite.suite_json import SuiteResults
    from qareport.inference.answerer import Answerer

WIDEST = 1000
"""Columns of the widest table that is printed whole where there is no terminal."""


def suite(
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="SUITE", help="TOML file that names models and data sets.", show_default="none"
        ),
    ] = None,
    *,
    output: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Folder for the records; a suite that was stopped goes on there."
        ),
    ] = None,
    overwrite: Annotated[
        bool,
        typer.Option("--overwrite", help="Replace records of other weights, data or options."),
    ] = False,
    trust_remote_code: TrustRemoteCode = False,
    keys: Annotated[
        bool, typer.Option("--keys", help="Print all keys of SUITE, with their defaults.")
    ] = False,
    output_format: Format = OutputFormat.TABLE,
) -> None:
    """Score several models on several data sets: a record of each pair, and one table."""
    from qareport.evaluation.suite.read import read_suite
    from qareport.evaluation.suite.suite_json import SUITE
    from qareport.evaluation.suite.toml_keys import SuiteFile

    if keys:
        print_lines(*key_lines(SuiteFile))
    elif file is None:
        raise UsageError("SUITE is missing; name a TOML file, whose keys `--keys` prints")
    elif output is None:
        raise UsageError("--output is missing; name the folder for the records")
    else:
        require_apart(output / SUITE, file)
        chosen = read_suite(file)
        if not trust_remote_code:
            _refuse_code(file, chosen)
        results = _run(chosen, output, overwrite=overwrite)
        _print(results, output, output_format)
        if results.failed:
            raise typer.Exit(1)


def _refuse_code(file: Path, chosen: "Suite") -> None:
    """Refuses a suite whose models run code that comes with them, since others may have written it.

    Raises:
        UsageError: one does.
    """
    for model in chosen.models:
        if model.trust_remote_code:
            raise UsageError(
                f"{file}: {model.source} is to run code that comes with it; "
                "read that code, and if you trust it add --trust-remote-code"
            )


def _run(chosen: "Suite", output: Path, *, overwrite: bool) -> "SuiteResults":
    from qareport.evaluation.suite.read import Pair

    def load(model: "SuiteModel") -> "Answerer":
        choice = ModelChoice(
            name=model.source, revision=model.revision, trust_remote_code=model.trust_remote_code
        )
        engines = (engine_before(output / Pair(model, data).folder) for data in chosen.data)
        engine = as_begun(chosen.engine, next(filter(None, engines), None))
        return load_choice(choice, chosen.options, engine)

    with stopping_suite(output):
        from qareport.evaluation.suite.run import (
            SuiteCallbacks,
            engine_before,
            run_suite,
        )

        callbacks = SuiteCallbacks(
            load=load, read=_read, progress=counting, log=print_note, overwrites=overwrite
        )
        return run_suite(chosen, output, callbacks)


def _read(data: "SuiteData") -> DataSet:
    from qareport.data.readers.read import DataSource

    source = DataSource(
        name=data.source, config=data.config, split=data.split, revision=data.revision
    )
    return read_source(source, data.part)


def _print(results: "SuiteResults", output: Path, output_format: OutputFormat) -> None:
    from qareport.evaluation.suite.suite_json import SUITE
    from qareport.report.tables.suite import suite_table
    from qareport.report.tables.terminal import TerminalTable

    if output_format is OutputFormat.JSON:
        print_json(percent_document(results))
        return
    from qareport.report.console import TextConsole

    console, table = TextConsole(), TerminalTable(suite_table(results))
    if not console.is_terminal:
        # Files and pipes have room for whole names.
        wide = console.options.update_width(WIDEST)
        console.width = max(console.width, console.measure(table, options=wide).maximum)
    console.print(table)
    print_lines(
        f"records: {output / 'MODEL' / 'DATA'}; `qareport report` shows one or compares several",
        f"results: {output / SUITE}",
    )
