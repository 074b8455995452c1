"""No answer of the same windows, limits and n-best lists scores above the ceilings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qareport.analysis.examples.cases import Case
from qareport.analysis.examples.ceilings import (
    CEILINGS,
    HumanScores,
    compare_golds,
    find_ceilings,
    score_humans,
)
from qareport.data.readers.squad_file import read_squad_file
from qareport.inference.options import AnsweringOptions
from qareport.metrics.normalisers import NORMALISERS, SQUAD_EN
from tests.analysis_builders import case, word_window
from tests.builders import example, total_of
from tests.row_builders import row
from tests.shared_data import DEV_SET, needs_shared

CONTEXT = "the big old cat sat on mats"
ASKED = example(context=CONTEXT, golds=("old cat",))
NO_ANSWER = example(context=CONTEXT)


def ceiling(name: str, *cases: Case) -> tuple[int, float, float | None]:
    """Size, exact match and F1 of a ceiling."""
    found = find_ceilings(cases)[name]
    return found.n, found.exact, found.f1


@pytest.mark.parametrize(
    ("gold", "tokenizer", "window", "length"),
    [
        pytest.param("cat", 1.0, 1.0, 1.0, id="reached"),
        pytest.param("old cat", 1.0, 1.0, 1.0, id="just-short-enough"),
        pytest.param("big old cat", 1.0, 1.0, 0.0, id="too-long"),
        pytest.param("cat sat", 1.0, 0.0, 0.0, id="cut-by-a-window"),
        pytest.param("at", 0.0, 0.0, 0.0, id="inside-a-token"),
    ],
)
def test_a_gold_is_within_reach_of_tokenizer_window_and_length(
    gold: str, tokenizer: float, window: float, length: float
) -> None:
    one = case(
        example(context=CONTEXT, golds=(gold,)),
        "",
        windows=(word_window(CONTEXT, 0, 4), word_window(CONTEXT, 4)),
        options=AnsweringOptions(max_answer_length=2),
    )

    assert ceiling("tokenizer", one) == (1, tokenizer, None)
    assert ceiling("window", one) == (1, window, None)
    assert ceiling("length", one) == (1, length, None)


@pytest.mark.parametrize("name", ["tokenizer", "window", "length"])
def test_reach_concerns_answerable_examples(name: str) -> None:
    assert ceiling(name, case(ASKED, ""), case(NO_ANSWER, "")) == (1, 1.0, None)
    assert name not in find_ceilings([case(NO_ANSWER, "")])


@pytest.mark.parametrize(
    ("n_best", "exact", "f1"),
    [
        pytest.param(("on", "", "old cat"), 1.0, 1.0, id="right-span"),
        pytest.param(("on", "old cat sat", "cat", ""), 0.0, 0.8, id="best-f1"),
        pytest.param(("on", ""), 0.0, 0.0, id="none"),
    ],
)
def test_n_best_ceiling_is_the_best_of_the_list(
    n_best: tuple[str, ...], exact: float, f1: float
) -> None:
    assert ceiling("n-best", case(ASKED, *n_best)) == pytest.approx((1, exact, f1))


def test_n_best_ceiling_counts_the_null_answer() -> None:
    assert ceiling("n-best", case(NO_ANSWER, "on", "")) == (1, 1.0, 1.0)


def test_abstention_ceiling_abstains_exactly_where_there_is_no_answer() -> None:
    cases = [
        case(NO_ANSWER, "on", ""),
        case(ASKED, "", "old cat"),
        case(ASKED, "", "cat"),
        case(ASKED, ""),
    ]

    assert ceiling("abstention", *cases) == pytest.approx((4, 0.5, 8 / 3 / 4))


def test_span_ceiling_keeps_the_abstentions_and_mends_the_spans() -> None:
    cases = [
        case(ASKED, "on", ""),
        case(ASKED, "", "old cat"),
        case(NO_ANSWER, "on", ""),
        case(NO_ANSWER, "", "on"),
    ]

    assert ceiling("span", *cases) == (4, 0.5, 0.5)


def test_a_human_score_is_that_of_each_gold_against_the_others() -> None:
    asked = example(context=CONTEXT, golds=("old cat", "old cat", "cat"))

    found = compare_golds(asked, SQUAD_EN)

    assert found is not None
    assert (found.exact, found.f1) == pytest.approx((2 / 3, 8 / 9))


@given(st.permutations(["old cat", "old cat", "cat", "big old cat"]))
def test_the_order_of_gold_answers_never_matters(golds: list[str]) -> None:
    ordered, turned = (
        compare_golds(example(context=CONTEXT, golds=tuple(each)), SQUAD_EN)
        for each in (sorted(golds), golds)
    )

    assert ordered == turned


@pytest.mark.parametrize("golds", [("cat",), ("cat", "the"), ()])
def test_a_human_score_needs_two_golds(golds: tuple[str, ...]) -> None:
    asked = example(context=CONTEXT, golds=golds)

    assert compare_golds(asked, SQUAD_EN) is None


def test_without_annotators_there_are_no_human_scores() -> None:
    phrasings = row(example("a", context=CONTEXT, golds=("cat", "old cat")))
    empty = row(example("b", context=CONTEXT, golds=("the", "the")))

    assert score_humans([phrasings], SQUAD_EN) is None
    assert score_humans([phrasings, empty], SQUAD_EN) is not None
    assert score_humans([empty], SQUAD_EN) is None


def test_human_scores_follow_the_normaliser() -> None:
    asked = example(context="der Hund bellt", golds=("Hund", "den Hund"))

    found = compare_golds(asked, NORMALISERS["mlqa-de"])

    assert found is not None
    assert found.exact == 1.0


def test_humans_and_model_are_scored_on_the_same_questions() -> None:
    agreed = row(example("a", context=CONTEXT, golds=("cat", "cat")), "old cat")
    disputed = row(example("b", context=CONTEXT, golds=("cat", "mats")), "on")
    lone = row(example("c", context=CONTEXT, golds=("cat",)), "cat")
    unanswerable = row(example("d", context=CONTEXT), "cat")

    found = score_humans([agreed, lone, disputed, unanswerable], SQUAD_EN)

    assert found == HumanScores(
        humans=total_of(n=2, exact=0.5, f1=0.5), model=total_of(n=2, exact=0.0, f1=1 / 3)
    )


@pytest.mark.slow
@needs_shared
def test_humans_score_on_the_dev_set_what_the_documentation_says() -> None:
    examples = read_squad_file(DEV_SET, limit=None).examples

    found = score_humans([row(each) for each in examples], SQUAD_EN)

    assert found is not None
    assert found.humans.n == 5927
    assert found.humans.exact == pytest.approx(0.8185, abs=5e-5)
    assert found.humans.f1 == pytest.approx(0.9167, abs=5e-5)


def test_ceilings_come_in_the_order_of_the_table() -> None:
    asked = example(context=CONTEXT, golds=("old cat", "cat"))

    assert list(find_ceilings([case(asked, "")])) == list(CEILINGS)


def test_no_cases_have_no_ceilings() -> None:
    assert find_ceilings([]) == {}


SPANS = st.tuples(st.integers(0, 13), st.integers(1, 14)).map(
    lambda cut: "a the big-cat"[min(cut) : max(cut) + 1]
)


@given(st.lists(SPANS, min_size=1, max_size=3), st.integers(1, 3), st.integers(1, 3))
def test_length_is_never_above_window_nor_window_above_tokenizer(
    golds: list[str], size: int, limit: int
) -> None:
    asked = example(context="a the big-cat", golds=tuple(golds))
    windows = tuple(word_window(asked.context, first, first + size) for first in range(0, 3, size))
    options = AnsweringOptions(max_answer_length=limit)

    found = find_ceilings([case(asked, "", windows=windows, options=options)])

    assert 0 <= found["length"].exact <= found["window"].exact <= found["tokenizer"].exact <= 1


@given(st.lists(st.sampled_from(["", "on", "old cat", "cat", "the"]), min_size=1, max_size=4))
def test_no_score_is_above_its_ceilings(n_best: list[str]) -> None:
    for asked in (ASKED, NO_ANSWER):
        one = case(asked, *n_best, "")
        found = find_ceilings([one])

        assert one.observed.score.f1 <= (found["n-best"].f1 or 0.0)
        assert one.observed.score.f1 <= (found["span"].f1 or 0.0)


def test_ceilings_follow_the_normaliser() -> None:
    asked = example(context="der Hund bellt", golds=("Hund", "den Hund"))
    one = case(asked, "bellt", "der Hund", normaliser="mlqa-de")

    found = find_ceilings([one])

    assert {name: found[name].exact for name in ("tokenizer", "n-best")} == {
        "tokenizer": 1.0,
        "n-best": 1.0,
    }
