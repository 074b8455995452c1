"""The page is whole in itself, lets nothing else run, and says what the record says."""

import base64
import hashlib
import re
from dataclasses import replace
from pathlib import Path

import pytest

from qareport.data.files import TEMPLATES, packaged_folder
from qareport.data.types import Exclusion
from qareport.evaluation.haystack.protocol import PROTOCOL as TOKEN_LEVEL
from qareport.report.charts import rendering as theme
from qareport.report.gather import ReportChoice, gather_report
from qareport.report.page.page import render_report
from qareport.report.page.sources import ReportSources
from tests.report_builders import SHIPS, write_found


@pytest.fixture
def sources(tmp_path: Path) -> ReportSources:
    """What the report of the ships is made of."""
    return gather_report(ReportChoice(write_found(tmp_path)))


def directives(page: str) -> dict[str, str]:
    """The Content-Security-Policy of the page."""
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    pairs = (each.split(" ", 1) for each in policy.replace("&#39;", "'").split("; "))
    return dict(pairs)


@pytest.mark.parametrize(("tag", "directive"), [("script", "script-src"), ("style", "style-src")])
def test_only_the_pages_own_script_and_style_are_let_in(
    sources: ReportSources, tag: str, directive: str
) -> None:
    page = render_report(sources).html

    (text,) = re.findall(rf"<{tag}>(.*?)</{tag}>", page, flags=re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    assert directives(page)[directive] == f"'sha256-{digest}'"


def test_nothing_is_loaded_from_anywhere(sources: ReportSources) -> None:
    page = render_report(sources).html

    assert directives(page)["default-src"] == "'none'"
    assert "unsafe" not in page
    assert re.findall(r'(?:src|href)="(?!#)', page) == []
    assert 'style="' not in page


def test_the_same_sources_give_the_same_page(sources: ReportSources) -> None:
    assert render_report(sources) == render_report(sources)


def test_sections_come_in_reading_order(sources: ReportSources) -> None:
    ids = re.findall(r'<section id="(\w+)"', render_report(sources).html)

    assert ids == ["scores", "abstaining", "failures", "examples", "method"]


def test_the_lead_tells_scores(sources: ReportSources) -> None:
    (lead,) = re.findall(r'<p class="lead">(.*)</p>', render_report(sources).html)

    assert re.fullmatch(
        r"On 5 questions of \S+, F1 is 53\.33 % and 40\.00 % of the answers match exactly\.",
        lead,
    )


def test_a_partial_record_says_so(sources: ReportSources) -> None:
    evaluation = replace(
        sources.main.evaluation, exclusions=(Exclusion("--limit 5", 7),), questions_read=12
    )

    page = render_report(replace(sources, main=replace(sources.main, evaluation=evaluation))).html

    assert "Partial: 7 of 12 questions were left out, --limit 5." in page


def test_floor_and_ceilings_stand_below_the_scores(sources: ReportSources) -> None:
    page = render_report(sources).html

    scores = page[page.index('<section id="scores"') : page.index('<section id="abstaining"')]
    assert re.findall(r'<th scope="row">(?:Always|With)[^<]*</th><td>5</td><td>[\d.]+', scores) == [
        '<th scope="row">Always no answer</th><td>5</td><td>40.00',
    ]


def test_a_model_below_the_floor_is_called_so_at_the_top(tmp_path: Path) -> None:
    misled = replace(SHIPS[3], null_score=0.0)
    record = write_found(tmp_path, (SHIPS[2], misled))

    page = render_report(gather_report(ReportChoice(record))).html

    head = page[: page.index("</header>")]
    assert (
        '<p class="warning">Answering nothing to every question would score more than this model '
        "in exact match and F1.</p>"
    ) in head


def test_without_floor_and_ceilings_there_is_no_table_of_them(tmp_path: Path) -> None:
    page = render_report(gather_report(ReportChoice(write_found(tmp_path, SHIPS[:1])))).html

    assert "Floor and ceilings" not in page
    assert 'class="warning">Answering' not in page


def test_a_protocol_without_threshold_has_no_slider(sources: ReportSources) -> None:
    evaluation = replace(sources.main.evaluation, protocol=TOKEN_LEVEL)

    page = render_report(replace(sources, main=replace(sources.main, evaluation=evaluation))).html

    assert 'id="threshold"' not in page
    assert "which has no threshold" in page


def test_without_margins_there_are_no_curves(sources: ReportSources) -> None:
    analysis = replace(sources.main.analysis, margins=None)

    page = render_report(replace(sources, main=replace(sources.main, analysis=analysis))).html

    assert "Precision against recall" not in page
    assert "at the best" not in page


def test_where_nothing_has_an_answer_there_is_no_precision(tmp_path: Path) -> None:
    record = write_found(tmp_path / "none", SHIPS[2:4])

    page = render_report(gather_report(ReportChoice(record))).html

    assert "Precision against recall" not in page
    assert "Wrong answers against questions answered" in page
    assert "AUROC" not in page


def test_a_hostile_model_name_is_text(sources: ReportSources) -> None:
    page = render_report(replace(sources, main=replace(sources.main, name="<b>&\"'"))).html

    assert "<h1>&lt;b&gt;&amp;&#34;&#39;</h1>" in page


@pytest.mark.parametrize(
    "colour",
    [theme.INK, theme.FAINT_INK, theme.GRID, theme.BLUE, theme.VERMILION, theme.NEUTRAL, "white"],
)
def test_every_colour_of_charts_has_its_dark_twin(colour: str) -> None:
    styles = packaged_folder(TEMPLATES).joinpath("report", "charts.css").read_text(encoding="utf-8")

    assert f'fill="{colour}"]' in styles or f'stroke="{colour}"]' in styles
