"""Draws some of the questions of a data set at random, spread over its articles."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from qareport.data.readers.gather import examples_sha256
from qareport.data.types import DataSet, Example, Exclusion, Sampling
from qareport.errors import UsageError

if TYPE_CHECKING:
    import numpy as np

SEED = 42
"""Seed of a sample for which none is given."""


def choose_part(*, limit: int | None, sample: int | None, seed: int | None) -> Sampling | None:
    """The part of a data set that options of these names choose, or None for the whole.

    Raises:
        UsageError: they contradict each other, or ask for no question.
    """
    if limit is not None and sample is not None:
        raise UsageError(f"limit {limit} and sample {sample} choose two parts; leave one out")
    if sample is not None:
        return Sampling("random", sample, SEED if seed is None else seed)
    if seed is not None:
        raise UsageError(f"seed {seed} needs sample, the number of questions to draw")
    return None if limit is None else Sampling("first", limit, seed=None)


def sample_data_set(data_set: DataSet, *, questions: int, seed: int = SEED) -> DataSet:
    """So many of its questions, in its order, or the same data set if it has no more.

    They are drawn as by `draw_examples`.

    Raises:
        UsageError: the number is not positive, or the data set is a part already.
    """
    sampling = Sampling("random", questions, seed)
    if data_set.sampling is not None:
        raise UsageError("the data set is a part already; draw the sample from the whole")
    left_out = len(data_set.examples) - questions
    if left_out <= 0:
        return data_set
    examples = draw_examples(data_set.examples, questions=questions, seed=seed)
    reason = f"not in the sample of {questions}, seed {seed}"
    return replace(
        data_set,
        identity=replace(data_set.identity, sha256=examples_sha256(examples)),
        examples=examples,
        exclusions=(*data_set.exclusions, Exclusion(reason, left_out)),
        sampling=sampling,
    )


def draw_examples(examples: Sequence[Example], *, questions: int, seed: int) -> tuple[Example, ...]:
    """So many of the examples, in their order, or all of them if there are no more.

    Each article gives its share of questions with and without an answer, rounded up or down.
    Which ones are drawn depends on the seed and not on the order of the examples.
    """
    import numpy as np  # noqa: PLC0415 - it is slow, and options need this module's names

    drawn = _draw(examples, questions, np.random.default_rng(seed))
    return tuple(example for example in examples if example.id in drawn)


def have_articles(examples: Sequence[Example]) -> bool:
    """Whether titles tell articles apart; where they do not, paragraphs take their place."""
    titles = {example.title for example in examples}
    # One article alone, or questions without a title, would leave nothing to tell apart.
    return "" not in titles and len(titles) > 1


def _draw(
    examples: Sequence[Example], questions: int, generator: "np.random.Generator"
) -> frozenset[str]:
    """The ids of a sample without replacement, in which every example is equally likely.

    A systematic sample (Madow and Madow 1944) of the examples in the order of their strata, at
    random within each: of `size` neighbours it has `size * questions / total`, rounded up or
    down. All that have an answer are neighbours, and so are those of a stratum.
    """
    by_article, total = have_articles(examples), len(examples)

    def stratum(example: Example) -> tuple[bool, str]:
        return example.has_answer, example.title if by_article else example.context

    by_id = sorted(examples, key=lambda example: example.id)
    shuffled = [by_id[index] for index in generator.random(total).argsort(kind="stable")]
    start = int(generator.integers(total))
    return frozenset(
        example.id
        for index, example in enumerate(sorted(shuffled, key=stratum))
        if (start + index * questions) % total >= total - questions
    )
