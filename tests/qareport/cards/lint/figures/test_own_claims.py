"""Claims of one data set are those that can be compared."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from qareport.cards.claims.claims import Claim, ClaimedData, Form, Measure, Subset
from qareport.cards.lint.figures.own_claims import are_equal, by_data, data_key, rounding

DATA = ClaimedData("SQuAD 2.0", "rajpurkar/squad_v2")
CLAIM = Claim(1, Form.PROSE, Measure.F1, Subset.ALL, 80.0, "80.0", DATA)


def of(**parts: str) -> Claim:
    return replace(CLAIM, data=replace(DATA, **parts))


def test_the_id_names_a_data_set_before_its_name() -> None:
    assert data_key(DATA) == "rajpurkar/squad_v2"
    assert data_key(ClaimedData("Ours", None)) == "ours"
    assert data_key(ClaimedData(None, None)) is None


def test_claims_of_no_named_data_set_are_left_out() -> None:
    assert by_data([replace(CLAIM, data=ClaimedData(None, None))]) == {}


def test_claims_that_say_less_go_with_those_that_say_more() -> None:
    claims = [of(), of(split="validation"), of(split="validation", config="squad_v2")]

    assert list(by_data(claims).values()) == [claims]


def test_two_splits_are_apart() -> None:
    groups = by_data([of(split="validation"), of(split="test"), of(split="validation")])

    assert sorted(len(group) for group in groups.values()) == [1, 2]


@given(st.floats(0, 100), st.integers(0, 10), st.integers(0, 10))
def test_a_figure_agrees_with_itself_rounded(value: float, digits: int, fewer: int) -> None:
    written = [f"{value:.{each}f}" for each in (max(digits, fewer), min(digits, fewer))]
    full, rounded = (replace(CLAIM, value=float(text), text=text) for text in written)

    assert are_equal(full, full)
    assert abs(full.value - rounded.value) <= rounding(full, rounded)
