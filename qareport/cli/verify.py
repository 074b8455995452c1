"""Checks each figure of a card against records."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qareport.analysis.statistics.gates import parse_points
from qareport.cli.options import (
    ANSWERING,
    ENGINE,
    Config,
    DataFile,
    DataSetName,
    Device,
    Dtype,
    Engine,
    Format,
    OutputFormat,
    Overwrite,
    RecordFolder,
    Revision,
    Split,
    count_option,
    seed_option,
)
from qareport.cli.sources import (
    ModelChoice,
    choose_source,
    find_card,
    load_choice,
    published_model,
    read_source,
)
from qareport.cli.terminal import counting
from qareport.data.percent import percent_document
from qareport.errors import CheckError, UncheckedError, UsageError, name_list
from qareport.inference.identity import ModelIdentity, require_weights
from qareport.inference.options import EngineOptions
from qareport.report.printing import print_json, print_lines, print_note, print_table

if TYPE_CHECKING:
    from qareport.cards.claims.verify import CardEvidence, Verification
    from qareport.data.readers.read import DataSource
    from qareport.evaluation.record.reader import Record
    from qareport.evaluation.remeasure import Remeasured
    from qareport.inference.answerer import Answerer

OTHER_HARDWARE = 0.05
"""Points by which scores of the same weights may differ between machines."""


def verify(  # noqa: PLR0913 - one parameter for each option of the command
    card: Annotated[
        str, typer.Argument(metavar="CARD", help="README.md, a folder with one, or a Hub id.")
    ],
    *,
    record: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="DIR",
            help="Record of evaluate; may be repeated.",
            show_default="all beside or below the card, down to three folders",
        ),
    ] = None,
    run: Annotated[
        bool, typer.Option("--run", help="Evaluate the card's model first; needs --output.")
    ] = False,
    questions: Annotated[
        int | None,
        count_option(
            "--remeasure",
            help="Ask the card's model N questions of each record again, drawn at random.",
            show_default="none",
        ),
    ] = None,
    seed: Annotated[
        int | None,
        seed_option(
            help="Seed of --remeasure, to draw the same questions again.",
            show_default="another one each time, which is printed",
        ),
    ] = None,
    data: DataFile = None,
    dataset: DataSetName = None,
    config: Config = None,
    split: Split = None,
    revision: Revision = None,
    output: RecordFolder = None,
    overwrite: Overwrite = False,
    device: Device = ENGINE.device,
    dtype: Dtype = ENGINE.dtype,
    engine: Engine = ENGINE.engine,
    tolerance: Annotated[
        str | None,
        typer.Option(
            metavar="POINTS",
            help="How far a score may be off, in points of 100.",
            show_default=f"half a unit of its last digit, with --run at least {OTHER_HARDWARE}",
        ),
    ] = None,
    output_format: Format = OutputFormat.TABLE,
) -> None:
    """Check a card's figures against records: exit code 3 when one is wrong, 4 if none is known."""
    from qareport.cards.claims.verify import read_evidence, verify_made

    points = OTHER_HARDWARE if run else 0.0
    if tolerance is not None:
        points = parse_points(tolerance, "--tolerance")
    _require_one_way(run=run, questions=questions, seed=seed)
    running = EngineOptions(device=device, dtype=dtype, engine=engine)
    path = find_card(card)
    measured: tuple[Path, ...] = ()
    if run:
        source = choose_source(
            data=data, dataset=dataset, config=config, split=split, revision=revision
        )
        measured = (_require_output(output, source, overwrite=overwrite),)
        # What cannot be read is reported before the model is run for hours.
        recorded = _recorded_model(read_evidence(path, record or ()))
        answerer = _load_recorded(_model_of(card, path), running, recorded)
        _evaluate(answerer, source, output=measured[0])
    elif any(option is not None for option in (output, data, dataset, config, split, revision)):
        raise UsageError("--output and the options of the data go with --run; add it")
    evidence = read_evidence(path, record or (), first=measured, tolerance=points)
    verified = verify_made(evidence)
    if questions is not None:
        model = published_model(card, path, evidence.records)
        again = _remeasure(model, evidence.records, running, questions=questions, seed=seed)
        verified = replace(verified, remeasured=again)
    _print(verified, output_format)
    _require_true(card, verified)
    if evidence.made_of is None:
        _require_checked(card, verified)


def _require_one_way(*, run: bool, questions: int | None, seed: int | None) -> None:
    """Refuses options of measuring that do not go together.

    Raises:
        UsageError: they do not.
    """
    if run and questions is not None:
        raise UsageError("--run answers all questions and --remeasure some of them; leave one out")
    if seed is not None and questions is None:
        raise UsageError("--seed goes with --remeasure; add it")


def _require_true(card: str, verified: "Verification") -> None:
    """Requires that no record contradicts the card, and no new answer a record.

    Raises:
        CheckError: one does.
    """
    from qareport.cards.claims.verdicts import Outcome

    contradicted = (
        each.claim.line for each in verified.verdicts if each.outcome is Outcome.CONTRADICTED
    )
    wrong = sorted({*contradicted, *(each.line for each in verified.stale_lines)})
    faults = []
    if wrong:
        lines = ", ".join(str(line) for line in wrong)
        faults.append(f"lines that contradict the records: {lines}")
    records = verified.remeasured.records if verified.remeasured else ()
    refuted = tuple(each.record for each in records if not each.is_confirmed)
    if refuted:
        faults.append(f"records that its model does not confirm: {name_list(refuted)}")
    if faults:
        raise CheckError(f"{card}: {'; '.join(faults)}")


def _require_checked(card: str, verified: "Verification") -> None:
    """Requires that something of a card of others could be checked, or its model was asked again.

    Raises:
        UncheckedError: there was nothing to compare with any figure.
    """
    from qareport.cards.claims.verdicts import Outcome

    is_compared = any(each.outcome is not Outcome.NOT_CHECKABLE for each in verified.verdicts)
    if not (is_compared or verified.remeasured):
        raise UncheckedError(
            f"{card}: nothing in it could be checked; name a record of its model with --record"
        )


def _require_output(output: Path | None, source: "DataSource", *, overwrite: bool) -> Path:
    """The folder for the new record.

    Raises:
        UsageError: none was named.
        OutputError: the folder has something that may not be replaced.
    """
    from qareport.evaluation.resume import require_room

    if output is None:
        raise UsageError("--run needs --output DIR, a folder for the record that it makes")
    require_room(output, source.name, overwrite=overwrite)
    return output


def _model_of(card: str, path: Path) -> str:
    """The name that loads a card's model: the folder of both, or the id."""
    return str(path.parent) if Path(card).exists() else card


def _recorded_model(evidence: "CardEvidence") -> ModelIdentity | None:
    """The model that a card of qareport is about; None where no record states it."""
    main = evidence.made_of.sources.main if evidence.made_of else None
    return main.evaluation.model if main else None


def _load_recorded(model: str, engine: EngineOptions, recorded: ModelIdentity | None) -> "Answerer":
    """The card's model, with the weights that its record states.

    Raises:
        ModelError: it has others, or is refused.
    """
    answerer = load_choice(ModelChoice(name=model), ANSWERING, engine)
    if recorded is not None:
        require_weights(model, answerer.model.identity.weights_sha256, recorded)
    return answerer


def _evaluate(answerer: "Answerer", source: "DataSource", *, output: Path) -> None:
    """Writes the record of the card's model on the data."""
    data_set = read_source(source)
    from qareport.evaluation.evaluate import evaluate_into

    with counting("answering", len(data_set.examples)) as advance:
        evaluate_into(output, answerer.reporting_to(advance), data_set, log=print_note)


def _remeasure(
    model: ModelChoice,
    records: "Sequence[Record]",
    engine: EngineOptions,
    *,
    questions: int,
    seed: int | None,
) -> "Remeasured":
    """What the card's model answers again to questions of its records."""
    from qareport.evaluation.remeasure import choose_records, remeasure

    # The longest windows may be those of another model, and too long for this one.
    options = min((each.evaluation.options for each in records), key=lambda o: o.max_seq_length)
    answerer = load_choice(model, options, engine)
    chosen = choose_records(records, answerer.model.identity)
    with counting("answering", chosen.count(questions)) as advance:
        return remeasure(
            chosen,
            answerer.reporting_to(advance),
            questions=questions,
            # One that nobody can foresee, who might leave its questions alone in a forged record.
            seed=secrets.randbelow(2**32) if seed is None else seed,
        )


def _print(verified: "Verification", output_format: OutputFormat) -> None:
    from qareport.cards.claims.verdict_table import claims_table, unchecked_lines, verdict_lines
    from qareport.report.tables.remeasured import remeasured_lines
    from qareport.report.tables.terminal import TerminalTable

    if output_format is OutputFormat.JSON:
        print_json(percent_document(verified))
        return
    if verified.verdicts:
        print_table(TerminalTable(claims_table(verified.verdicts)))
    stale = (
        f"line {each.line} is {each.text!r}, but its records give {each.rendered!r}"
        for each in verified.stale_lines
    )
    again = remeasured_lines(verified.remeasured) if verified.remeasured else ()
    unchecked = unchecked_lines(verified.unchecked_intervals)
    print_lines(*verdict_lines(verified.verdicts), *stale, *unchecked, *again)
