"""Files in .eval_results say what the Hub takes, and read back as they were meant."""

import math
from dataclasses import replace

import pytest
import yaml
from huggingface_hub import EvalResultEntry, parse_eval_result_entries

from qareport.cards.text.eval_results import BenchmarkResult, eval_results_yaml
from qareport.errors import DataError

SMALL = BenchmarkResult("rajpurkar/squad_v2", "squad_v2", 82.9125)
FULL = replace(
    SMALL,
    task_id="other",
    revision="3ffb306f725f7d2ce8394bc1873b24868140c412",
    date="2026-11-22",
    source_url="https://huggingface.co/me/mine/blob/main/eval/squad_v2.json",
    source_name="qareport 0.1.0",
    notes="f1; exact 79.8703: # of 11873",
)


def test_a_full_result_is_written_as_the_hub_shows_it() -> None:
    assert eval_results_yaml([FULL]) == (
        "- dataset:\n"
        "    id: rajpurkar/squad_v2\n"
        "    task_id: other\n"
        "    revision: 3ffb306f725f7d2ce8394bc1873b24868140c412\n"
        "  value: 82.9125\n"
        "  date: '2026-11-22'\n"
        "  source:\n"
        "    url: https://huggingface.co/me/mine/blob/main/eval/squad_v2.json\n"
        "    name: qareport 0.1.0\n"
        "  notes: 'f1; exact 79.8703: # of 11873'\n"
    )


def test_what_is_not_said_is_left_out() -> None:
    assert yaml.safe_load(eval_results_yaml([SMALL])) == [
        {"dataset": {"id": "rajpurkar/squad_v2", "task_id": "squad_v2"}, "value": 82.9125}
    ]


def test_the_hubs_client_reads_what_was_written() -> None:
    read = parse_eval_result_entries(yaml.safe_load(eval_results_yaml([SMALL, FULL])))

    assert read == [
        EvalResultEntry("rajpurkar/squad_v2", "squad_v2", 82.9125),
        EvalResultEntry(
            "rajpurkar/squad_v2",
            "other",
            82.9125,
            dataset_revision=FULL.revision,
            date="2026-11-22",
            source_url=FULL.source_url,
            source_name="qareport 0.1.0",
            notes=FULL.notes,
        ),
    ]


def test_a_commit_of_digits_stays_text() -> None:
    text = eval_results_yaml([replace(SMALL, task_id="1", revision="1" * 40)])

    assert yaml.safe_load(text)[0]["dataset"] == {
        "id": "rajpurkar/squad_v2",
        "task_id": "1",
        "revision": "1" * 40,
    }


@pytest.mark.parametrize(
    ("result", "fault"),
    [
        (replace(SMALL, dataset_id=""), "dataset_id '' is not of the shape owner/name"),
        (replace(SMALL, dataset_id="squad"), "dataset_id 'squad' is not of the shape owner/name"),
        (replace(SMALL, dataset_id="a/b/c"), "dataset_id 'a/b/c' is not of the shape owner/name"),
        (replace(SMALL, dataset_id="../b"), "dataset_id '../b' is not of the shape owner/name"),
        (replace(SMALL, task_id=" "), "task_id is empty; take one of the benchmark's eval.yaml"),
        (replace(SMALL, value=math.nan), "value nan is not a finite number"),
        (replace(SMALL, value=-math.inf), "value -inf is not a finite number"),
        (replace(SMALL, date="22.11.2026"), "date '22.11.2026' is not a day such as '2026-11-22'"),
        (replace(SMALL, date="20261122"), "date '20261122' is not a day such as '2026-11-22'"),
        (replace(SMALL, date="2026-02-30"), "date '2026-02-30' is not a day such as '2026-11-22'"),
        (replace(SMALL, date=""), "date is empty; leave it out"),
        (replace(SMALL, notes=" "), "notes is empty; leave it out"),
        (replace(SMALL, revision=""), "revision is empty; leave it out"),
        (replace(SMALL, source_name="q"), "source_name needs source_url"),
        *(
            (
                replace(SMALL, source_url=url),
                f"source_url {url!r} is not an address that begins with https://",
            )
            for url in ("http://a.b", "https://", "a.b", "https://a b", "https://[", "https://a\n")
        ),
    ],
)
def test_what_the_hub_does_not_take_is_refused_by_its_place(
    result: BenchmarkResult, fault: str
) -> None:
    with pytest.raises(DataError) as refusal:
        eval_results_yaml([FULL, result])

    assert str(refusal.value) == f"result 1: {fault}"


def test_a_task_has_one_result() -> None:
    with pytest.raises(DataError) as refusal:
        eval_results_yaml([SMALL, FULL, replace(SMALL, value=1.0)])

    assert str(refusal.value) == (
        "result 2: task 'squad_v2' of 'rajpurkar/squad_v2' has another result;"
        " the Hub takes one of a task"
    )


def test_no_result_makes_no_file() -> None:
    with pytest.raises(DataError, match="there is no result to write"):
        eval_results_yaml([])
