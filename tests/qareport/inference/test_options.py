"""Options are those of run_qa unless said otherwise, and refuse what cannot be."""

import math
from collections.abc import Callable
from functools import partial

import pytest

from qareport.errors import UsageError
from qareport.inference.options import (
    ALL_WINDOWS,
    NULL_RULES,
    PER_WINDOW,
    AnsweringOptions,
    EngineOptions,
    NullRule,
)


# The defaults of the arguments of run_qa.py and of postprocess_qa_predictions in transformers.
def test_defaults_are_those_of_run_qa() -> None:
    assert AnsweringOptions() == AnsweringOptions(
        max_seq_length=384,
        doc_stride=128,
        max_answer_length=30,
        n_best_size=20,
        null_threshold=0.0,
        null_rule="all-windows",
    )


@pytest.mark.parametrize(
    ("build", "sentence"),
    [
        (partial(AnsweringOptions, max_seq_length=0), "max_seq_length is 0; it must be at least 1"),
        (
            partial(AnsweringOptions, max_answer_length=0),
            "max_answer_length is 0; it must be at least 1",
        ),
        (partial(AnsweringOptions, n_best_size=-1), "n_best_size is -1; it must be at least 1"),
        (
            partial(AnsweringOptions, doc_stride=-1),
            "doc_stride is -1; windows of 384 tokens can share 0 to 383 of them",
        ),
        (
            partial(AnsweringOptions, doc_stride=384),
            "doc_stride is 384; windows of 384 tokens can share 0 to 383 of them",
        ),
    ],
)
def test_an_option_out_of_range_is_refused(
    build: Callable[[], AnsweringOptions], sentence: str
) -> None:
    with pytest.raises(UsageError) as caught:
        build()

    assert str(caught.value) == sentence


# JSON has no name for any of these, and nothing is above nan: a model would never abstain.
@pytest.mark.parametrize("threshold", [math.nan, math.inf, -math.inf])
def test_a_threshold_is_a_finite_number(threshold: float) -> None:
    with pytest.raises(UsageError) as caught:
        AnsweringOptions(null_threshold=threshold)

    assert str(caught.value) == f"null_threshold is {threshold}; it must be a finite number"


def test_an_unknown_null_rule_is_refused() -> None:
    with pytest.raises(UsageError) as caught:
        AnsweringOptions(null_rule="lowest")

    assert str(caught.value) == "null_rule 'lowest' is none of all-windows, per-window"


@pytest.mark.parametrize("doc_stride", [0, 383])
def test_windows_may_share_none_or_all_but_one_token(doc_stride: int) -> None:
    assert AnsweringOptions(doc_stride=doc_stride).doc_stride == doc_stride


def test_a_batch_has_at_least_one_token() -> None:
    with pytest.raises(UsageError, match=r"^batch_tokens is 0; it must be at least 1$"):
        EngineOptions(batch_tokens=0)


def test_an_unknown_number_format_is_refused() -> None:
    with pytest.raises(UsageError) as caught:
        EngineOptions(dtype="int4")

    assert str(caught.value) == (
        "dtype 'int4' is none of auto, float32, bfloat16, float16, int8, int8-calibrated"
    )


def test_an_unknown_engine_is_refused() -> None:
    with pytest.raises(UsageError) as caught:
        EngineOptions(engine="steam")

    assert str(caught.value) == (
        "engine 'steam' is none of torch, torch-compiled, openvino, onnxruntime, auto"
    )


@pytest.mark.parametrize(
    "dtype", ["auto", "float32", "bfloat16", "float16", "int8", "int8-calibrated"]
)
def test_every_number_format_may_be_named(dtype: str) -> None:
    assert EngineOptions(dtype=dtype).dtype == dtype


@pytest.mark.parametrize(
    ("rule", "abstaining"), [(ALL_WINDOWS, {1.5, math.inf}), (PER_WINDOW, {1.0, 1.5, math.inf})]
)
def test_the_sign_of_a_null_rule_says_what_becomes_of_the_threshold_itself(
    rule: NullRule, abstaining: set[float]
) -> None:
    margins = (-math.inf, 0.5, 1.0, 1.5, math.inf)

    assert {each for each in margins if rule.abstains(each, 1.0)} == abstaining
    assert rule.abstains_at_threshold == (rule.sign == ">=") == (1.0 in abstaining)


def test_null_rules_are_found_by_their_names() -> None:
    assert {name: rule.name for name, rule in NULL_RULES.items()} == {
        "all-windows": "all-windows",
        "per-window": "per-window",
    }
