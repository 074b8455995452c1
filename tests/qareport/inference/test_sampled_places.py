"""Places are spread evenly, in order, each once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qareport.inference.batches import spread_indices


@pytest.mark.parametrize(
    ("count", "size", "places"),
    [
        (0, 3, ()),
        (3, 0, ()),
        (2, 3, (0, 1)),
        (3, 3, (0, 1, 2)),
        (7, 3, (0, 2, 4)),
        (1000, 4, (0, 250, 500, 750)),
    ],
)
def test_places(count: int, size: int, places: tuple[int, ...]) -> None:
    assert spread_indices(count, size) == places


@given(count=st.integers(1, 300), size=st.integers(1, 300))
def test_steps_between_places_differ_by_one_at_most(count: int, size: int) -> None:
    places = spread_indices(count, size)

    steps = {after - before for before, after in zip(places, (*places[1:], count), strict=True)}
    assert len(places) == min(count, size)
    assert max(steps) - min(steps) <= 1
