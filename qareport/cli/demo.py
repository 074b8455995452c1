"""Evaluates a small model that comes along, and makes its card and page."""

from pathlib import Path
from typing import Annotated

import typer

from qareport.cards.text.card_text import CARD_FILE
from qareport.cli.card import card
from qareport.cli.evaluate import evaluate
from qareport.cli.options import Overwrite
from qareport.data.files import DEMO, packaged_folder, read_text, write_text
from qareport.report.printing import print_lines

OUTPUT = Path("qareport-demo")


def demo(
    *,
    output: Annotated[Path, typer.Option(metavar="DIR", help="Folder for all that is made.")] = (
        OUTPUT
    ),
    overwrite: Overwrite = False,
) -> None:
    """Evaluate a small model that comes along, and make its record, report and card."""
    from qareport.evaluation.record.file_names import CARD_TOML
    from qareport.evaluation.record.writer import REPORT

    source = packaged_folder(DEMO)
    evaluate(
        str(source / "model"), data=str(source / "stories.json"), output=output, overwrite=overwrite
    )
    if not (output / CARD_TOML).exists():
        write_text(output / CARD_TOML, read_text(source / CARD_TOML))
    card(output)
    print_lines("", f"open {output / REPORT} in a browser, and read {output / CARD_FILE}")
