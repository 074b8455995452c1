"""The chart of speed shows how good, fast and large each model is."""

from dataclasses import replace

import altair as alt
import pytest

from qareport.analysis.statistics.intervals import Bounds
from qareport.errors import DataError
from qareport.report.charts.rendering import chart_summary
from qareport.report.charts.speed import ModelSpeed, speed_chart
from tests.analysis_builders import interval
from tests.chart_readers import texts


def bars_of_speed(chart: alt.LayerChart) -> list[tuple[float, ...]]:
    """Low end, dot and high end of each model, in percent."""
    (rows,) = chart.to_dict()["datasets"].values()
    return [tuple(round(row[name], 6) for name in ("low", "f1", "high")) for row in rows]


def model(name: str, f1: float, speed: float) -> ModelSpeed:
    scored = replace(interval(), estimate=f1)
    return ModelSpeed(name, scored, questions_per_second=speed, parameters=22_500_000)


def test_every_model_is_named_beside_its_dot() -> None:
    drawn = texts(speed_chart([model("small", 0.6, 50.0), model("large\u202e one", 0.8, 5.0)]))

    assert {"small", "large one"} <= set(drawn)


def test_a_bar_reaches_from_one_bound_to_the_other() -> None:
    scored = interval(Bounds(0.4, 0.7, level=0.95))
    chart = speed_chart([ModelSpeed("small", scored, questions_per_second=1.0, parameters=1)])

    assert bars_of_speed(chart) == [(40.0, 50.0, 70.0)]


def test_the_summary_tells_scores_speeds_and_sizes() -> None:
    summary = chart_summary(speed_chart([model("small", 0.6, 50.0)]))

    assert summary == (
        "F1 and speed: small 60.00 % at 50.0 questions a second with 22.5 million parameters"
    )


def test_no_models_are_no_chart() -> None:
    with pytest.raises(DataError, match="there are no models to draw"):
        speed_chart([])
