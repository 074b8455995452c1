"""A cell is a figure when it states one number and nothing else that matters."""

import pytest

from qareport.cards.claims.reading.stated import read_figure


@pytest.mark.parametrize(
    ("written", "value", "text"),
    [
        ("79.87", 79.87, "79.87"),
        (" 79.87 % ", 79.87, "79.87"),
        ("79.87 (78.9 to 80.8)", 79.87, "79.87"),
        ("79.9 ± 0.7", 79.9, "79.9"),
        ("~80", 80.0, "80"),
        ("11,873", 11873.0, "11,873"),
        ("79.87*", 79.87, "79.87"),
        ("80.5 [1]", 80.5, "80.5"),
    ],
)
def test_a_figure_is_read_with_its_digits(written: str, value: float, text: str) -> None:
    figure = read_figure(written)

    assert figure is not None
    assert (figure.value, figure.text) == (value, text)


@pytest.mark.parametrize(
    "written",
    ["", "n/a", "-1.5", "+1.5", "3 of 4", "1x V100", "79,87", "1.2.3", "nan", "9" * 50],
)
def test_other_cells_are_left_alone(written: str) -> None:
    assert read_figure(written) is None
