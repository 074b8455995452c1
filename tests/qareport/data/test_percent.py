"""Tests that scores become percent where it is asked for, and stay as they are elsewhere."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from qareport.data.percent import Score, in_percent, percent_document
from qareport.data.ranges import Share


@dataclass(frozen=True, slots=True)
class Scored:
    """A dataclass with scores and with something else."""

    difference: Score
    share: Share | None
    measures: Mapping[str, Share]
    margin: float


SCORED = Scored(difference=-0.29, share=None, measures={"exact": 0.6961}, margin=0.29)


def test_a_document_names_its_unit_first_and_has_scores_in_percent() -> None:
    document = percent_document(SCORED)

    assert list(document) == ["unit", "difference", "share", "measures", "margin"]
    assert document == {
        "unit": "percent",
        "difference": -29.0,
        "share": None,
        "measures": {"exact": 69.61},
        "margin": 0.29,
    }


def test_a_file_keeps_scores_from_0_to_1() -> None:
    written = json.loads(TypeAdapter(Scored).dump_json(SCORED))

    assert written["difference"] == -0.29
    assert written["measures"] == {"exact": 0.6961}


def test_the_schema_keeps_the_limits_of_a_share() -> None:
    schema = TypeAdapter(Share).json_schema(mode="serialization")

    assert schema == {"maximum": 1, "minimum": 0, "type": "number"}


@given(units=st.integers(-10_000, 10_000))
def test_a_score_of_few_digits_has_as_few_in_percent(units: int) -> None:
    assert in_percent(units / 10_000) == units / 100


def test_a_score_of_many_digits_has_nine_in_percent() -> None:
    assert in_percent(2 / 3) == pytest.approx(66.666666667, abs=0)
