"""Compares records of the same examples for a report."""

from qareport.data.types import F1
from qareport.inference.identity import Hardware
from qareport.report.charts.speed import ModelSpeed, speed_chart
from qareport.report.number_format import count, percent_interval
from qareport.report.page.pictures import drawn
from qareport.report.page.sources import OtherRecord, ReportSources, ShownRecord
from qareport.report.page.views import ComparisonView, OtherView
from qareport.report.tables.comparison import (
    comparison_lines,
    differences_table,
    gap_lines,
    right_wrong_table,
)
from qareport.report.tables.measures import INTERVAL, headings_of, total_cells
from qareport.report.tables.plain_table import PlainTable
from qareport.report.tables.seeds import seeds_table

SHOWN_GROUPS = 8
"""Of those that differ most: our choice."""


def comparison_view(sources: ReportSources) -> ComparisonView | None:
    """The models beside each other, then each of the others; None without any."""
    if not sources.others:
        return None
    records = (sources.main, *(each.record for each in sources.others))
    return ComparisonView(
        speed_chart=drawn(speed_chart([_speed(each) for each in records])),
        models=_models_table(records),
        seeds=seeds_table(sources.seeds, sources.seed_scores) if sources.seeds else None,
        others=tuple(_other_view(each) for each in sources.others),
        gap=gap_lines(sources.gap) if sources.gap else (),
    )


def _speed(record: ShownRecord) -> ModelSpeed:
    return ModelSpeed(
        name=record.name,
        f1=record.analysis.intervals.overall[F1],
        questions_per_second=record.evaluation.timing.examples_per_second,
        parameters=record.evaluation.model.parameters,
    )


def _models_table(records: tuple[ShownRecord, ...]) -> PlainTable:
    """Quality beside size and speed."""
    measures = tuple(records[0].analysis.totals.overall.measures)
    return PlainTable(
        title="Quality, size and speed",
        headings=(
            "Model",
            *headings_of(measures),
            f"{INTERVAL} of F1",
            "Parameters",
            "Questions/s",
            "Device",
        ),
        rows=tuple(
            (
                each.name,
                *total_cells(each.analysis.totals.overall, measures),
                percent_interval(each.analysis.intervals.overall[F1]),
                count(each.evaluation.model.parameters),
                f"{each.evaluation.timing.examples_per_second:.1f}",
                _device(each.evaluation.hardware),
            )
            for each in records
        ),
        notes=("Speeds compare only where the device is the same.",),
    )


def _device(hardware: Hardware) -> str:
    return f"{hardware.device_name}, {hardware.engine}, {hardware.dtype}"


def _other_view(other: OtherRecord) -> OtherView:
    comparison = other.comparison
    return OtherView(
        name=other.record.name,
        differences=differences_table(comparison, groups=SHOWN_GROUPS),
        right_wrong=right_wrong_table(comparison.right_wrong),
        lines=(*comparison_lines(comparison), *other.warnings),
    )
