"""A breakdown shows each example in one group at most and loses none."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qareport.examining.breakdown import MIN_GROUP, Breakdown, Trait, break_down
from qareport.examining.observed import Observed
from qareport.records import ExampleScore, Total
from tests.builders import example


def observed(title: str, f1: float = 0.0) -> Observed:
    """An example of an article with a score."""
    scored = ExampleScore("q", has_answer=True, exact=float(f1 == 1), f1=f1)
    return Observed(example(title=title), text="x", span=None, score=scored, windows=())


def title_of(one: Observed) -> str | None:
    """The title, "" standing for none."""
    return one.example.title or None


BY_TITLE = Trait(title_of)


def sizes(breakdown: Breakdown) -> list[tuple[str, int]]:
    """Name and size of each group."""
    return [(group.name, group.total.n) for group in breakdown.groups]


def test_a_group_has_the_mean_scores_of_its_members() -> None:
    observations = [observed("x", 1.0), observed("y", 0.25), observed("x", 0.5)]

    group, _ = break_down(observations, BY_TITLE).groups

    assert (group.name, group.total) == ("x", Total(n=2, exact=0.5, f1=0.75))
    assert group.members.tolist() == [True, False, True]


def test_examples_without_a_group_are_counted() -> None:
    breakdown = break_down([observed(""), observed("x"), observed("")], BY_TITLE)

    assert (sizes(breakdown), breakdown.without_group) == ([("x", 1)], 2)


def test_groups_come_in_the_order_of_the_trait() -> None:
    observations = [observed(title) for title in "xyz"]

    breakdown = break_down(observations, Trait(title_of, ("z", "empty", "x", "y")))

    assert sizes(breakdown) == [("z", 1), ("x", 1), ("y", 1)]


def test_groups_that_only_the_data_know_come_by_name() -> None:
    breakdown = break_down([observed(title) for title in "zxyx"], BY_TITLE)

    assert sizes(breakdown) == [("x", 2), ("y", 1), ("z", 1)]


@pytest.mark.parametrize(("size", "is_small"), [(MIN_GROUP - 1, True), (MIN_GROUP, False)])
def test_a_group_below_30_examples_is_marked(size: int, *, is_small: bool) -> None:
    (group,) = break_down([observed("x")] * size, BY_TITLE).groups

    assert group.is_small is is_small


def test_no_examples_have_no_groups() -> None:
    assert break_down([], BY_TITLE) == Breakdown(groups=(), without_group=0)


@given(st.lists(st.tuples(st.sampled_from(["", "x", "y", "z"]), st.floats(0, 1))))
def test_groups_and_the_rest_weigh_to_the_whole(rows: list[tuple[str, float]]) -> None:
    breakdown = break_down([observed(*row) for row in rows], BY_TITLE)

    assert sum(group.total.n for group in breakdown.groups) + breakdown.without_group == len(rows)
    points = sum(group.total.f1 * group.total.n for group in breakdown.groups)
    assert points == pytest.approx(sum(f1 for title, f1 in rows if title))


@given(st.lists(st.sampled_from(["x", "y", "z"]), min_size=1))
def test_members_are_in_one_group_each(titles: list[str]) -> None:
    breakdown = break_down([observed(title) for title in titles], BY_TITLE)

    memberships = np.sum([group.members for group in breakdown.groups], axis=0)
    assert memberships.tolist() == [1] * len(titles)
