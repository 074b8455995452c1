"""Tests which questions a sample holds, and how a data set says that it is one."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qareport.data.readers.gather import examples_sha256
from qareport.data.sampling import SEED, choose_part, sample_data_set
from qareport.data.types import DataIdentity, DataSet, Example, Exclusion, Sampling
from qareport.errors import UsageError
from tests.builders import example

KINDS = (("ships", True), ("ships", False), ("whales", True), ("whales", False))


def data_set_of(examples: Sequence[Example]) -> DataSet:
    """The examples as all questions of a data set."""
    identity = DataIdentity("dev.json", None, None, None, examples_sha256(examples))
    return DataSet(identity, tuple(examples), (), len(examples), ())


def questions_of(sizes: Mapping[tuple[str, bool], int]) -> tuple[Example, ...]:
    """So many examples of each article, with or without an answer."""
    return tuple(
        example(f"{title}-{answerable}-{number}", golds=("c",) * answerable, title=title)
        for (title, answerable), size in sizes.items()
        for number in range(size)
    )


EVEN = questions_of(dict.fromkeys(KINDS, 6))


def ids(data_set: DataSet) -> list[str]:
    return [each.id for each in data_set.examples]


def kinds(examples: Sequence[Example]) -> Counter[tuple[str, bool]]:
    return Counter((each.title, each.has_answer) for each in examples)


def test_these_questions_are_drawn_on_every_machine() -> None:
    assert ids(sample_data_set(data_set_of(EVEN), questions=4)) == [
        "ships-True-4",
        "ships-False-1",
        "whales-True-1",
        "whales-False-3",
    ]
    assert ids(sample_data_set(data_set_of(EVEN), questions=4, seed=7)) == [
        "ships-True-3",
        "ships-False-2",
        "whales-True-4",
        "whales-False-3",
    ]


def test_a_sample_says_what_it_is() -> None:
    whole = replace(data_set_of(EVEN), questions_read=25, exclusions=(Exclusion("bad", 1),))

    sample = sample_data_set(whole, questions=4, seed=7)

    assert sample.sampling == Sampling("random", 4, seed=7)
    assert sample.exclusions == (
        Exclusion("bad", 1),
        Exclusion("not in the sample of 4, seed 7", 20),
    )
    assert sample.questions_read == 25
    assert sample.identity == replace(whole.identity, sha256=examples_sha256(sample.examples))
    assert sample.identity != sample_data_set(whole, questions=4, seed=8).identity


@pytest.mark.parametrize("questions", [24, 25])
def test_all_questions_are_no_sample(questions: int) -> None:
    whole = data_set_of(EVEN)

    assert sample_data_set(whole, questions=questions) is whole


@given(
    sizes=st.fixed_dictionaries({kind: st.integers(0, 12) for kind in KINDS}),
    share=st.floats(0.02, 0.98),
    seed=st.integers(0, 2**32),
)
def test_every_article_gives_its_share_of_both_kinds(
    sizes: Mapping[tuple[str, bool], int], share: float, seed: int
) -> None:
    examples = questions_of(sizes)
    # Another article, so that there is an example and titles tell articles apart.
    examples = (*examples, example("w", title="winds"), example("s", title="ships"))
    total, wanted = len(examples), max(1, int(share * len(examples)))

    drawn = sample_data_set(data_set_of(examples), questions=wanted, seed=seed).examples

    assert len(drawn) == len({each.id for each in drawn}) == wanted
    for kind, size in kinds(examples).items():
        assert size * wanted // total <= kinds(drawn)[kind] <= -(-size * wanted // total)
    answerable = sum(each.has_answer for each in examples) * wanted
    assert answerable // total <= sum(each.has_answer for each in drawn) <= -(-answerable // total)


@given(examples=st.permutations(EVEN), seed=st.integers(0, 2**32))
def test_the_order_of_the_data_set_decides_the_order_alone(
    examples: list[Example], seed: int
) -> None:
    sample = sample_data_set(data_set_of(examples), questions=5, seed=seed)

    drawn = set(ids(sample_data_set(data_set_of(EVEN), questions=5, seed=seed)))
    assert ids(sample) == [each.id for each in examples if each.id in drawn]


def test_every_question_is_equally_likely() -> None:
    examples = questions_of(dict(zip(KINDS, (1, 2, 5, 3), strict=True)))
    whole = data_set_of(examples)

    drawn = Counter(
        each for seed in range(1100) for each in ids(sample_data_set(whole, questions=3, seed=seed))
    )

    # 300 are expected of each; 1100 draws at 3/11 have a standard deviation of 14.8.
    assert all(240 < drawn[each.id] < 360 for each in examples)


def test_seeds_draw_different_questions() -> None:
    whole = data_set_of(EVEN)

    drawn = {tuple(ids(sample_data_set(whole, questions=4, seed=seed))) for seed in range(50)}

    assert len(drawn) > 45


@pytest.mark.parametrize("title", ["", "all one"])
def test_paragraphs_take_the_place_of_articles_that_titles_do_not_tell_apart(title: str) -> None:
    examples = [
        example(f"{context}{number}", context=context, title=title)
        for context in "abcd"
        for number in range(5)
    ]

    drawn = sample_data_set(data_set_of(examples), questions=4).examples

    assert sorted(each.context for each in drawn) == ["a", "b", "c", "d"]


def test_a_part_is_not_sampled_again() -> None:
    part = sample_data_set(data_set_of(EVEN), questions=4)

    with pytest.raises(UsageError, match=r"^the data set is a part already; draw the sample from"):
        sample_data_set(part, questions=2)


def test_a_sample_holds_at_least_one_question() -> None:
    with pytest.raises(UsageError) as caught:
        sample_data_set(data_set_of(EVEN), questions=0)

    assert str(caught.value) == "--sample 0: must be at least 1; leave it out to read everything"


@pytest.mark.parametrize(
    ("limit", "sample", "seed", "part"),
    [
        (None, None, None, None),
        (5, None, None, Sampling("first", 5, seed=None)),
        (None, 5, None, Sampling("random", 5, seed=SEED)),
        (None, 5, 0, Sampling("random", 5, seed=0)),
    ],
)
def test_options_choose_a_part(
    limit: int | None, sample: int | None, seed: int | None, part: Sampling | None
) -> None:
    assert choose_part(limit=limit, sample=sample, seed=seed) == part


@pytest.mark.parametrize(
    ("limit", "sample", "seed", "sentence"),
    [
        (5, 6, None, "limit 5 and sample 6 choose two parts; leave one out"),
        (None, None, 7, "seed 7 needs sample, the number of questions to draw"),
        (5, None, 7, "seed 7 needs sample, the number of questions to draw"),
        (None, 0, None, "--sample 0: must be at least 1; leave it out to read everything"),
    ],
)
def test_options_that_choose_no_part_are_refused(
    limit: int | None, sample: int | None, seed: int | None, sentence: str
) -> None:
    with pytest.raises(UsageError) as caught:
        choose_part(limit=limit, sample=sample, seed=seed)

    assert str(caught.value) == sentence
