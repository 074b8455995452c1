"""Writes the model card of a folder of records, or checks the one that is there."""

from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qareport.cards.text.card_text import CARD_FILE
from qareport.data.outputs import require_apart
from qareport.errors import CheckError, UsageError
from qareport.report.printing import print_lines, print_note, print_text

if TYPE_CHECKING:
    from qareport.cards.compose.gather import CardChoice
    from qareport.cards.compose.write import RenderedCard

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
Run = Annotated[
    bool | None,
    typer.Option(
        "--run/--no-run",
        help="Run the usage code, or show it without running it.",
        show_default="run it if the record was written with your key",
    ),
]
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
    run: Run = None,
    allow_partial: AllowPartial = False,
) -> None:
    """Render a model card; text that people wrote around its parts stays."""
    from qareport.cards.compose.gather import CardChoice
    from qareport.cards.compose.write import (
        find_changes,
        render,
        require_drawn,
        show_usage,
        write_card,
    )
    from qareport.evaluation.record.replacement import writing

    if check and diff:
        raise UsageError("--check and --diff both write nothing; leave one out")
    choice = CardChoice(
        folder,
        tuple(record or ()),
        template=template,
        model_id=model_id,
        allows_partial=allow_partial,
    )
    if diff or check:
        rendered = render(choice, show_usage)
        changes = find_changes(folder, rendered)
        print_text(changes)
        require_drawn(folder, rendered)
        if check and changes:
            raise CheckError(f"{folder}: page and records disagree; run `qareport card {folder}`")
        return
    if template is not None:
        require_apart(folder / CARD_FILE, Path(template))
    with writing(folder) if folder.is_dir() else nullcontext():
        rendered = _render(choice, run=run)
        print_lines(*map(str, write_card(folder, rendered)))
    require_drawn(folder, rendered)


def _render(choice: "CardChoice", *, run: bool | None) -> "RenderedCard":
    """The card, its code run if that is wanted; else if the record is the user's own."""
    from qareport.cards.compose.write import (
        keep_none,
        keep_what_was_run,
        render,
        run_own_usage_in,
        run_usage_in,
        show_usage,
    )

    if run is False:
        return render(choice, show_usage, keep=keep_none)
    if run:
        return render(choice, partial(run_usage_in, choice.folder), keep=keep_what_was_run)
    use = partial(run_own_usage_in, choice.folder, print_note)
    return render(choice, use, keep=keep_what_was_run)
