"""The parts of the page tell what the analysis and the evaluation tell."""

from dataclasses import replace
from pathlib import Path

import pytest

from qareport.analysis.analyse import analyse
from qareport.analysis.examples.mistakes import KINDS
from qareport.data.findings import FindingGroup, Severity
from qareport.data.types import DataIdentity
from qareport.evaluation.evaluation_json import PrecisionCheck
from qareport.evaluation.haystack.token_level import PROTOCOL as TOKEN_LEVEL
from qareport.report.gather import ReportChoice, gather_report
from qareport.report.page.comparison_part import comparison_view
from qareport.report.page.failures_part import MEANINGS, causes_table, group_lines, kind_lines
from qareport.report.page.method_part import evaluate_command, finding_facts, method_facts
from qareport.report.page.scores_part import abstention_facts, thresholds_table, tiles, totals_table
from qareport.report.page.sources import ReportSources
from tests.builders import example
from tests.report_builders import CONTEXT, MAY, SHIPS, TEA, Found, write_found


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


def test_a_kind_without_questions_has_neither_tile_nor_row(tmp_path: Path) -> None:
    analysis = of(tmp_path, SHIPS[0]).main.analysis

    assert [tile.name for tile in tiles(analysis)][2:] == ["F1 of HasAns, %"]
    assert [row[0] for row in totals_table(analysis).rows] == ["All questions", "HasAns"]


def test_intervals_are_said_to_be_missing_where_they_are(tmp_path: Path) -> None:
    table = totals_table(of(tmp_path, SHIPS[0]).main.analysis)

    assert table.rows[0] == ("All questions", "1", "100.00", "", "100.00", "")
    assert table.note == "Without intervals, for want of a second paragraph."


def test_thresholds_are_told_as_recorded_and_at_the_best(sources: ReportSources) -> None:
    table = thresholds_table(sources.main)

    assert table is not None
    assert table.rows[0] == ("As recorded", "40.00", "0", "53.33", "0")
    assert table.rows[2][:3] == ("Best without splitting ties", "60.00", "-4.000")
    assert "flatters" in table.note


def test_without_margins_no_threshold_and_no_abstention_is_told(sources: ReportSources) -> None:
    analysis = replace(sources.main.analysis, margins=None)

    assert thresholds_table(replace(sources.main, analysis=analysis)) is None
    assert abstention_facts(analysis) == ()


def test_equal_margins_are_said_to_mislead_and_lone_articles_to_tune_nothing(
    tmp_path: Path,
) -> None:
    asked = (example(name, context=CONTEXT, golds=("tea",), title="t") for name in "ab")

    table = thresholds_table(of(tmp_path, *(Found(each, ((TEA, 1.0),)) for each in asked)).main)

    assert table is not None
    assert "depends on their order" in table.note
    assert table.rows[3][1:] == ("", "", "", "")


def test_a_best_that_answers_nothing_is_told_in_words(tmp_path: Path) -> None:
    asked = example("q", context=CONTEXT, title="t")

    table = thresholds_table(of(tmp_path, Found(asked, ((MAY, 1.0),))).main)

    assert table is not None
    assert table.rows[2][2] == "no answer kept"


def test_abstention_is_told_to_three_digits(sources: ReportSources) -> None:
    facts = {fact.name: fact.value for fact in abstention_facts(sources.main.analysis)}

    assert facts["AUROC of the null margin (0.5 is chance, 1 the best)"] == "0.833"


def test_groups_come_weakest_first_with_small_ones_last(sources: ReportSources) -> None:
    groups = sources.main.analysis.groups
    large = replace(groups[0], is_small=False)
    analysis = replace(sources.main.analysis, groups=(*groups[1:], large))

    lines = group_lines(analysis)

    assert not lines[0].is_small
    assert all(line.is_small for line in lines[1:])
    scores = [float(line.f1) for line in lines[1:]]
    assert scores == sorted(scores)
    assert all(float(line.low) <= float(line.f1) <= float(line.high) for line in lines)


def test_every_kind_of_answer_has_a_meaning_and_all_add_up(sources: ReportSources) -> None:
    lines = kind_lines(sources.main.analysis)

    assert [line.name for line in lines] == list(KINDS) == list(MEANINGS)
    assert sum(int(line.n) for line in lines) == 5
    assert {line.name: line.share for line in lines}["correct"] == "40.0"


def test_causes_are_shares_of_wrong_answers(sources: ReportSources) -> None:
    table = causes_table(sources.main.analysis)

    rows = {row[0]: row[1:] for row in table.rows}
    assert rows["in n-best"] == ("1", "33.3")
    assert "3 are wrong" in table.note


def test_where_nothing_is_wrong_causes_have_no_share(tmp_path: Path) -> None:
    table = causes_table(of(tmp_path, SHIPS[0]).main.analysis)

    assert {row[2] for row in table.rows} == {""}


def test_the_method_names_data_model_rules_and_machine(sources: ReportSources) -> None:
    facts = {fact.name: fact.value for fact in method_facts(sources.main)}

    assert facts["Questions"] == "5 read"
    assert facts["Model"] == "tiny (Tiny)"
    assert facts["Null threshold"] == "0 logits, rule all-windows"
    assert facts["Scored by"] == "official, normaliser squad-en"


def test_a_smaller_number_format_is_held_against_float32(sources: ReportSources) -> None:
    checked = replace(sources.main.evaluation, precision_check=PrecisionCheck(200, 1.0, 0.0, -0.01))

    facts = method_facts(replace(sources.main, evaluation=checked))

    assert [fact.value for fact in facts if fact.name == "Against float32"] == [
        "100.00 % equal answers to 200 questions; +0.00 points of exact match, -1.00 of F1"
    ]


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


def test_an_analysis_of_several_articles_says_what_was_resampled(sources: ReportSources) -> None:
    table = totals_table(analyse(sources.main.rows))

    assert table.note.startswith("Intervals by 10,000 resamples of 3 whole articles")
