"""Writes benchmark results as `.eval_results/*.yaml`, the files that the Hub reads them from."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date as calendar_date
from urllib.parse import urlsplit

from qareport.cards.text.yaml_writing import yaml_lines
from qareport.errors import DataError

HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*", re.ASCII)
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
NOT_IN_URLS = re.compile(r"[\s\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class BenchmarkResult:
    """One figure of a model for a task of a benchmark."""

    dataset_id: str
    """Of the benchmark, on the Hub."""
    task_id: str
    """As the benchmark's eval.yaml has it."""
    value: float
    """In the unit of the task."""
    revision: str | None = None
    """Commit of the data set."""
    date: str | None = None
    """Day of the evaluation, such as "2026-11-22"."""
    source_url: str | None = None
    """Where the figure comes from; begins with https://."""
    source_name: str | None = None
    """Needs `source_url`."""
    notes: str | None = None


def eval_results_yaml(results: Sequence[BenchmarkResult]) -> str:
    """The text of a file in `.eval_results`.

    The Hub accepts a faulty file and reports it later, so that all its rules are checked here.

    Raises:
        DataError: a result says what the Hub does not take, or a task has two; the message names
            the result by its index, from 0.
    """
    if not results:
        raise DataError("there is no result to write")
    for index, result in enumerate(results):
        _check(result, f"result {index}")
    tasks = [(result.dataset_id, result.task_id) for result in results]
    for index, task in enumerate(tasks):
        if task in tasks[:index]:
            raise DataError(
                f"result {index}: task {task[1]!r} of {task[0]!r} has another result;"
                " the Hub takes one of a task"
            )
    return yaml_lines([_entry(result) for result in results])


def _check(result: BenchmarkResult, name: str) -> None:
    texts = {
        "revision": result.revision,
        "date": result.date,
        "source_url": result.source_url,
        "source_name": result.source_name,
        "notes": result.notes,
    }
    empty = next(
        (name for name, text in texts.items() if text is not None and not text.strip()), ""
    )
    faults = {
        f"dataset_id {result.dataset_id!r} is not of the shape owner/name": not HUB_ID.fullmatch(
            result.dataset_id
        ),
        "task_id is empty; take one of the benchmark's eval.yaml": not result.task_id.strip(),
        f"value {result.value!r} is not a finite number": not math.isfinite(result.value),
        f"{empty} is empty; leave it out": bool(empty),
        f"date {result.date!r} is not a day such as '2026-11-22'": not _is_day(result.date),
        f"source_url {result.source_url!r} is not an address that begins with https://": (
            not _is_url(result.source_url)
        ),
        "source_name needs source_url": bool(result.source_name) and not result.source_url,
    }
    for fault, is_there in faults.items():
        if is_there:
            raise DataError(f"{name}: {fault}")


def _is_day(text: str | None) -> bool:
    if text is None:
        return True
    if not DAY.fullmatch(text):
        return False
    try:
        calendar_date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_url(text: str | None) -> bool:
    if text is None:
        return True
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and not NOT_IN_URLS.search(text)


def _entry(result: BenchmarkResult) -> dict[str, object]:
    """What stands in the file, without keys that say nothing."""
    data_set = {"id": result.dataset_id, "task_id": result.task_id, "revision": result.revision}
    source = {"url": result.source_url, "name": result.source_name}
    return _said(
        {
            "dataset": _said(data_set),
            "value": result.value,
            "date": result.date,
            "source": _said(source) or None,
            "notes": result.notes,
        }
    )


def _said(table: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in table.items() if value is not None}
