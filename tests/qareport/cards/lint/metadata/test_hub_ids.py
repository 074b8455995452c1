"""Ids are those that the Hub can have."""

import pytest

from qareport.cards.lint.metadata.hub_ids import MOVED, RELATIONS, is_hub_id
from tests.linting_builders import found_by, lines_of, with_metadata


@pytest.mark.parametrize("said", ["squad", "a/b", "rajpurkar/squad_v2", "0x/v1.1-b", "a" * 96])
def test_names_with_or_without_owner_are_ids(said: str) -> None:
    assert is_hub_id(said)


@pytest.mark.parametrize(
    "said",
    ["", "/a", "./a", "../a", "~/a", "a/b/c", "C:\\a", "a b", "a--b", "a..b", "a/", "-a", "a" * 97],
)  # fmt: skip
def test_paths_and_prose_are_none(said: str) -> None:
    assert not is_hub_id(said)


def test_moved_data_sets_have_owners() -> None:
    assert all(is_hub_id(new) and new.partition("/")[2] == old for old, new in MOVED.items())


@pytest.mark.parametrize("relation", RELATIONS)
def test_the_relations_of_the_hub_are_sound(relation: str) -> None:
    text = with_metadata("base_model: a/b", f"base_model_relation: {relation}")

    assert found_by("base-model-relation", text) == []


def test_each_start_model_of_a_list_is_looked_at() -> None:
    assert lines_of("base-model", with_metadata("base_model:", "- a/b", "- ./c")) == [4]
