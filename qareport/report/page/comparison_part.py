"""Records on the same examples to what a report says of how they differ."""

from collections.abc import Iterator

from qareport.analysis.examples.breakdown import group_label
from qareport.analysis.statistics.comparison import Comparison, Difference, most_different
from qareport.analysis.statistics.paired_tests import RightWrongTable, RightWrongTables
from qareport.data.types import EXACT, F1
from qareport.inference.identity import Hardware
from qareport.report.charts.speed import ModelSpeed, speed_chart
from qareport.report.number_format import count, percent, percent_interval, points, points_interval
from qareport.report.page.pictures import drawn
from qareport.report.page.sources import OtherRecord, ReportSources, ShownRecord
from qareport.report.page.views import ComparisonView, OtherView, PlainTable
from qareport.report.tables.comparison import comparison_lines, gap_lines

SHOWN_GROUPS = 8
"""Of those that differ most: our choice."""


def comparison_view(sources: ReportSources) -> ComparisonView | None:
    """The models beside each other, then each of the others; None without any."""
    if not sources.others:
        return None
    reference = sources.main.name
    records = (sources.main, *(each.record for each in sources.others))
    return ComparisonView(
        speed_chart=drawn(speed_chart([_speed(each) for each in records])),
        models=_models_table(records),
        others=tuple(_other_view(each, reference) for each in sources.others),
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
    return PlainTable(
        "Quality, size and speed",
        ("Model", "Exact, %", "F1, %", "95 % interval", "Parameters", "Questions/s", "Device"),
        tuple(
            (
                each.name,
                percent(each.analysis.totals.overall.exact),
                percent(each.analysis.totals.overall.f1),
                percent_interval(each.analysis.intervals.overall[F1]),
                count(each.evaluation.model.parameters),
                f"{each.evaluation.timing.examples_per_second:.1f}",
                _device(each.evaluation.hardware),
            )
            for each in records
        ),
        "Speeds compare only where the device is the same.",
    )


def _device(hardware: Hardware) -> str:
    return f"{hardware.device_name}, {hardware.engine}, {hardware.dtype}"


def _other_view(other: OtherRecord, reference: str) -> OtherView:
    name, comparison = other.record.name, other.comparison
    return OtherView(
        name=name,
        differences=_differences_table(comparison, f"{name} less {reference}, in points"),
        right_wrong=PlainTable(
            f"Exact match of {name} (model) and {reference} (reference)",
            (
                "Questions",
                "n",
                "both right",
                "only reference",
                "only model",
                "both wrong",
                "McNemar's p",
            ),
            tuple(_right_wrong_rows(comparison.right_wrong)),
        ),
        lines=comparison_lines(comparison),
    )


def _differences_table(comparison: Comparison, caption: str) -> PlainTable:
    groups = most_different(comparison, SHOWN_GROUPS)
    return PlainTable(
        caption,
        ("Questions", "n", "Exact", "95 % interval", "F1", "95 % interval"),
        (
            _difference_row("All questions", comparison.overall),
            *(_difference_row(group_label(each.trait, each.group), each) for each in groups),
        ),
        "Paired on the same questions; the groups are those that differ most in F1.",
    )


def _difference_row(name: str, difference: Difference) -> tuple[str, ...]:
    return (
        name,
        count(difference.intervals[F1].n),
        points(difference.intervals[EXACT].estimate),
        points_interval(difference.intervals[EXACT]),
        points(difference.intervals[F1].estimate),
        points_interval(difference.intervals[F1]),
    )


def _right_wrong_rows(tables: RightWrongTables) -> Iterator[tuple[str, ...]]:
    kinds = {
        "All questions": tables.overall,
        "HasAns": tables.has_answer,
        "NoAns": tables.no_answer,
    }
    for name, counts in kinds.items():
        if counts is not None:
            yield (name, *_cells(counts))


def _cells(counts: RightWrongTable) -> tuple[str, ...]:
    numbers = (counts.n, counts.both_right, counts.lost, counts.won, counts.both_wrong)
    return (*(count(number) for number in numbers), f"{counts.p_value:.2g}")
