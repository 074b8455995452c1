"""Folders of records become the page that shows them."""

from dataclasses import replace
from pathlib import Path

import pytest

from qareport.errors import DataError
from qareport.evaluation.evaluation_json import read_evaluation, write_evaluation
from qareport.evaluation.record.reader import read_record, read_record_candidates
from qareport.evaluation.record.writer import EVALUATION
from qareport.evaluation.rescore import rescore_token_level, write_rescored
from qareport.report.gather import ReportChoice, gather_report, make_report
from tests.report_builders import MAY, SHIPS, Found, write_found


def rename_model(folder: Path, name: str) -> Path:
    path = folder / EVALUATION
    recorded = read_evaluation(path)
    write_evaluation(replace(recorded, model=replace(recorded.model, name=name)), path)
    return folder


@pytest.mark.slow
def test_a_page_is_made_of_a_folder(tmp_path: Path) -> None:
    page = make_report(ReportChoice(write_found(tmp_path))).html

    assert page.startswith("<!doctype html>")
    assert "<h1>tiny</h1>" in page


def test_n_best_lists_are_those_of_the_recorded_answers(tmp_path: Path) -> None:
    sources = gather_report(ReportChoice(write_found(tmp_path)))

    assert [each.text for each in sources.predictions] == [row.text for row in sources.main.rows]
    assert [each.null_margin for each in sources.predictions] == [
        row.null_margin for row in sources.main.rows
    ]


def test_token_level_records_are_shown_by_their_own_answers(tmp_path: Path) -> None:
    official = read_record(write_found(tmp_path / "official"))
    candidates = read_record_candidates(official)
    write_rescored(tmp_path / "token", rescore_token_level(official, candidates), candidates)

    sources = gather_report(ReportChoice(tmp_path / "token"))

    assert [each.text for each in sources.predictions] == [row.text for row in sources.main.rows]
    assert "which has no threshold" in make_report(ReportChoice(tmp_path / "token")).html


def test_models_of_one_name_are_told_apart_by_folder(tmp_path: Path) -> None:
    one, two = write_found(tmp_path / "one"), write_found(tmp_path / "two")
    three = rename_model(write_found(tmp_path / "three"), "models/large")
    four = write_found(tmp_path / "deep/two")

    sources = gather_report(ReportChoice(one, (two, three, four)))

    assert sources.main.name == "tiny (one)"
    assert [each.record.name for each in sources.others] == [
        f"tiny ({two})",
        "large",
        f"tiny ({four})",
    ]


@pytest.mark.slow
def test_teacher_and_baseline_are_compared_and_tell_the_gap(tmp_path: Path) -> None:
    main = write_found(tmp_path / "main")
    asked = [each.asked for each in SHIPS]
    better = [SHIPS[0], Found(asked[1], ((MAY, 3.0),)), *SHIPS[2:]]
    teacher = write_found(tmp_path / "teacher", better)
    baseline = write_found(tmp_path / "baseline", [Found(each, ((MAY, -3.0),)) for each in asked])

    sources = gather_report(ReportChoice(main, teacher=teacher, baseline=baseline))

    assert [each.record.name for each in sources.others] == [
        "teacher tiny (teacher)",
        "baseline tiny (baseline)",
    ]
    assert sources.gap is not None
    assert (
        "recovered gap, F1:"
        in make_report(ReportChoice(main, teacher=teacher, baseline=baseline)).html
    )


def test_records_of_other_data_are_refused(tmp_path: Path) -> None:
    one, two = write_found(tmp_path / "one"), write_found(tmp_path / "two", SHIPS[:2])

    with pytest.raises(DataError, match="their data differs"):
        gather_report(ReportChoice(one, (two,)))
