"""Measures a report's size, and how long it takes to make, to load and to search, by its size.

    python benchmarks/report.py RECORD

Needs Playwright and Chromium. More examples than the record has are the same ones under other
ids, with contexts and articles of their own.
"""

import argparse
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import count, islice
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from qareport.analysis.analyse import analyse
from qareport.analysis.examples.rows import ExampleRow
from qareport.data.types import Prediction
from qareport.report.gather import ReportChoice, gather_report
from qareport.report.page.page import render_report
from qareport.report.page.sources import ReportSources

SIZES = (1_000, 12_000, 48_000)
LOADS = 5
LOADED = "performance.getEntriesByType('navigation')[0].loadEventEnd"
SEARCH = """(() => {
  const start = performance.now();
  element("search").value = "normans";
  refresh();
  return performance.now() - start;
})()"""


def copies(sources: ReportSources) -> Iterator[tuple[ExampleRow, Prediction]]:
    """The rows with their predictions, again and again, each time as other examples."""
    for copy in count():
        for row, prediction in zip(sources.main.rows, sources.predictions, strict=True):
            asked = row.example
            title = f"{asked.title} {copy}"
            example = replace(
                asked, id=f"{asked.id}-{copy}", context=f"{asked.context} {copy}", title=title
            )
            groups = {**row.groups, "article": title}
            yield replace(row, example=example, groups=groups), prediction


def enlarge(sources: ReportSources, size: int) -> ReportSources:
    """The same report with so many examples."""
    rows, predictions = zip(*islice(copies(sources), size), strict=True)
    main = replace(sources.main, rows=rows, analysis=analyse(rows))
    return replace(sources, main=main, predictions=predictions)


def load(browser: Browser, path: Path) -> tuple[float, float]:
    """Milliseconds until the page is loaded, and of the first search in it."""
    page = browser.new_page()
    page.goto(path.as_uri())
    times = float(page.evaluate(LOADED)), float(page.evaluate(SEARCH))
    page.close()
    return times


def main() -> None:
    """Prints a line for each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("record", type=Path)
    sources = gather_report(ReportChoice(parser.parse_args().record))
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder) / "report.html"
        launch = playwright.chromium.launch
        browser = launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for size in SIZES:
            enlarged = enlarge(sources, size)
            start = time.perf_counter()
            path.write_text(render_report(enlarged).html, encoding="utf-8")
            seconds = time.perf_counter() - start
            loads, searches = zip(*(load(browser, path) for _ in range(LOADS)), strict=True)
            print(
                f"{size} examples: {path.stat().st_size / 1e6:.2f} MB, made in {seconds:.1f} s, "
                f"loaded in {statistics.median(loads) / 1000:.2f} s, "
                f"searched in {statistics.median(searches) / 1000:.2f} s"
            )
        browser.close()


if __name__ == "__main__":
    main()
