"""Each normaliser scores golden cases as the evaluation script of its data set does.

They were seen by running the scripts of SQuAD, XQuAD, MLQA and KorQuAD; those of CMRC follow from
its rules.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qareport.errors import UsageError
from qareport.metrics.normalisers import (
    NORMALISERS,
    SQUAD_EN,
    Normaliser,
    count_common,
    normaliser_named,
)
from qareport.metrics.squad import exact_match, score, score_all, token_f1
from tests.builders import example, example_score

EVERY = pytest.mark.parametrize("normaliser", NORMALISERS.values(), ids=NORMALISERS)
ALL_BUT_SQUAD = [name for name in NORMALISERS if name != "squad-en"]


@pytest.mark.parametrize(
    ("name", "text", "form"),
    [
        pytest.param("mlqa-en", "the “Blue” cat—dog", "blue catdog", id="mlqa-en-dash"),
        pytest.param("mlqa-en", "$5", "5", id="mlqa-en-dollar"),
        pytest.param("mlqa-de", "Der Hund des Königs", "hund königs", id="mlqa-de-articles"),
        pytest.param("mlqa-de", "die 1990–1995er", "19901995er", id="mlqa-de-dash"),  # noqa: RUF001 - the dash is the case
        pytest.param("mlqa-de", "für das Jahr", "für jahr", id="mlqa-de-inside"),
        pytest.param("mlqa-es", "la Casa de los Ángeles", "casa de ángeles", id="mlqa-es-articles"),
        pytest.param("mlqa-es", "lo mejor", "lo mejor", id="mlqa-es-lo"),
        pytest.param("mlqa-vi", "những con mèo của tôi", "con mèo tôi", id="mlqa-vi"),
        pytest.param("mlqa-hi", "भारत की राजधानी।", "भारत की राजधानी", id="mlqa-hi"),
        pytest.param("mlqa-ar", "المملكة العربية", "مملكة عربية", id="mlqa-ar-start"),
        pytest.param("mlqa-ar", "خالد", "خ د", id="mlqa-ar-inside"),
        pytest.param(
            "mlqa-zh",
            "北京市，2008年 Olympics games",  # noqa: RUF001 - the comma is the case
            "北 京 市 2008 年 olympics games",
            id="mlqa-zh",
        ),
        pytest.param("korquad", "(주)삼성", "주 삼성", id="korquad-brackets"),
        pytest.param("korquad", "‘The’ a", "the a", id="korquad-articles-stay"),  # noqa: RUF001 - the quotes are the case
        pytest.param("cmrc", " 北京…… ", "北京……", id="cmrc-ellipsis-stays"),
        pytest.param("xquad", "Die Stadt, the city", "die stadt city", id="xquad-is-english"),
    ],
)
def test_a_text_is_normalised_as_by_the_script_of_its_data_set(
    name: str, text: str, form: str
) -> None:
    assert NORMALISERS[name].normalise(text) == form


@pytest.mark.parametrize(
    ("name", "gold", "prediction", "exact", "f1"),
    [
        pytest.param("mlqa-zh", "北京", "北京市", 0, 0.8, id="mlqa-zh"),
        pytest.param("korquad", "《미스터 션샤인》", "미스터 션샤인", 1, 1, id="korquad-quotes"),
        pytest.param("korquad", "서울", "서울특별시", 0, 0.5714285714285715, id="korquad-part"),
        pytest.param("korquad", "서울 특별시", "서울특별시", 0, 1, id="korquad-space"),
        pytest.param("korquad", "(주)삼성", "삼성", 0, 0.8, id="korquad-brackets"),
        pytest.param("korquad", "The King", "King", 0, 0.7272727272727273, id="korquad-article"),
        pytest.param("korquad", "1,000원", "1000원", 1, 1, id="korquad-comma"),
        pytest.param("korquad", "", "", 1, 0, id="korquad-empty"),
        pytest.param("cmrc", "北京市", "北京", 0, 0.8, id="cmrc-part"),
        pytest.param("cmrc", "《红楼梦》", "红楼梦", 1, 1, id="cmrc-marks"),
        pytest.param("cmrc", "北京。", "北京", 1, 1, id="cmrc-stop"),
        pytest.param("cmrc", "2008年8月", "2008年8月8日", 0, 0.8, id="cmrc-numbers"),
        pytest.param("cmrc", "北京的市", "北京市", 0, 0.5714285714285715, id="cmrc-run"),
        pytest.param("cmrc", "北京 市", "北京市", 0, 1, id="cmrc-space"),
        pytest.param("cmrc", "北京市", "上海", 0, 0, id="cmrc-nothing-shared"),
        pytest.param("squad-en", "", "the", 1, 1, id="squad-en-empty"),
        pytest.param("xquad", "", "the", 1, 0, id="xquad-empty"),
        pytest.param("mlqa-en", "", "the", 1, 0, id="mlqa-empty"),
        pytest.param("mlqa-en", "", "cat", 0, 0, id="mlqa-one-empty"),
    ],
)
def test_two_texts_are_compared_as_by_the_script_of_their_data_set(
    name: str, gold: str, prediction: str, exact: float, f1: float
) -> None:
    normaliser = NORMALISERS[name]

    assert exact_match(gold, prediction, normaliser) == exact
    assert token_f1(gold, prediction, normaliser) == pytest.approx(f1, abs=1e-15)


@pytest.mark.parametrize(
    ("form", "tokens"),
    [
        ("don't", ["don", "'", "t"]),
        ("abc北京d1 x_y", ["abc", "北", "京", "d1", "x_y"]),
        ("café……", ["café", "…", "…"]),
    ],
)
def test_cmrc_splits_other_scripts_into_words_and_single_marks(
    form: str, tokens: list[str]
) -> None:
    assert NORMALISERS["cmrc"].split(form) == tokens


# A long text with a frequent character: difflib's own heuristic would leave that one out.
def test_cmrc_finds_runs_of_frequent_characters() -> None:
    assert token_f1("的" * 300, "的" * 300, NORMALISERS["cmrc"]) == 1


def test_the_names_are_those_of_the_specification() -> None:
    mlqa = {f"mlqa-{language}" for language in ("en", "es", "de", "vi", "hi", "ar", "zh")}

    assert set(NORMALISERS) >= {"squad-en", "xquad", "korquad", "cmrc"} | mlqa


@EVERY
def test_a_normaliser_is_found_by_its_name(normaliser: Normaliser) -> None:
    assert normaliser_named(normaliser.name) is normaliser


def test_an_unknown_name_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError) as caught:
        normaliser_named("mlqa-fr")

    assert str(caught.value) == (
        "there is no normaliser 'mlqa-fr'; did you mean 'mlqa-ar'? "
        f"There are {', '.join(NORMALISERS)}"
    )


def test_a_name_like_no_other_gets_a_nearest_too() -> None:
    with pytest.raises(UsageError, match="did you mean"):
        normaliser_named("")


@pytest.mark.parametrize("name", ALL_BUT_SQUAD)
def test_only_squad_drops_empty_golds(name: str) -> None:
    asked = example(golds=("-", "cat"))

    assert score(asked, "", SQUAD_EN).exact == 0
    assert score(asked, "", NORMALISERS[name]).exact == 1


@EVERY
def test_no_answer_is_right_where_there_is_none(normaliser: Normaliser) -> None:
    assert score(example(), "", normaliser) == example_score("q", False, 1.0, 1.0)  # noqa: FBT003
    assert score(example(), "x", normaliser) == example_score("q", False, 0.0, 0.0)  # noqa: FBT003


def test_all_scores_follow_the_same_normaliser() -> None:
    examples = [example("q1", golds=("서울",)), example("q2", golds=("die Stadt",))]

    scores = score_all(examples, {"q1": "서울시", "q2": "Stadt"}, NORMALISERS["mlqa-de"])

    assert [each.exact for each in scores] == [0, 1]


@EVERY
@given(gold=st.text(max_size=12), prediction=st.text(max_size=12))
def test_f1_is_symmetric_and_at_most_1(normaliser: Normaliser, gold: str, prediction: str) -> None:
    f1 = token_f1(gold, prediction, normaliser)

    assert 0 <= f1 <= 1
    assert f1 == token_f1(prediction, gold, normaliser)


@EVERY
@given(text=st.text(max_size=12))
def test_a_text_equals_itself(normaliser: Normaliser, text: str) -> None:
    assert exact_match(text, text, normaliser) == 1
    tokens = normaliser.split(normaliser.normalise(text))
    assert token_f1(text, text, normaliser) == (1 if tokens else normaliser.f1_of_empty)


@pytest.mark.parametrize("normaliser", NORMALISERS.values(), ids=NORMALISERS)
def test_a_text_is_normalised_once(normaliser: Normaliser) -> None:
    first = normaliser.normalise("Two Words")

    # What is made a second time is another string.
    assert normaliser.normalise("Two Words") is first


WORDS = st.lists(st.sampled_from("abc"), max_size=5)


@given(gold=WORDS, prediction=WORDS)
def test_a_word_is_common_as_often_as_both_have_it(gold: list[str], prediction: list[str]) -> None:
    fewer = sum(min(gold.count(word), prediction.count(word)) for word in "abc")

    assert count_common(gold, prediction) == fewer
