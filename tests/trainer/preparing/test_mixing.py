"""Sources become one training set with ids of its own; what they share is reported."""

import pytest

from qareport.data.readers.gather import Origin, gather
from qareport.data.readers.raw_question import RawQuestion
from qareport.data.types import DataSet, Example
from qareport.errors import DataError
from tests.builders import example
from trainer.errors import RecipeError
from trainer.preparing.mixing import Mix, mix
from trainer.preparing.sources import ReadSource
from trainer.recipe import Source


def source_of(name: str, *examples: Example, times: int = 1) -> ReadSource:
    """A source that was read, with the examples."""
    return ReadSource(Source(source=name, times=times), data_set(name, *examples))


def data_set(name: str, *examples: Example) -> DataSet:
    """A data set of examples."""
    questions = [
        RawQuestion(
            location=each.id,
            id=each.id,
            title=each.title,
            context=each.context,
            question=each.question,
            answers=[],
            is_impossible=True,
            plausible_answers=[],
        )
        for each in examples
    ]
    return gather(questions, Origin(name), limit=None)


def ids_of(one: Mix) -> list[str]:
    """The ids of a mix, in order."""
    return [each.id for each in one.examples]


def test_sources_follow_one_another_and_keep_their_ids() -> None:
    sources = [source_of("b", example("2"), example("1")), source_of("a", example("3"))]

    mixed = mix(sources, [])

    assert ids_of(mixed) == ["2", "1", "3"]
    assert mixed.sources == tuple(sources)
    assert mixed.findings == ()


def test_an_id_of_several_sources_goes_behind_their_labels() -> None:
    sources = [source_of("a", example("1"), example("2")), source_of("b", example("1"))]

    mixed = mix(sources, [])

    assert ids_of(mixed) == ["a:1", "2", "b:1"]
    (shared,) = mixed.findings
    assert (shared.kind, shared.count) == ("id in several sources", 2)
    assert shared.cases == ("a: id '1' became 'a:1'", "b: id '1' became 'b:1'")


def test_repeated_examples_are_numbered() -> None:
    mixed = mix([source_of("a", example("1"), example("2"), times=3)], [])

    assert ids_of(mixed) == ["1", "2", "1~copy-2", "2~copy-2", "1~copy-3", "2~copy-3"]


def test_ids_of_two_sources_that_would_be_equal_are_refused() -> None:
    sources = [source_of("a", example("1"), example("1~copy-2"), times=2)]

    with pytest.raises(DataError, match="id '1~copy-2' occurs a second time"):
        mix(sources, [])


def test_a_source_named_twice_is_refused() -> None:
    with pytest.raises(RecipeError) as caught:
        mix([source_of("a", example("1")), source_of("a", example("2"))], [])

    assert str(caught.value) == "data.train: 'a' is named twice; name it once, with `times`"


def test_contexts_of_the_evaluation_data_are_leaks() -> None:
    seen = "seen " * 20
    sources = [
        source_of("a", example("1", context=seen), example("2", context=seen)),
        source_of("b", example("3", context=f"\n{seen}"), example("4", context="unseen")),
    ]

    mixed = mix(sources, [example(context=seen), example(context="other")])

    (leak,) = mixed.findings
    assert (leak.kind, leak.count) == ("leak", 2)
    assert leak.cases[0] == f"a: context {seen[:60]!r} is in the evaluation data too"
    assert len(mixed.examples) == 4
