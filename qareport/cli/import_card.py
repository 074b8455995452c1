"""Imports an old card: writes its card.toml and claims, and lists what became of each line."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qareport.cards.claims.claims import claims_json
from qareport.cli.options import Overwrite
from qareport.cli.sources import find_card
from qareport.data.files import write_text
from qareport.data.outputs import require_apart
from qareport.errors import OutputError
from qareport.evaluation.record.file_names import CARD_TOML, CLAIMS_JSON
from qareport.report.printing import print_lines

if TYPE_CHECKING:
    from qareport.cards.old_cards.card import ImportedCard


def import_old_card(
    card: Annotated[
        str, typer.Argument(metavar="CARD", help="README.md, a folder with one, or a Hub id.")
    ],
    *,
    output: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help=f"Folder for {CARD_TOML} and {CLAIMS_JSON}.",
            show_default="that of the card; of a card on the Hub, this folder",
        ),
    ] = None,
    model_id: Annotated[
        str | None,
        typer.Option(
            metavar="ID", help="Id of the model on the Hub.", show_default="as the card says"
        ),
    ] = None,
    overwrite: Overwrite = False,
) -> None:
    """Take over an old card: its author's words into card.toml, its figures into claims.json."""
    from qareport.cards.author_words import write_words
    from qareport.cards.claims.verify import read_card
    from qareport.cards.old_cards.card import import_card
    from qareport.cards.text.front_matter import naming
    from qareport.evaluation.record.replacement import writing

    path = find_card(card)
    folder = output or (path.parent if Path(card).exists() else Path())
    words_file, claims_file = folder / CARD_TOML, folder / CLAIMS_JSON
    for file in (words_file, claims_file):
        require_apart(file, path)
    if not overwrite:
        _require_absent(words_file, claims_file)
    page = read_card(path)
    with naming(path):
        imported = import_card(page.text, model_id=model_id)
    with writing(folder):
        write_words(imported.words, words_file)
        write_text(claims_file, claims_json(imported.claims))
    _print(imported, words_file, claims_file)


def _require_absent(*paths: Path) -> None:
    for path in paths:
        if path.exists():
            raise OutputError(f"{path}: exists already; replace it with --overwrite")


def _print(imported: "ImportedCard", words_file: Path, claims_file: Path) -> None:
    from qareport.cards.old_cards.pieces import NoteKind

    for kind in NoteKind:
        notes = [note for note in imported.notes if note.kind is kind]
        print_lines(f"{kind.value}: {len(notes)}")
        print_lines(*(f"  line {note.line}: {note.text}" for note in notes))
    print_lines(f"claims: {len(imported.claims)}")
    for claim in imported.claims:
        print_lines(f"  line {claim.line}: {claim.subset.value} {claim.measure} {claim.text}")
    print_lines(f"{words_file} and {claims_file} are written")
