"""All colours can be told from the background, and text can be read on it."""

import pytest

from qareport.report.charts.theme import BACKGROUND, BLUE, FAINT_INK, INK, NEUTRAL, VERMILION

WHITE_LUMINANCE = 1.0


def luminance(colour: str) -> float:
    """Relative luminance by WCAG 2."""
    shares = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(
    ("colour", "least"),
    [(INK, 7.0), (FAINT_INK, 7.0), (BLUE, 3.0), (VERMILION, 3.0), (NEUTRAL, 3.0)],
)
def test_contrast_is_what_wcag_asks_for(colour: str, least: float) -> None:
    contrast = (WHITE_LUMINANCE + 0.05) / (luminance(colour) + 0.05)

    assert BACKGROUND == "white"
    assert contrast >= least
