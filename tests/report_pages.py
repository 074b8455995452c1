"""Records to the report that a browser shows, and what can be read there."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from tests.command_line import run_qareport

if TYPE_CHECKING:
    from playwright.sync_api import Page


def show(page: "Page", *folders: Path, options: tuple[object, ...] = (), part: str = "") -> None:
    """Opens the report of records."""
    path = folders[0] / "shown.html"
    run = run_qareport("report", *folders, "--output", path, *options)
    assert (run.exit_code, run.errors) == (0, "")
    page.goto(path.as_uri() + part)


def texts(page: "Page", selector: str) -> list[str]:
    return [text.strip() for text in page.locator(selector).all_inner_texts()]


def found(page: "Page") -> int:
    """How many questions the list says that it holds."""
    return int(page.locator("#found").inner_text().split(" of ")[0])


def shown_at(page: "Page", threshold: float) -> list[list[str]]:
    """Exact match and F1 of all, HasAns and NoAns when the threshold is moved."""
    page.locator("#threshold-number").fill(repr(threshold))
    rows = page.locator("#threshold-scores tbody tr").all()
    return [[row.locator("td").all_inner_texts()[place] for place in (1, 3)] for row in rows]


def rescored_at(record: Path, threshold: float) -> list[list[str]]:
    """The same as `qareport rescore` tells it."""
    run = run_qareport("rescore", record, f"--null-threshold={threshold}", "--format", "json")
    scores = json.loads(run.output)["scores"]
    kinds = [scores[name] for name in ("overall", "has_answer", "no_answer")]
    return [[f"{kind['measures'][measure]:.2f}" for measure in ("exact", "f1")] for kind in kinds]
