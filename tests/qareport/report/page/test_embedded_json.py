"""The columns that a page carries hold what the record holds, and end no script."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from qareport.data.types import GoldAnswer
from qareport.report.gather import ReportChoice, gather_report
from qareport.report.page.embedded_json import embedded_json
from qareport.report.page.sources import ReportSources
from tests.builders import example
from tests.report_builders import BRIG, CONTEXT, OPTIONS, TEA, Found, write_found


def gathered(folder: Path, *found: Found, is_redacted: bool = False) -> ReportSources:
    place = write_found(folder, found) if found else write_found(folder)
    return gather_report(ReportChoice(place, is_redacted=is_redacted))


def test_a_context_stands_once_and_answers_are_marks_in_it(tmp_path: Path) -> None:
    columns = json.loads(embedded_json(gathered(tmp_path)))

    texts = columns["texts"]
    assert texts["contexts"] == [CONTEXT]
    assert texts["context_numbers"] == [0, 0, 0, 0, 0]
    assert CONTEXT[slice(*texts["golds"][0][0])] == "tea"
    assert [CONTEXT[slice(*mark)] for mark in texts["marks"][:2]] == ["tea.", "in May"]
    assert texts["marks"][3] == [-1, -1]


def test_scores_of_the_best_span_stand_beside_those_of_the_answer(tmp_path: Path) -> None:
    columns = json.loads(embedded_json(gathered(tmp_path)))

    assert columns["margins"] == [-4.0, -2.5, -1.25, 1.5, 1.0]
    assert columns["has_answer"] == [1, 1, 0, 0, 1]
    assert columns["exact"] == [1, 0, 0, 1, 0]
    assert columns["best_exact"] == [1, 0, 0, 0, 0]
    assert columns["f1"][1] == pytest.approx(2 / 3)
    kinds = [columns["kinds"][number] for number in columns["kind_numbers"]]
    assert kinds == ["correct", "superset", "false answer", "correct", "false null"]


def test_groups_are_numbered_in_the_order_in_which_they_are_shown(tmp_path: Path) -> None:
    columns = json.loads(embedded_json(gathered(tmp_path)))

    traits = {trait["name"]: trait for trait in columns["traits"]}
    assert traits["article"]["groups"] == ["a", "b", "c"]
    assert traits["article"]["numbers"] == [0, 0, 1, 1, 2]
    assert traits["answer length"]["numbers"][2] == -1


def test_a_long_n_best_list_is_cut_but_keeps_best_span_and_null(tmp_path: Path) -> None:
    spans = tuple(((place, place), 9.0 - place) for place in range(8))
    found = Found(example("q", context=CONTEXT, title="t"), spans)
    record = write_found(tmp_path, [found], replace(OPTIONS, n_best_size=8))

    columns = json.loads(embedded_json(gather_report(ReportChoice(record))))

    scores = [score for _, _, score in columns["texts"]["n_best"][0]]
    assert scores == [9.0, 8.0, 7.0, 6.0, 5.0, 0.0]


def test_without_any_span_the_margin_is_no_number(tmp_path: Path) -> None:
    found = Found(example("q", context=CONTEXT, title="t"), ())

    columns = json.loads(embedded_json(gathered(tmp_path, found)))

    assert columns["margins"] == [None]
    assert columns["texts"]["n_best"] == [[[-1, -1, 0.0]]]


def test_a_misplaced_gold_answer_stands_as_text(tmp_path: Path) -> None:
    asked = example("q", context=CONTEXT, golds=(GoldAnswer("brig", 30), GoldAnswer("tea", 4)))

    columns = json.loads(embedded_json(gathered(tmp_path, Found(asked, ((BRIG, 1.0),)))))

    assert columns["texts"]["golds"] == [["brig", "tea"]]


def test_nothing_can_end_the_element_that_holds_the_json(tmp_path: Path) -> None:
    hostile = "</script> <!-- <script> & \u2028 \u2029 ]]>"
    asked = example(hostile, hostile, context=hostile, title=hostile)

    text = embedded_json(gathered(tmp_path, Found(asked, (((0, 0), 1.0),))))

    assert not set("<>&\u2028\u2029") & set(text)
    assert json.loads(text)["texts"]["questions"] == [hostile]


def test_a_redacted_page_carries_no_texts(tmp_path: Path) -> None:
    found = Found(
        example("q", "Secret?", context="private words", golds=("private",), title="t"),
        (((0, 0), 1.0),),
    )

    text = embedded_json(gathered(tmp_path, found, is_redacted=True))

    assert json.loads(text)["texts"] is None
    assert "secret" not in text.lower()
    assert "private" not in text


def test_other_models_answers_stand_beside(tmp_path: Path) -> None:
    record = write_found(tmp_path / "one")
    asked = [each.example for each in gather_report(ReportChoice(record)).main.rows]
    other = write_found(tmp_path / "two", [Found(each, ((TEA, 1.0),)) for each in asked])

    columns = json.loads(embedded_json(gather_report(ReportChoice(record, (other,)))))
    redacted = embedded_json(gather_report(ReportChoice(record, (other,), is_redacted=True)))

    assert columns["others"][0]["name"] == "tiny (two)"
    assert columns["others"][0]["exact"] == [1, 0, 0, 0, 0]
    assert columns["others"][0]["marks"] == [[35, 39]] * 5
    assert json.loads(redacted)["others"][0]["marks"] == []
