"""Totals are means over all examples and over each kind."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qareport.data.types import ExampleScore, Totals
from qareport.errors import DataError
from qareport.metrics.squad import abstain
from qareport.metrics.totals import official_report, total, total_abstaining
from tests.builders import example_score, total_of

ANSWERED = example_score("h", has_answer=True, exact=0.0, f1=0.5)
ABSTAINED = example_score("n", has_answer=False, exact=1.0, f1=1.0)
SCORES = st.builds(
    example_score,
    example_id=st.just("q"),
    has_answer=st.booleans(),
    exact=st.sampled_from([0.0, 1.0]),
    f1=st.floats(0, 1),
)


def test_totals_are_means_of_all_and_of_each_kind() -> None:
    assert total([ANSWERED, ABSTAINED]) == Totals(
        overall=total_of(n=2, exact=0.5, f1=0.75),
        has_answer=total_of(n=1, exact=0.0, f1=0.5),
        no_answer=total_of(n=1, exact=1.0, f1=1.0),
    )


def test_a_kind_without_examples_has_no_total() -> None:
    assert total([ANSWERED]).no_answer is None
    assert total([ABSTAINED]).has_answer is None


@given(st.lists(SCORES, min_size=1))
def test_the_order_of_examples_never_matters(scores: list[ExampleScore]) -> None:
    turned = total(scores[::-1])

    assert turned.overall.n == total(scores).overall.n
    assert turned.overall.exact == total(scores).overall.exact
    assert turned.overall.f1 == pytest.approx(total(scores).overall.f1, rel=1e-12)


@given(st.lists(SCORES, min_size=1))
def test_the_kinds_weigh_to_the_whole(scores: list[ExampleScore]) -> None:
    totals = total(scores)

    kinds = [kind for kind in (totals.has_answer, totals.no_answer) if kind is not None]
    assert sum(kind.n for kind in kinds) == totals.overall.n
    points = sum(kind.f1 * kind.n for kind in kinds)
    assert points == pytest.approx(totals.overall.f1 * totals.overall.n, rel=1e-12)


@given(st.lists(SCORES, min_size=1))
def test_the_official_report_says_the_totals_in_percent(scores: list[ExampleScore]) -> None:
    report = official_report(scores)

    totals = total(scores)
    assert report["total"] == totals.overall.n
    assert report["exact"] == pytest.approx(100 * totals.overall.exact, rel=1e-12)
    assert report["f1"] == pytest.approx(100 * totals.overall.f1, rel=1e-12)


def test_no_scores_have_no_total() -> None:
    with pytest.raises(DataError) as caught:
        total([])

    assert str(caught.value) == "there are no questions to score; check the data set and its limits"


def test_answering_nothing_scores_the_share_of_questions_without_an_answer() -> None:
    totals = total([ANSWERED, ABSTAINED, ANSWERED, ANSWERED])

    assert total_abstaining(totals) == total_of(n=4, exact=0.25, f1=0.25)


@given(st.lists(SCORES, min_size=1))
def test_answering_nothing_scores_as_if_every_answer_were_withheld(
    scores: list[ExampleScore],
) -> None:
    floor = total_abstaining(total(scores))

    withheld = total([abstain(each) for each in scores]).overall
    assert floor == withheld or (floor is None and withheld.exact == 0)
