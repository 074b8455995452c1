"""A model leans to "no answer" by its margins and by how often it abstains."""

import math

import numpy as np
import pytest

from qareport.analysis.statistics.null_bias import (
    QUANTILE_LEVELS,
    MarginShift,
    NullBias,
    NullChoices,
    null_biases,
)
from tests.analysis_builders import level_quantiles


def test_null_bias_is_reported_for_both_kinds() -> None:
    model = NullChoices(np.array([2.0, 2.0, 5.0]), np.array([True, True, False]))
    teacher = NullChoices(np.array([1.0, 1.0, 6.0]), np.array([False, True, True]))

    biases = null_biases(model, teacher, has_answer=np.array([True, True, False]))

    assert biases.has_answer == NullBias(
        n=2,
        shift=MarginShift(n=2, mean=1.0, quantiles=level_quantiles(1.0)),
        abstention_difference=0.5,
    )
    assert biases.no_answer == NullBias(
        n=1,
        shift=MarginShift(n=1, mean=-1.0, quantiles=level_quantiles(-1.0)),
        abstention_difference=-1.0,
    )


def test_the_quantiles_of_a_shift_are_those_of_the_differences() -> None:
    differences = np.linspace(0, 1, 101)
    none = np.zeros(101, dtype=np.bool_)

    biases = null_biases(
        NullChoices(differences + 3, none), NullChoices(np.full(101, 3.0), none), has_answer=none
    )

    assert biases.no_answer is not None
    assert biases.no_answer.shift is not None
    assert biases.no_answer.shift.mean == pytest.approx(0.5)
    quantiles = biases.no_answer.shift.quantiles
    assert [each.level for each in quantiles] == [0.05, 0.25, 0.5, 0.75, 0.95]
    assert [each.shift for each in quantiles] == pytest.approx(QUANTILE_LEVELS)


def test_infinite_margins_shift_nothing_and_are_not_counted() -> None:
    abstained = np.array([True, False, False])
    model = NullChoices(np.array([math.inf, 2.0, math.inf]), abstained)
    teacher = NullChoices(np.array([math.inf, 0.5, 0.0]), abstained)

    bias = null_biases(model, teacher, has_answer=np.array([True, True, True])).has_answer

    assert bias is not None
    assert bias.n == 3
    assert bias.shift == MarginShift(n=1, mean=1.5, quantiles=level_quantiles(1.5))


def test_without_finite_margins_only_abstention_is_reported() -> None:
    teacher = NullChoices(np.array([math.inf]), np.array([True]))
    model = NullChoices(np.array([0.0]), np.array([False]))

    biases = null_biases(model, teacher, has_answer=np.array([False]))

    assert biases.has_answer is None
    assert biases.no_answer == NullBias(n=1, shift=None, abstention_difference=-1.0)
