"""Draws the quality of models against their speed and size."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import altair as alt

from qareport.analysis.statistics.intervals import Interval
from qareport.errors import DataError
from qareport.report.charts.interval_rows import shorten
from qareport.report.charts.rendering import BLUE, INK, WIDTH, in_our_look, plotted_percent
from qareport.report.number_format import percent

HEIGHT = 320
"""Pixels of a whole chart."""
SMALLEST_DOT = 60
LARGEST_DOT = 600
"""Square pixels, in proportion to the parameters between."""
ROOM_FOR_NAMES = 1.8
"""Length of the axis of speed for one of the fastest model's, whose name stands to its right."""
NAME_OFFSET = 14
"""Pixels between the middle of a dot and its name, to the right and up or down."""
BAR_WIDTH = 2
MILLION = 1e6


@dataclass(frozen=True, slots=True)
class ModelSpeed:
    """How good, how fast and how large one of several models is."""

    name: str
    f1: Interval
    questions_per_second: float
    parameters: int


def speed_chart(models: Sequence[ModelSpeed]) -> alt.LayerChart:
    """F1 over questions a second, a dot for each model, the larger the more parameters it has.

    Raises:
        DataError: there are no models.
    """
    if not models:
        raise DataError("there are no models to draw; give one at least")
    fastest = max(model.questions_per_second for model in models)
    placed = alt.Chart(alt.InlineData(values=list(_values(models)))).encode(
        x=alt.X(
            "speed:Q",
            axis=alt.Axis(title="questions a second", tickCount=6),
            scale=alt.Scale(domain=[0, ROOM_FOR_NAMES * fastest], nice=False),
        ),
        y=alt.Y(
            "f1:Q",
            axis=alt.Axis(title="F1", labelExpr="datum.value + ' %'", tickCount=6),
            scale=alt.Scale(zero=False, padding=20),
        ),
    )
    largest = max(model.parameters for model in models)
    sizes = alt.Scale(domain=[0, largest], range=[SMALLEST_DOT, LARGEST_DOT])
    layers = [
        placed.mark_rule(strokeWidth=BAR_WIDTH, color=BLUE).encode(y=alt.Y("low:Q"), y2="high:Q"),
        placed.mark_circle(color=BLUE, opacity=1).encode(
            size=alt.Size("parameters:Q", scale=sizes, legend=None)
        ),
        *(
            placed.mark_text(align="left", dx=NAME_OFFSET, dy=shift, color=INK)
            .encode(text="name:N")
            .transform_filter(f"datum.place % 2 == {parity}")
            for parity, shift in enumerate((-NAME_OFFSET, NAME_OFFSET))
        ),
    ]
    chart = alt.LayerChart(layer=layers).properties(
        width=WIDTH, height=HEIGHT, autosize=alt.AutoSizeParams(type="fit", contains="padding")
    )
    return in_our_look(
        chart,
        title="Quality against speed and size",
        subtitle=(
            "Larger dots have more parameters; bars are 95 % intervals; F1 need not start at 0",
            "Up and to the right is better; speeds compare only on the same device",
        ),
        description=f"F1 and speed: {'; '.join(_told(model) for model in models)}",
    )


def _values(models: Sequence[ModelSpeed]) -> Iterator[dict[str, str | float]]:
    """The dots with the ends of their bars, in percent; without bounds these lie in the dot."""
    # Names of neighbours in speed stand above and below in turn, so that they do not overlap.
    by_speed = sorted(models, key=lambda model: model.questions_per_second)
    for place, model in enumerate(by_speed):
        estimate, bounds = model.f1.estimate, model.f1.bounds
        yield {
            "place": place,
            "name": shorten(model.name),
            "speed": model.questions_per_second,
            "parameters": model.parameters,
            "f1": plotted_percent(estimate),
            "low": plotted_percent(bounds.low if bounds else estimate),
            "high": plotted_percent(bounds.high if bounds else estimate),
        }


def _told(model: ModelSpeed) -> str:
    return (
        f"{shorten(model.name)} {percent(model.f1.estimate)} % at "
        f"{model.questions_per_second:.1f} questions a second with "
        f"{model.parameters / MILLION:.1f} million parameters"
    )
