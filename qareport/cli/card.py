"""Writes the model card of a folder of records, or checks the one that is there."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from qareport.errors import CheckError, UsageError
from qareport.report.printing import print_lines, print_text

CardFolder = Annotated[
    Path,
    typer.Argument(
        metavar="DIR",
        help="A record, a folder of records, or the folder of a training; the page goes there.",
    ),
]
OtherRecords = Annotated[
    list[Path] | None,
    typer.Option("--record", metavar="DIR", help="A record elsewhere: other data, rules or seeds."),
]
Template = Annotated[
    str | None,
    typer.Option(
        metavar="NAME|FILE",
        help="model_card, deepset, or a file that may extend one.",
        show_default="as the card was made, else model_card",
    ),
]
ModelId = Annotated[
    str | None,
    typer.Option(metavar="ID", help="The model's id on the Hub.", show_default="card.toml's"),
]
Check = Annotated[
    bool,
    typer.Option("--check", help="Write nothing; exit code 3 when page and records disagree."),
]
Diff = Annotated[bool, typer.Option("--diff", help="Write nothing; print what would change.")]
NoRun = Annotated[bool, typer.Option("--no-run", help="Show the usage code without running it.")]
AllowPartial = Annotated[
    bool, typer.Option("--allow-partial", help="Take records made with --limit or --sample.")
]


def card(  # noqa: PLR0913 - one parameter for each option of the command
    folder: CardFolder,
    *,
    record: OtherRecords = None,
    template: Template = None,
    model_id: ModelId = None,
    check: Check = False,
    diff: Diff = False,
    no_run: NoRun = False,
    allow_partial: AllowPartial = False,
) -> None:
    """Render a model card; text that people wrote around its parts stays."""
    from qareport.cards.compose.gather import CardChoice  # noqa: PLC0415 - tables and charts are slow
    from qareport.cards.compose.write import (  # noqa: PLC0415 - likewise
        find_changes,
        render,
        require_drawn,
        run_usage_in,
        show_usage,
        write_card,
    )

    if check and diff:
        raise UsageError("--check and --diff both write nothing; leave one out")
    choice = CardChoice(
        folder,
        tuple(record or ()),
        template=template,
        model_id=model_id,
        allows_partial=allow_partial,
    )
    use = show_usage if no_run or check or diff else partial(run_usage_in, folder)
    rendered = render(choice, use)
    changes = find_changes(folder, rendered)
    if diff or check:
        print_text(changes)
    else:
        print_lines(*map(str, write_card(folder, rendered)))
    require_drawn(folder, rendered)
    if check and changes:
        raise CheckError(f"{folder}: page and records disagree; run `qareport card {folder}`")
