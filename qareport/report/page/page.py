"""Renders a report as one HTML page that needs no other file."""

import base64
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from jinja2 import Environment, FunctionLoader, StrictUndefined

from qareport.analysis.analyse import Analysis, GroupScores
from qareport.data.files import TEMPLATES, packaged_folder
from qareport.data.types import EXACT, F1
from qareport.evaluation.evaluation_json import rules_of
from qareport.metrics.squad import PROTOCOL
from qareport.report.number_format import count, percent, percent_interval
from qareport.report.page.comparison_part import comparison_view
from qareport.report.page.embedded_json import embedded_json
from qareport.report.page.method_part import evaluate_command, finding_facts, method_facts
from qareport.report.page.pictures import abstention_pictures, groups_picture, models_picture
from qareport.report.page.scores_part import FIXED_RULES, tiles
from qareport.report.page.sources import ReportSources, ShownRecord
from qareport.report.page.views import PagePicture, PageView
from qareport.report.tables.analysis import (
    abstention_table,
    causes_table,
    groups_table,
    mistakes_table,
    official_best_table,
    thresholds_table,
)
from qareport.report.tables.floor_and_ceilings import floor_and_ceilings_table
from qareport.report.tables.plain_table import PlainTable
from qareport.report.tables.scores import below_floor_notes, score_notes, totals_table

TEMPLATE = "report.html.jinja"
STYLES = ("report/page.css", "report/charts.css", "report/examples.css")
SCRIPTS = (
    "report/start.js",
    "report/figures.js",
    "report/tables.js",
    "report/threshold.js",
    "report/choosing.js",
    "report/passage.js",
    "report/examples.js",
)
"""In the order in which they stand in the page: each uses what stands above it."""


@dataclass(frozen=True, slots=True)
class RenderedReport:
    """A page before it is written."""

    html: str
    missing_pictures: tuple[PagePicture, ...] = ()
    """Those that cannot be drawn; the page says in words what they show."""


def render_report(sources: ReportSources) -> RenderedReport:
    """The page; the same sources give the same text."""
    style = "".join(_shipped_text(name) for name in STYLES)
    script = "".join(_shipped_text(name) for name in SCRIPTS)
    environment = Environment(
        loader=FunctionLoader(_shipped_text),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page = _view(sources)
    html = environment.get_template(TEMPLATE).render(
        page=page,
        policy=_policy(style=style, script=script),
        style=style,
        script=script,
        embedded=embedded_json(sources),
    )
    return RenderedReport(html, page.missing_pictures)


def _policy(*, style: str, script: str) -> str:
    """The Content-Security-Policy under which nothing runs or loads but these two texts."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src '{_source_hash(script)}'",
            f"style-src '{_source_hash(style)}'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _source_hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _view(sources: ReportSources) -> PageView:
    main, analysis = sources.main, sources.main.analysis
    evaluation = main.evaluation
    rules = rules_of(evaluation)
    groups = weakest_first(analysis.groups)
    return PageView(
        model=main.name,
        lead=_lead(main),
        warnings=tuple(_warnings(main)),
        tiles=tiles(analysis),
        totals=_totals(analysis),
        floor_and_ceilings=floor_and_ceilings_table(analysis),
        models_chart=models_picture(sources),
        abstention_charts=abstention_pictures(analysis),
        abstention=abstention_table(analysis),
        thresholds=thresholds_table(analysis, rules),
        official_best=official_best_table(analysis),
        no_slider="" if evaluation.protocol == PROTOCOL else FIXED_RULES,
        groups_chart=groups_picture(analysis),
        groups=groups_table(groups),
        traits=tuple(dict.fromkeys(group.trait for group in groups)),
        kinds=mistakes_table(analysis.mistakes),
        causes=causes_table(analysis),
        method=method_facts(main),
        findings=finding_facts(evaluation, is_redacted=sources.is_redacted),
        command=evaluate_command(evaluation),
        comparison=comparison_view(sources),
        is_redacted=sources.is_redacted,
    )


def _totals(analysis: Analysis) -> PlainTable:
    """The scores without their note on the floor, which has a row of the next table."""
    totals, intervals = analysis.totals, analysis.intervals
    return replace(totals_table(totals, intervals), notes=score_notes(totals, intervals))


def weakest_first(groups: Sequence[GroupScores]) -> list[GroupScores]:
    """All groups by their F1, the small ones last."""
    return sorted(groups, key=lambda group: (group.is_small, group.intervals[F1].estimate))


def _lead(record: ShownRecord) -> str:
    """The scores in a sentence."""
    intervals, n = record.analysis.intervals.overall, record.analysis.totals.overall.n
    interval = percent_interval(intervals[F1])
    known = f" (95 % interval {interval})" if interval else ""
    return (
        f"On {count(n)} questions of {record.data_name}, F1 is {percent(intervals[F1].estimate)} %"
        f"{known} and {percent(intervals[EXACT].estimate)} % of the answers match exactly."
    )


def _warnings(record: ShownRecord) -> Iterator[str]:
    for each in record.evaluation.exclusions:
        yield (
            f"Partial: {count(each.count)} of {count(record.evaluation.questions_read)} questions "
            f"were left out, {each.reason}."
        )
    yield from below_floor_notes(record.analysis.totals)


def _shipped_text(name: str) -> str:
    """The text of a file of the template folder; names come with the package."""
    return packaged_folder(TEMPLATES).joinpath(*name.split("/")).read_text(encoding="utf-8")
