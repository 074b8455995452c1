"""Each measure of the table scores by its rule, and "no answer" is right where there is none."""

from dataclasses import replace
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qareport.analysis.statistics.total_intervals import total_intervals
from qareport.errors import UsageError
from qareport.metrics.measures import HEADLINE, MEASURES, Measure, Scoring, measures_named
from qareport.metrics.normalisers import NORMALISERS, normaliser_named
from qareport.metrics.squad import abstain, score
from qareport.metrics.totals import official_report, total
from tests.builders import example, example_score

ALL = tuple(MEASURES)
TEXTS = st.text(alphabet="ab.the 在巴", max_size=12)
HALF_LETTERS = Measure("letters", "share of its letters", lambda given: len(given.prediction) / 100)


def contains(text: str, *golds: str, normaliser: str = "squad-en") -> float:
    """What "contains" gives an answer."""
    rules = normaliser_named(normaliser)
    return score(example(golds=golds), text, rules, measures=ALL).measures["contains"]


@pytest.mark.parametrize(
    ("text", "golds", "points"),
    [
        ("It was the Norman conquest of 1066.", ("1066",), 1.0),
        ("It was in 1067.", ("1066",), 0.0),
        ("the Eiffel Tower", ("An Eiffel  tower!",), 1.0),
        ("Paris", ("London", "paris"), 1.0),
        ("Paris", ("Paris, France",), 0.0),
        ("partial", ("art",), 1.0),
        ("", ("x",), 0.0),
        ("", (), 1.0),
        ("the", (), 1.0),
        ("anything", (), 0.0),
    ],
)
def test_contains_is_right_where_a_gold_stands_within(
    text: str, golds: tuple[str, ...], points: float
) -> None:
    assert contains(text, *golds) == points


def test_a_gold_that_is_nothing_once_normalised_stands_within_nothing_alone() -> None:
    assert contains("anything", ".", normaliser="mlqa-de") == 0
    assert contains("", ".", normaliser="mlqa-de") == 1


def test_contains_compares_as_the_normaliser_does() -> None:
    assert contains("Es war der Hund", "ein Hund", normaliser="mlqa-de") == 1
    assert contains("Es war der Hund", "ein Hund") == 0


@given(st.sampled_from(sorted(NORMALISERS)), TEXTS, st.lists(TEXTS, max_size=3))
def test_what_matches_exactly_is_right_by_every_measure(
    normaliser: str, text: str, golds: list[str]
) -> None:
    scored = score(example(golds=tuple(golds)), text, normaliser_named(normaliser), measures=ALL)

    assert set(scored.measures) == set(ALL)
    assert all(0 <= points <= 1 for points in scored.measures.values())
    if scored.exact == 1:
        assert scored.measures["contains"] == 1


def test_abstaining_is_judged_alike_by_every_measure() -> None:
    raw = score(example(golds=("x",)), "x", measures=ALL)

    assert abstain(raw).measures == dict.fromkeys(ALL, 0.0)
    assert abstain(replace(raw, has_answer=False)).measures == dict.fromkeys(ALL, 1.0)


def test_measures_come_in_the_order_of_the_table_those_of_squad_among_them() -> None:
    assert measures_named([]) == HEADLINE
    asked = Scoring(measures=("contains", "exact", "contains"))

    assert asked.all_measures == measures_named("contains") == (*HEADLINE, "contains")


def test_an_unknown_measure_is_named_with_the_nearest_one() -> None:
    with pytest.raises(UsageError) as caught:
        Scoring(measures=("contain",))

    assert str(caught.value) == (
        f"there is no measure 'contain'; did you mean 'contains'? There are {', '.join(MEASURES)}"
    )


def test_totals_and_the_report_in_percent_have_every_measure() -> None:
    asked = [example("a", golds=("x",)), example("b", golds=("x y",))]
    names = (*HEADLINE, "contains")
    scores = [score(each, "so x", measures=names) for each in asked]

    assert total(scores).overall.measures["contains"] == 0.5
    assert list(official_report(scores))[:4] == ["exact", "f1", "contains", "total"]
    assert official_report(scores)["HasAns_contains"] == 50


def test_a_measure_that_is_no_mean_has_a_total_and_no_interval(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(MEASURES, "letters", replace(HALF_LETTERS, total=median))
    asked = [example(name, context=name, golds=("x",)) for name in "abc"]
    names = (*HEADLINE, "letters")
    scores = [
        score(each, text, measures=names)
        for each, text in zip(asked, ("x", "xx", "xxxx"), strict=True)
    ]

    assert total(scores).overall.measures["letters"] == 0.02
    assert official_report(scores)["letters"] == 2
    assert list(total_intervals(asked, scores).overall) == list(HEADLINE)


def test_a_measure_of_another_version_is_left_out_of_totals() -> None:
    known = example_score("q", has_answer=True, exact=1.0, f1=1.0)
    scored = replace(known, measures={**known.measures, "novel": 0.5})

    assert total([scored]) == total([known])
