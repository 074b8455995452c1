"""A breakdown shows each example in one group at most and loses none."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qareport.analysis.examples.breakdown import MIN_GROUP, Breakdown, break_down


def sizes(breakdown: Breakdown) -> list[tuple[str, int]]:
    """Name and size of each group."""
    return [(group.name, int(group.members.sum())) for group in breakdown.groups]


def test_a_group_knows_its_members() -> None:
    first, _ = break_down(["x", "y", "x"]).groups

    assert (first.name, first.members.tolist()) == ("x", [True, False, True])


def test_examples_without_a_group_are_counted() -> None:
    breakdown = break_down([None, "x", None])

    assert (sizes(breakdown), breakdown.without_group) == ([("x", 1)], 2)


def test_groups_come_in_the_given_order() -> None:
    breakdown = break_down(["x", "y", "z"], ["z", "empty", "x", "y"])

    assert sizes(breakdown) == [("z", 1), ("x", 1), ("y", 1)]


def test_groups_that_only_the_data_know_come_by_name() -> None:
    assert sizes(break_down(["z", "x", "y", "x"])) == [("x", 2), ("y", 1), ("z", 1)]


@pytest.mark.parametrize(("size", "is_small"), [(MIN_GROUP - 1, True), (MIN_GROUP, False)])
def test_a_group_below_30_examples_is_marked(size: int, *, is_small: bool) -> None:
    (group,) = break_down(["x"] * size).groups

    assert group.is_small is is_small


def test_no_examples_have_no_groups() -> None:
    assert break_down([]) == Breakdown(groups=(), without_group=0)


@given(st.lists(st.sampled_from([None, "x", "y", "z"])))
def test_groups_and_the_rest_add_up_to_all(names: list[str | None]) -> None:
    breakdown = break_down(names)

    assert sum(size for _, size in sizes(breakdown)) + breakdown.without_group == len(names)


@given(st.lists(st.sampled_from(["x", "y", "z"]), min_size=1))
def test_members_are_in_one_group_each(names: list[str | None]) -> None:
    memberships = np.sum([group.members for group in break_down(names).groups], axis=0)

    assert memberships.tolist() == [1] * len(names)
