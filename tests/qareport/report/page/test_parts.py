"""The parts of the page tell what the analysis and the evaluation tell."""

from dataclasses import replace
from pathlib import Path

import pytest

from qareport.data.findings import FindingGroup, Severity
from qareport.data.types import F1, DataIdentity
from qareport.evaluation.evaluation_json import PrecisionCheck
from qareport.evaluation.haystack.protocol import PROTOCOL as TOKEN_LEVEL
from qareport.report.gather import ReportChoice, gather_report
from qareport.report.page.comparison_part import comparison_view
from qareport.report.page.method_part import evaluate_command, finding_facts, method_facts
from qareport.report.page.page import weakest_first
from qareport.report.page.scores_part import tiles
from qareport.report.page.sources import ReportSources
from tests.report_builders import MAY, SHIPS, Found, write_found


@pytest.fixture
def sources(tmp_path: Path) -> ReportSources:
    """What the report of the ships is made of."""
    return gather_report(ReportChoice(write_found(tmp_path)))


def of(folder: Path, *found: Found) -> ReportSources:
    return gather_report(ReportChoice(write_found(folder, found)))


def test_tiles_tell_the_scores_of_all_and_of_both_kinds(sources: ReportSources) -> None:
    shown = [(tile.figure, tile.note) for tile in tiles(sources.main.analysis)]

    assert shown == [
        ("53.33", "5 questions"),
        ("40.00", "5 questions"),
        ("55.56", "3 with an answer"),
        ("50.00", "2 without an answer"),
    ]


def test_a_kind_without_questions_has_no_tile(tmp_path: Path) -> None:
    analysis = of(tmp_path, SHIPS[0]).main.analysis

    assert [tile.name for tile in tiles(analysis)][2:] == ["F1 of HasAns, %"]


def test_groups_come_weakest_first_with_small_ones_last(sources: ReportSources) -> None:
    groups = sources.main.analysis.groups
    large = replace(groups[0], is_small=False)

    ordered = weakest_first((*groups[1:], large))

    assert ordered[0] == large
    scores = [group.intervals[F1].estimate for group in ordered[1:]]
    assert scores == sorted(scores)


def test_the_method_names_data_model_rules_and_machine(sources: ReportSources) -> None:
    facts = {fact.name: fact.value for fact in method_facts(sources.main)}

    assert facts["Questions"] == "5 read"
    assert facts["Model"] == "tiny (Tiny)"
    assert facts["Null threshold"] == "0 logits, rule all-windows"
    assert facts["Scored by"] == "official, normaliser squad-en"


def test_a_smaller_number_format_is_held_against_float32(sources: ReportSources) -> None:
    evaluation = sources.main.evaluation
    checked = replace(
        evaluation,
        hardware=replace(evaluation.hardware, dtype="int8", engine="openvino"),
        precision_check=PrecisionCheck(200, 1.0, 0.0, -0.01),
    )

    facts = method_facts(replace(sources.main, evaluation=checked))

    (sentence,) = [fact.value for fact in facts if fact.name == "Against float32"]
    assert sentence == (
        "int8 by openvino and float32 by torch, with the same weights, give equal answers to "
        "100.00 % of 200 questions; the first less the second: +0.00 points of exact match, "
        "-1.00 of F1"
    )


def test_revisions_are_told_where_there_are_any(sources: ReportSources) -> None:
    evaluation = replace(
        sources.main.evaluation,
        data=DataIdentity("acme/ships", "sail", "test", revision="c0ffee", sha256="x"),
        model=replace(sources.main.evaluation.model, revision="decade"),
    )

    facts = {
        fact.name: fact.value for fact in method_facts(replace(sources.main, evaluation=evaluation))
    }

    assert facts["Revision of the data"] == "c0ffee"
    assert facts["Revision of the model"] == "decade"
    assert "(acme/ships sail test)" in facts["Data"]


def test_the_token_level_protocol_tells_its_second_command(sources: ReportSources) -> None:
    evaluation = replace(sources.main.evaluation, protocol=TOKEN_LEVEL)

    command = evaluate_command(evaluation)
    names = [fact.name for fact in method_facts(replace(sources.main, evaluation=evaluation))]

    assert command.startswith("qareport evaluate tiny --data")
    assert command.endswith("rescore RECORD --protocol haystack-token --output RESCORED")
    assert "Null threshold" not in names


def test_cases_of_findings_hold_texts_and_go_with_them(sources: ReportSources) -> None:
    finding = FindingGroup("odd", Severity.WARNING, 1, "mend it", ("q1: 'secret'",))
    evaluation = replace(sources.main.evaluation, findings=(finding,))

    (whole,) = finding_facts(evaluation, is_redacted=False)
    (redacted,) = finding_facts(evaluation, is_redacted=True)

    assert (whole.name, whole.value) == ("odd (1)", "mend it\nq1: 'secret'")
    assert (redacted.name, redacted.value) == ("odd (1)", "mend it")


def test_a_lone_record_has_nothing_to_compare(sources: ReportSources) -> None:
    assert comparison_view(sources) is None


def test_others_are_compared_with_the_pages_own_record(tmp_path: Path) -> None:
    main = write_found(tmp_path / "main")
    other = write_found(tmp_path / "other", [Found(each.asked, ((MAY, 3.0),)) for each in SHIPS])

    view = comparison_view(gather_report(ReportChoice(main, (other,))))

    assert view is not None
    assert [row[0] for row in view.models.rows] == ["tiny (main)", "tiny (other)"]
    (held,) = view.others
    assert held.differences.rows[0][:3] == ("All questions", "5", "-20.00")
    assert held.right_wrong.rows[0][1:6] == ("5", "0", "2", "1", "2")
    assert held.lines[0].startswith("equal answers:")
    assert view.gap == ()
    assert view.speed_chart.summary.startswith("F1 and speed: tiny (main) 53.33 %")


def test_a_kind_without_questions_is_left_out_of_the_comparison(tmp_path: Path) -> None:
    folders = [write_found(tmp_path / name, SHIPS[:2]) for name in ("one", "two")]

    view = comparison_view(gather_report(ReportChoice(folders[0], (folders[1],))))

    assert view is not None
    assert [row[0] for row in view.others[0].right_wrong.rows] == ["All questions", "HasAns"]
