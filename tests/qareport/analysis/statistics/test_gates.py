"""A demand in words becomes points, and a score that reaches them is enough."""

from collections.abc import Callable, Iterable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qareport.analysis.statistics.gates import (
    KEYS,
    Demand,
    Judgement,
    judge_drop,
    judge_minimum,
    parse_drops,
    parse_minimums,
    parse_points,
)
from qareport.data.types import Total, Totals
from qareport.errors import UsageError
from qareport.metrics.measures import MEASURES
from tests.builders import total_of

ParseDemands = Callable[[Iterable[str]], tuple[Demand, ...]]

TOTALS = Totals(
    Total(4, {"exact": 0.25, "f1": 0.375, "contains": 0.4375}),
    Total(2, {"exact": 0.5, "f1": 0.625, "contains": 0.6875}),
    Total(2, {"exact": 0.75, "f1": 0.875, "contains": 0.9375}),
)
FOUND = {
    "exact": 25.0,
    "f1": 37.5,
    "contains": 43.75,
    "HasAns_exact": 50.0,
    "HasAns_f1": 62.5,
    "HasAns_contains": 68.75,
    "NoAns_exact": 75.0,
    "NoAns_f1": 87.5,
    "NoAns_contains": 93.75,
}


def totals(exact: float) -> Totals:
    """Totals of questions with an answer."""
    of_all = total_of(n=100, exact=exact, f1=1.0)
    return Totals(of_all, of_all, None)


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("80", 80.0),
        ("80%", 80.0),
        ("80 %", 80.0),
        ("080.50", 80.5),
        ("80.", 80.0),
        (".5", 0.5),
        ("0", 0.0),
        ("0%", 0.0),
        ("100", 100.0),
    ],
)
def test_points_are_a_plain_number_with_or_without_the_sign(text: str, points: float) -> None:
    assert parse_points(text, "--margin") == points


@given(st.decimals(0, 100, places=4), st.sampled_from(["", "%", " %"]))
def test_every_plain_number_from_0_to_100_is_understood(number: Decimal, sign: str) -> None:
    assert parse_points(f"{number:f}{sign}", "--margin") == float(number)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "%", ".", "80%%", "% 80", "80  %", " 80", "80\n", "high", "80=90", "0,5"),
        *("-5", "-0", "+5", "100.0000000000000000000001", "101", "9" * 400, "1e400", "5e1"),
        *("inf", "nan", "0x10", "8_0", "\uff18\uff10", "٨٠", "八十", "½", "80\u00a0%", "80\uff05"),
    ],
)
def test_what_is_no_plain_number_from_0_to_100_is_refused(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_points(text, "--margin")

    assert str(caught.value) == (
        f"--margin: {text!r} is not a number from 0 to 100, such as 80 or 80%"
    )


@pytest.mark.parametrize("parse", [parse_minimums, parse_drops])
def test_a_demand_is_a_key_and_points(parse: ParseDemands) -> None:
    assert parse(["f1=80", "HasAns_exact=75.5 %"]) == (
        Demand("f1", 80.0),
        Demand("HasAns_exact", 75.5),
    )


@pytest.mark.parametrize("parse", [parse_minimums, parse_drops])
@pytest.mark.parametrize(("text", "key"), [("F1=80", "F1"), ("total=80", "total"), ("=80", "")])
def test_an_unknown_key_is_reported_with_the_known_ones(
    parse: ParseDemands, text: str, key: str
) -> None:
    with pytest.raises(UsageError) as caught:
        parse([text])

    assert str(caught.value) == (
        f"{text!r} asks for {key!r}, which is not one of "
        "exact, f1, contains, HasAns_exact, HasAns_f1, HasAns_contains, "
        "NoAns_exact, NoAns_f1, NoAns_contains"
    )


@pytest.mark.parametrize("parse", [parse_minimums, parse_drops])
@pytest.mark.parametrize(
    ("text", "points"),
    [("f1", ""), ("f1=", ""), ("f1=80=90", "80=90"), ("f1=nan", "nan"), ("f1=101", "101")],
)
def test_a_demand_without_a_number_of_points_is_refused(
    parse: ParseDemands, text: str, points: str
) -> None:
    with pytest.raises(UsageError) as caught:
        parse([text])

    assert str(caught.value) == (
        f"f1=POINTS: {points!r} is not a number from 0 to 100, such as 80 or 80%"
    )


@pytest.mark.parametrize("parse", [parse_minimums, parse_drops])
def test_a_score_is_demanded_once(parse: ParseDemands) -> None:
    with pytest.raises(UsageError) as caught:
        parse(["f1=80", "exact=70", "f1=80%"])

    assert str(caught.value) == "f1 is demanded 2 times; name it once"


@pytest.mark.parametrize(
    ("points", "percent"),
    [("0.8", "80"), ("1", "100"), ("1.0", "100"), ("0.29", "29"), (".0000001", "0.00001")],
)
def test_a_minimum_that_may_be_a_score_from_0_to_1_is_refused_with_both_readings(
    points: str, percent: str
) -> None:
    with pytest.raises(UsageError) as caught:
        parse_minimums([f"f1={points}"])

    assert str(caught.value) == (
        f"'f1={points}' can be read in two ways; write f1={percent} for {percent} %, "
        f"or f1={points}% for {points} %"
    )


@pytest.mark.parametrize(
    ("points", "expected"),
    [("0", 0.0), ("0%", 0.0), ("0.8%", 0.8), ("1 %", 1.0), ("1.01", 1.01)],
)
def test_a_minimum_of_up_to_one_percent_is_one_that_has_the_sign(
    points: str, expected: float
) -> None:
    assert parse_minimums([f"f1={points}"]) == (Demand("f1", expected),)


def test_a_drop_of_less_than_one_point_needs_no_sign() -> None:
    assert parse_drops(["f1=0.5"]) == (Demand("f1", 0.5),)


@pytest.mark.parametrize("key", KEYS)
def test_a_minimum_is_compared_with_the_score_that_the_key_names(key: str) -> None:
    judged = judge_minimum(Demand(key, 60.0), TOTALS)

    assert judged == Judgement(key, lowest=60.0, found=FOUND[key], holds=FOUND[key] >= 60)


@pytest.mark.parametrize("key", KEYS)
def test_a_drop_is_counted_from_the_same_score_of_the_baseline(key: str) -> None:
    perfect = Total(2, dict.fromkeys(MEASURES, 1.0))

    judged = judge_drop(Demand(key, 2.0), TOTALS, Totals(perfect, perfect, perfect))

    against = f"{key}, against the baseline"
    assert judged == Judgement(against, lowest=98.0, found=FOUND[key], holds=False)


@pytest.mark.parametrize(("lowest", "holds"), [(74.5, True), (75.0, True), (75.5, False)])
def test_a_score_that_just_reaches_the_demand_is_enough(lowest: float, *, holds: bool) -> None:
    assert judge_minimum(Demand("exact", lowest), totals(0.75)).holds is holds


# 100 * 0.29 is 28.999999999999996.
@pytest.mark.parametrize("points", [29, 57, 58])
def test_rounding_never_turns_a_score_into_one_that_is_too_low(points: int) -> None:
    assert judge_minimum(Demand("exact", float(points)), totals(points / 100)).holds


@pytest.mark.parametrize("points", [7, 14, 30])
def test_rounding_never_turns_a_drop_into_one_that_is_too_large(points: int) -> None:
    found, baseline = totals((points - 1) / 100), totals(points / 100)

    assert judge_drop(Demand("exact", 1.0), found, baseline).holds


@pytest.mark.parametrize("key", ["NoAns_exact", "NoAns_f1"])
def test_a_kind_without_questions_cannot_be_judged(key: str) -> None:
    with pytest.raises(UsageError) as caught:
        judge_minimum(Demand(key, 60.0), totals(1.0))

    assert str(caught.value) == f"{key} is demanded, but the record has no NoAns questions"


def test_a_kind_that_the_baseline_lacks_cannot_be_judged() -> None:
    with pytest.raises(UsageError, match=r"^NoAns_f1 is demanded, but the baseline has no NoAns"):
        judge_drop(Demand("NoAns_f1", 1.0), TOTALS, totals(1.0))


def test_a_measure_that_the_record_lacks_is_reported_with_the_way_to_get_it() -> None:
    with pytest.raises(UsageError) as caught:
        judge_minimum(Demand("HasAns_contains", 60.0), totals(0.5))

    assert str(caught.value) == (
        "HasAns_contains is demanded, but the record has no contains; "
        "`qareport rescore --measure contains` adds it"
    )


def test_what_the_baseline_lacks_is_said_of_the_baseline() -> None:
    with pytest.raises(UsageError, match="contains is demanded, but the baseline has no contains"):
        judge_drop(Demand("contains", 1.0), TOTALS, totals(0.5))
