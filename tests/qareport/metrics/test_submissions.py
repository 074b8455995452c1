"""Golden cases of whole submissions, each seen by running the official evaluate-v2.0.py."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import pytest

from qareport.data.types import Example
from qareport.errors import DataError, MissingPredictionsError
from qareport.metrics.measures import Scoring
from qareport.metrics.submissions import (
    ScoredSubmission,
    Submission,
    score_missing_as_zero,
    score_submission,
)
from qareport.metrics.thresholds import NullOdds
from qareport.metrics.totals import official_report
from tests.builders import example

BASE = (
    example("h1", golds=("Denver Broncos", "The Denver Broncos!")),
    example("h2", golds=("1990",)),
    example("n1"),
    example("n2"),
)
BASE_TEXTS = MappingProxyType({"h1": "the Broncos", "h2": "1990", "n1": "", "n2": "foo"})
X_TEXTS = MappingProxyType({**BASE_TEXTS, "n1": "x"})
D_TEXTS = MappingProxyType({**X_TEXTS, "h1": "the Denver Broncos"})
T_VALUES = MappingProxyType({"h1": 0.1, "n1": 0.5, "n2": 0.8, "h2": 0.9})
T_BEST = (50, 0.0, 66.66666666666666, 0.1)


def report(
    examples: tuple[Example, ...],
    texts: Mapping[str, str],
    values: Mapping[str, float] | None = None,
    threshold: float = 1.0,
) -> dict[str, int | float]:
    null_odds = None if values is None else NullOdds(values, threshold)
    scored = score_submission(examples, Submission(texts, null_odds))
    return official_report(scored.scores, scored.sweep)


@pytest.mark.parametrize(
    ("golds", "text", "expected"),
    [
        pytest.param((), "the", {"exact": 100, "f1": 100, "NoAns_total": 1}, id="E1-article"),
        pytest.param((), "...", {"exact": 100, "f1": 100, "NoAns_total": 1}, id="E1-dots"),
        pytest.param((), "unanswerable", {"exact": 0, "f1": 0}, id="E1b"),
        pytest.param(
            ("The",),
            "",
            {"exact": 100, "f1": 100, "HasAns_exact": 100, "HasAns_total": 1},
            id="E2",
        ),
        pytest.param(("?!", "a"), "something", {"exact": 0, "f1": 0, "HasAns_total": 1}, id="E2b"),
        pytest.param(("The", "cat"), "", {"exact": 0, "f1": 0}, id="E3-empty"),
        pytest.param(("The", "cat"), "the", {"exact": 0, "f1": 0}, id="E3-article"),
        pytest.param(("The", "cat"), "cat", {"exact": 100, "f1": 100}, id="E3-cat"),
        pytest.param(("x",), "x", {"exact": 100, "HasAns_total": 1}, id="E4"),
        pytest.param((), "x", {"exact": 0, "NoAns_total": 1}, id="E5"),
    ],
)
def test_empty_and_article_only_texts_score_as_by_the_official_script(
    golds: tuple[str, ...], text: str, expected: Mapping[str, float]
) -> None:
    scores = report((example("q", golds=golds),), {"q": text})

    assert scores.items() >= expected.items()


def test_a_kind_without_examples_has_no_keys() -> None:
    scores = report((example("q", golds=("The",)),), {"q": ""})

    assert list(scores) == ["exact", "f1", "total", "HasAns_exact", "HasAns_f1", "HasAns_total"]


@pytest.mark.parametrize(
    ("texts", "values", "threshold", "expected"),
    [
        pytest.param(
            BASE_TEXTS,
            None,
            1.0,
            [50, 66.66666666666666, 4, 50, 83.33333333333333, 2, 50, 50, 2],
            id="T1",
        ),
        pytest.param(
            X_TEXTS,
            T_VALUES,
            0.5,
            [25, 41.666666666666664, 4, 0, 33.33333333333333, 2, 50, 50, 2, *T_BEST],
            id="T2a",
        ),
        pytest.param(
            X_TEXTS,
            T_VALUES,
            0.49,
            [50, 66.66666666666666, 4, 0, 33.33333333333333, 2, 100, 100, 2, *T_BEST],
            id="T2b",
        ),
        pytest.param(
            X_TEXTS,
            T_VALUES,
            1.0,
            [25, 41.666666666666664, 4, 50, 83.33333333333333, 2, 0, 0, 2, *T_BEST],
            id="T3",
        ),
    ],
)
def test_totals_and_thresholds_are_those_of_the_official_script(
    texts: Mapping[str, str],
    values: Mapping[str, float] | None,
    threshold: float,
    expected: list[float | int],
) -> None:
    scores = report(BASE, texts, values, threshold)

    assert list(scores.values()) == expected


B2 = (example("n1"), example("n2"), example("n3"), example("h1", golds=("x",)))
B2_TEXTS = MappingProxyType({"n1": "a1", "n2": "b", "n3": "c", "h1": "z"})
B2_VALUES = MappingProxyType({"n1": -3.0, "n2": -2.0, "n3": -1.0, "h1": 0.5})


@pytest.mark.parametrize(
    ("examples", "texts", "values", "expected"),
    [
        pytest.param(
            BASE,
            D_TEXTS,
            {"h1": 0.0, "h2": 0.0, "n1": 0.0, "n2": 0.0},
            (50, 100, 0.0, 100, 0.0),
            id="B1a",
        ),
        pytest.param(
            BASE,
            D_TEXTS,
            {"n1": 0.0, "n2": 0.0, "h1": 0.0, "h2": 0.0},
            (50, 50, 0.0, 50, 0.0),
            id="B1b",
        ),
        pytest.param(B2, B2_TEXTS, B2_VALUES, (0, 75, 0.0, 75, 0.0), id="B2"),
        pytest.param(
            (example("n1"), example("h1", golds=("x",))),
            {"n1": "the", "h1": "x"},
            {"n1": 0.1, "h1": 0.2},
            (100, 50, 0.0, 50, 0.0),
            id="B3",
        ),
        pytest.param(
            BASE,
            D_TEXTS,
            {"h1": -9.0, "h2": -5.0, "n1": -2.0, "n2": 3.0},
            (75, 100, -5.0, 100, -5.0),
            id="B4",
        ),
        pytest.param(
            (example("h1", golds=("big cat",)), example("n1")),
            {"h1": "cat", "n1": "z"},
            {"h1": 0.3, "n1": 0.3},
            (33.33333333333333, 50, 0.0, 83.33333333333333, 0.3),
            id="B5",
        ),
        pytest.param(
            (example("n1"), example("n2")),
            {"n1": "", "n2": "x"},
            {"n1": 0.9, "n2": 0.1},
            (50, 100, 0.0, 100, 0.0),
            id="B6",
        ),
        pytest.param(
            (example("h1", golds=("x",)), example("h2", golds=("y",))),
            {"h1": "x", "h2": "z"},
            {"h1": 0.9, "h2": 0.1},
            (50, 50, 0.9, 50, 0.9),
            id="B7",
        ),
    ],
)
def test_weak_spots_of_the_official_sweep_are_kept(
    examples: tuple[Example, ...],
    texts: Mapping[str, str],
    values: Mapping[str, float],
    expected: tuple[float | int, ...],
) -> None:
    scores = report(examples, texts, values)

    keys = ("f1", "best_exact", "best_exact_thresh", "best_f1", "best_f1_thresh")
    assert tuple(scores[key] for key in keys) == expected


def test_the_official_best_threshold_of_negative_values_does_not_reach_its_score() -> None:
    scores = report(B2, B2_TEXTS, B2_VALUES, threshold=0.0)

    assert (scores["exact"], scores["best_exact"], scores["best_exact_thresh"]) == (0, 75, 0.0)


def test_keys_come_in_the_official_order() -> None:
    assert list(report(BASE, X_TEXTS, T_VALUES)) == [
        "exact",
        "f1",
        "total",
        "HasAns_exact",
        "HasAns_f1",
        "HasAns_total",
        "NoAns_exact",
        "NoAns_f1",
        "NoAns_total",
        "best_exact",
        "best_exact_thresh",
        "best_f1",
        "best_f1_thresh",
    ]


@pytest.mark.parametrize(
    ("texts", "values"),
    [
        pytest.param({**X_TEXTS, "zzz": "y"}, T_VALUES, id="M2a-prediction"),
        pytest.param(X_TEXTS, {"zzz": -7.0, **T_VALUES}, id="M2a-value"),
    ],
)
def test_ids_of_no_question_change_nothing(
    texts: Mapping[str, str], values: Mapping[str, float]
) -> None:
    assert report(BASE, texts, values) == report(BASE, X_TEXTS, T_VALUES)


@pytest.mark.parametrize(
    "missing", [pytest.param("h2", id="M1-h2"), pytest.param("n2", id="M1-n2")]
)
def test_a_missing_prediction_is_refused(missing: str) -> None:
    texts = {key: text for key, text in BASE_TEXTS.items() if key != missing}

    with pytest.raises(MissingPredictionsError) as caught:
        report(BASE, texts)

    assert caught.value.ids == (missing,)


def test_m2b_a_missing_no_answer_value_is_refused() -> None:
    values = {key: value for key, value in T_VALUES.items() if key != "n2"}

    with pytest.raises(MissingPredictionsError, match="1 of 4 predictions lack a no-answer value"):
        report(BASE, X_TEXTS, values)


def test_m2d_an_empty_data_set_is_refused() -> None:
    with pytest.raises(DataError, match="there are no questions to score"):
        report((), {})


def test_m2e_two_questions_with_one_id_are_refused() -> None:
    with pytest.raises(DataError, match="more than one question has the id 'h1'"):
        report((example("h1", golds=("x",)), example("h1", golds=("y",))), {"h1": "x"})


def test_a_missing_prediction_scores_0_on_request_even_where_there_is_no_answer() -> None:
    scored = score_missing_as_zero(BASE, Submission({"h2": "1990"}))

    assert [(each.example_id, each.exact, each.f1) for each in scored.scores] == [
        ("h1", 0, 0),
        ("h2", 1, 1),
        ("n1", 0, 0),
        ("n2", 0, 0),
    ]


def test_a_no_answer_value_does_not_rescue_a_missing_prediction() -> None:
    null_odds = NullOdds({"n1": 0.9, "h2": 0.1}, threshold=0.5)

    scored = score_missing_as_zero(BASE, Submission({"h2": "1990"}, null_odds))

    scores = official_report(scored.scores, scored.sweep)
    assert (scores["exact"], scores["best_exact"], scores["best_exact_thresh"]) == (25, 25, 0.1)


def test_missing_predictions_do_not_hide_a_repeated_id() -> None:
    with pytest.raises(DataError, match="more than one question has the id 'h1'"):
        score_missing_as_zero((example("h1"), example("h1")), Submission({}))


@pytest.mark.parametrize("score_whole", [score_submission, score_missing_as_zero])
def test_all_scores_and_the_sweep_follow_the_normaliser(
    score_whole: Callable[..., ScoredSubmission],
) -> None:
    asked = (example("h", golds=("Hund",)), example("n"))
    submission = Submission({"h": "der Hund", "n": "x"}, NullOdds({"h": 0.1, "n": 0.9}, 1.0))

    scored = score_whole(asked, submission, Scoring("mlqa-de"))

    assert [score.exact for score in scored.scores] == [1, 0]
    assert scored.sweep is not None
    assert (scored.sweep.exact.points, scored.sweep.exact.threshold) == (2, 0.1)
