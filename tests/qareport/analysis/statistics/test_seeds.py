"""Models of several seeds have a mean whose interval knows both questions and seeds."""

import numpy as np
import pytest
from jaxtyping import Float64

from qareport.analysis.statistics.intervals import Bounds, Clusters, clusters_of, interval_of_score
from qareport.analysis.statistics.seeds import SEEDS_METHOD, combine_seeds, seed_scores
from qareport.data.types import EXACT, F1
from qareport.errors import DataError
from tests.builders import example
from tests.row_builders import row

ARTICLES = 12


def articles(number: int = ARTICLES) -> Clusters:
    """The clusters of so many examples that are an article each."""
    return clusters_of([example(title=f"{index:02}") for index in range(number)])


def scores(*shifts: float, examples: int = ARTICLES) -> Float64[np.ndarray, "seed example"]:
    """Scores around 0.5 that differ from article to article, and from seed to seed by a shift."""
    of_articles: Float64[np.ndarray, " example"] = np.linspace(0.3, 0.7, examples)
    return np.stack([of_articles + shift for shift in shifts])


def width(bounds: Bounds | None) -> float:
    """How far the ends of an interval are apart."""
    assert bounds is not None
    return bounds.high - bounds.low


def test_the_mean_is_that_of_all_models_with_the_spread_between_them() -> None:
    found = seed_scores(scores(-0.1, 0.0, 0.1), articles())

    assert found.seeds == 3
    assert found.mean.estimate == pytest.approx(0.5)
    assert found.standard_deviation == pytest.approx(0.1)
    assert (found.lowest, found.highest) == pytest.approx((0.4, 0.6))
    assert found.mean.method == SEEDS_METHOD


def test_seeds_that_agree_have_the_interval_of_one_model() -> None:
    alike, alone = scores(0.0, 0.0, 0.0), scores(0.0)[0]

    found = seed_scores(alike, articles()).mean.bounds

    expected = interval_of_score(alone, articles()).bounds
    assert found is not None
    assert expected is not None
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))


def test_seeds_that_differ_widen_the_interval() -> None:
    near, far = (seed_scores(scores(-d, 0.0, d), articles()).mean for d in (0.01, 0.1))

    assert width(far.bounds) > 2 * width(near.bounds)


def test_more_seeds_narrow_the_interval() -> None:
    few, many = (
        seed_scores(scores(*np.tile([-0.1, 0.0, 0.1], times)), articles()).mean for times in (1, 4)
    )

    assert width(many.bounds) < width(few.bounds)


@pytest.mark.parametrize(("shifts", "examples"), [((0.0, 0.1), 12), ((0.0, 0.1, 0.2), 7)])
def test_fewer_than_three_seeds_or_eight_articles_have_no_interval(
    shifts: tuple[float, ...], examples: int
) -> None:
    found = seed_scores(scores(*shifts, examples=examples), articles(examples))

    assert found.mean.bounds is None


def test_equal_scores_everywhere_have_no_interval() -> None:
    assert seed_scores(np.full((3, ARTICLES), 0.5), articles()).mean.bounds is None


def test_rows_are_put_together_by_measure() -> None:
    asked = example(context="big old cat", golds=("old cat",))

    found = combine_seeds([[row(asked, "old cat")], [row(asked, "cat")]])

    assert found[EXACT].mean.estimate == 0.5
    assert found[F1].mean.estimate == pytest.approx((1 + 2 / 3) / 2)


@pytest.mark.parametrize("models", [0, 1])
def test_one_model_has_no_spread(models: int) -> None:
    with pytest.raises(DataError) as caught:
        combine_seeds([[row(example(), "")]] * models)

    assert str(caught.value) == (
        "one model has no spread between seeds; give the records of two or more"
    )
