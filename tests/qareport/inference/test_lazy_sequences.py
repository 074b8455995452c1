"""A sequence that is made at the first look, and only then."""

from dataclasses import dataclass

import pytest

from qareport.inference.decoding import LazySequence


@dataclass(slots=True)
class Maker:
    """Makes two words, and counts how often."""

    calls: int = 0

    def __call__(self) -> tuple[str, ...]:
        """Two words."""
        self.calls += 1
        return ("one", "two")


def test_nothing_is_made_before_the_first_look_and_nothing_twice() -> None:
    maker = Maker()
    words = LazySequence(maker)
    before = maker.calls

    looks = (len(words), words[1], words[:1], list(words))

    assert (before, maker.calls) == (0, 1)
    assert looks == (2, "two", ("one",), ["one", "two"])


@pytest.mark.parametrize("other", [("one", "two"), ["one", "two"], LazySequence(Maker())])
def test_it_equals_a_sequence_of_the_same_items(other: object) -> None:
    assert LazySequence(Maker()) == other


@pytest.mark.parametrize("other", [("one",), {"one", "two"}, None])
def test_it_equals_nothing_else(other: object) -> None:
    assert LazySequence(Maker()) != other


def test_it_hashes_and_shows_as_the_tuple_of_its_items() -> None:
    words = LazySequence(Maker())

    assert (hash(words), repr(words)) == (hash(("one", "two")), "('one', 'two')")
