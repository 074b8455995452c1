"""Draws the charts that stand on the lines of standard input, a line each to standard output.

It is run as a program by `drawing`, and imports nothing of the package.
"""

import base64
import json
import sys
from collections.abc import Iterable

import vl_convert

SVG = "svg"
SMALLEST_CHART = '{"data": {"values": []}, "mark": "point"}'
PNG_SCALE = 2
"""Pixels of the picture for one of the chart: sharp on fine displays."""


def get_ready() -> None:
    """Loads all that drawing needs, which takes ten times as long as a chart."""
    vl_convert.vegalite_to_svg(SMALLEST_CHART, allowed_base_urls=[])


def draw_all(requests: Iterable[str]) -> Iterable[str]:
    """A line with the picture, as text or in base 64, for each line with its form and chart."""
    for request in requests:
        form, chart = json.loads(request)
        if form == SVG:
            drawn = vl_convert.vegalite_to_svg(chart, allowed_base_urls=[])
        else:
            png = vl_convert.vegalite_to_png(chart, scale=PNG_SCALE, allowed_base_urls=[])
            drawn = base64.b64encode(png).decode()
        yield f"{json.dumps(drawn)}\n"


if __name__ == "__main__":
    get_ready()
    for line in draw_all(sys.stdin):
        sys.stdout.write(line)
        sys.stdout.flush()
