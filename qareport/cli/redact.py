"""Copies records without the texts of their data."""

from pathlib import Path
from typing import Annotated

import typer

from qareport.cli.options import Overwrite
from qareport.cli.terminal import waiting
from qareport.report.printing import print_lines


def redact(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A record, or a folder with several.")
    ],
    *,
    output: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the redacted records.")],
    overwrite: Overwrite = False,
) -> None:
    """Copy records without passages, questions and answers, for data that may not be shown."""
    from qareport.evaluation.record.replacement import check_output
    from qareport.evaluation.redact import find_targets, redact_folder

    targets = find_targets(folder, output)
    if not overwrite:
        for target in targets.values():
            check_output(target)
    with waiting(f"reading {folder}"):
        redact_folder(folder, output, targets)
    print_lines(*map(str, targets.values()))
