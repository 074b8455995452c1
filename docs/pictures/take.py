"""Takes the README's pictures of a real run: the terminal as SVG, the report as PNG.

    python docs/pictures/take.py

It runs `qareport demo` in an empty folder, and needs Chromium for the report.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from io import StringIO
from pathlib import Path

from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.text import Text

PICTURES = Path(__file__).parent
ROOT = PICTURES.parents[1]
COLUMNS = 96
FONTS_FROM_ELSEWHERE = re.compile(r"@font-face \{.*?\}", re.DOTALL)


def take_terminal(folder: Path) -> None:
    """Runs the demo in a folder, and draws what it prints."""
    run = subprocess.run(
        [sys.executable, "-m", "qareport", "demo"],
        cwd=folder,
        env={**os.environ, "FORCE_COLOR": "1", "COLUMNS": str(COLUMNS)},
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    console = Console(record=True, width=COLUMNS, file=StringIO())
    console.print(Text("$ qareport demo", style="bold"))
    # The path of the repository on this machine does not belong in the picture.
    console.print(Text.from_ansi(run.stdout.replace(f"{ROOT}/", "")))
    svg = FONTS_FROM_ELSEWHERE.sub("", console.export_svg(title="qareport"))
    (PICTURES / "terminal.svg").write_text(svg, encoding="utf-8")


def take_report(page_file: Path) -> None:
    """Opens a report, and takes a picture of the first screen."""
    with sync_playwright() as started:
        browser = started.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 1280, "height": 1240})
        page.goto(page_file.as_uri())
        page.wait_for_load_state("networkidle")
        page.screenshot(path=PICTURES / "report.png")
        browser.close()


def main() -> None:
    """Takes both pictures."""
    with tempfile.TemporaryDirectory() as empty:
        take_terminal(Path(empty))
        take_report(Path(empty, "qareport-demo", "report.html"))


if __name__ == "__main__":
    main()
