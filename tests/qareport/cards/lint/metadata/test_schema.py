"""Patterns find values, and paths are spelt as the Hub does."""

from qareport.cards.lint.metadata.schema import EACH, FoundValue, everything_in, spell, values_at

VALUES = {"a": [{"b": 1}, {"c": 2}, 3], "d": "x"}


def test_a_pattern_finds_every_place_of_a_list() -> None:
    assert list(values_at(VALUES, ("a", EACH, "b"))) == [FoundValue(("a", 0, "b"), 1)]
    assert list(values_at(VALUES, ("d", EACH))) == []
    assert list(values_at(VALUES, ("missing",))) == []


def test_everything_is_found_once() -> None:
    assert [found.path for found in everything_in(VALUES)] == [
        ("a", 0, "b"),
        ("a", 1, "c"),
        ("a", 2),
        ("d",),
    ]


def test_paths_are_spelt_with_dots_and_brackets() -> None:
    assert spell(("model-index", 0, "results", 2, "task")) == "model-index[0].results[2].task"
