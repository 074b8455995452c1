"""Unanswerable questions are answerable ones about a similar paragraph without their answer."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from qareport.data.types import Example, Exclusion
from tests.builders import example
from trainer.preparing.unanswerable import UnanswerableExamples, make_unanswerable

NORMANS = example(
    "1",
    "Where did the Normans live?",
    context="The Normans lived in Normandy.",
    golds=("Normandy",),
)
NEIGHBOUR = example("2", "Who?", context="The Normans spoke Norman.", golds=("Norman",))
LESS_ALIKE = example("3", "Who?", context="The others spoke Danish.")
NONE_ALIKE = Exclusion("no similar paragraph without the answer", 1)


def made_of(*examples: Example, share: float = 1.0, seed: int = 0) -> UnanswerableExamples:
    """The unanswerable examples made of some."""
    return make_unanswerable(examples, share=share, generator=np.random.default_rng(seed))


def first_context(made: UnanswerableExamples) -> str | None:
    """The paragraph that the question of the example `1` was asked about."""
    return {one.id: one.context for one in made.examples}.get("1~unanswerable")


def test_a_question_is_asked_about_the_most_similar_paragraph() -> None:
    made = made_of(LESS_ALIKE, NORMANS, NEIGHBOUR)

    assert made.examples[0] == Example(
        "1~unanswerable", NORMANS.question, NEIGHBOUR.context, (), (), NORMANS.title
    )


def test_paragraphs_with_a_gold_answer_are_passed_over() -> None:
    holds_it = example("4", context="Did the Normans live there? (in NORMANDY!)")

    assert first_context(made_of(NORMANS, NEIGHBOUR, holds_it)) == NEIGHBOUR.context


def test_paragraphs_for_which_the_same_question_has_an_answer_are_passed_over() -> None:
    elsewhere = example(
        "4", "Where did  the Normans live", context="The Normans did live here.", golds=("here",)
    )

    assert first_context(made_of(NORMANS, NEIGHBOUR, elsewhere)) == NEIGHBOUR.context


def test_other_articles_are_passed_over() -> None:
    other = example("4", context="Where did the Normans live?", title="another")

    made = made_of(NORMANS, other)

    assert made.examples == ()
    assert made.exclusions == (Exclusion("unanswerable already", 1), NONE_ALIKE)


def test_paragraphs_without_a_shared_word_are_not_similar() -> None:
    made = made_of(NORMANS, example("4", context="Quite else."))

    assert NONE_ALIKE in made.exclusions


def test_a_gold_of_articles_and_marks_is_in_every_paragraph() -> None:
    made = made_of(
        example("1", "Which Normans?", context="The Normans.", golds=("The",)), NEIGHBOUR
    )

    assert first_context(made) is None


@given(count=st.integers(0, 12), share=st.floats(0, 1), seed=st.integers(0, 9), data=st.data())
def test_order_of_the_examples_does_not_matter(
    count: int, share: float, seed: int, data: st.DataObject
) -> None:
    examples = [
        example(str(index), f"q{index % 3} w", context=f"w a{index % 4}.", golds=(f"a{index % 4}",))
        for index in range(count)
    ]

    made = made_of(*examples, share=share, seed=seed)

    shuffled = data.draw(st.permutations(examples))
    assert made_of(*shuffled, share=share, seed=seed) == made
    left_out = sum(exclusion.count for exclusion in made.exclusions)
    assert len(made.examples) + left_out == made.questions_read == count


def test_a_share_of_the_answerable_questions_is_drawn_by_the_seed() -> None:
    examples = [
        example(f"{index:02}", f"w {index}", context=f"w a{index:02}", golds=(f"a{index:02}",))
        for index in range(20)
    ]

    made = made_of(*examples, share=0.25)

    assert made.exclusions == (Exclusion("not drawn", 15),)
    assert len(made.examples) == 5
    assert made != made_of(*examples, share=0.25, seed=1)
