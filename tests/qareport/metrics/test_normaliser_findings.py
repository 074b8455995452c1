"""A normaliser for another script than that of the contexts is a finding; no other is."""

from dataclasses import replace

import pytest

from qareport.data.findings import Finding, FindingGroup, Severity
from qareport.metrics.normaliser_findings import (
    SAMPLED_CONTEXTS,
    check_language,
    main_script,
    note_language,
)
from qareport.metrics.normalisers import NORMALISERS
from tests.builders import example

CONTEXTS = {
    "LATIN": "Das war 2016 in Köln.",
    "HANGUL": "서울특별시는 대한민국의 수도이다. Seoul",
    "ARABIC": "المملكة العربية",
    "DEVANAGARI": "भारत की राजधानी।",
    "CJK": "北京市是中华人民共和国的首都, Beijing",
    "CYRILLIC": "Москва",
}
FITTING = {
    "LATIN": {"squad-en", "xquad", "mlqa-en", "mlqa-es", "mlqa-de", "mlqa-vi"},
    "HANGUL": {"xquad", "korquad"},
    "ARABIC": {"xquad", "mlqa-ar"},
    "DEVANAGARI": {"xquad", "mlqa-hi"},
    "CJK": {"xquad", "mlqa-zh", "cmrc"},
    "CYRILLIC": {"xquad"},
}
KNOWN = set().union(*FITTING.values())


@pytest.mark.parametrize("script", CONTEXTS)
def test_normalisers_fit_the_script_that_they_were_made_for(script: str) -> None:
    examples = [example(context=CONTEXTS[script])]

    fitting = {
        name
        for name, normaliser in NORMALISERS.items()
        if check_language(examples, normaliser) is None
    }

    assert fitting & KNOWN == FITTING[script]


def test_a_normaliser_without_a_known_script_may_fit_any() -> None:
    normaliser = replace(NORMALISERS["mlqa-de"], script=None)

    assert check_language([example(context=CONTEXTS["CJK"])], normaliser) is None


def test_the_finding_names_what_to_choose_instead() -> None:
    finding = check_language([example(context=CONTEXTS["CJK"])], NORMALISERS["squad-en"])

    assert finding == Finding(
        kind="normaliser for another language",
        severity=Severity.WARNING,
        location="contexts",
        message="most of their letters are CJK in Unicode, but the normaliser 'squad-en' is for en",
        remedy="choose a normaliser for the language of the answers: xquad or mlqa-zh or cmrc",
    )


@pytest.mark.parametrize(
    ("texts", "script"),
    [
        pytest.param([], None, id="nothing"),
        pytest.param(["2016.", "½ + "], None, id="no letters"),
        pytest.param(["ab", "서울"], None, id="half and half"),
        pytest.param(["ab", "서울시"], "HANGUL", id="more than half"),
    ],
)
def test_main_script_is_that_of_more_than_half_of_the_letters(
    texts: list[str], script: str | None
) -> None:
    assert main_script(texts) == script


def test_contexts_without_a_main_script_are_no_finding() -> None:
    assert check_language([example(context="2016")], NORMALISERS["korquad"]) is None
    assert check_language([], NORMALISERS["korquad"]) is None


def test_a_sample_of_many_contexts_is_enough() -> None:
    few, many = [example(context="x")], [example(context="北京")] * SAMPLED_CONTEXTS * 10

    assert check_language(few + many, NORMALISERS["cmrc"]) is None
    assert check_language(few + many, NORMALISERS["mlqa-en"]) is not None


def test_the_finding_stands_first_and_replaces_that_about_another_normaliser() -> None:
    examples = [example(context=CONTEXTS["CJK"])]
    other = FindingGroup("other", Severity.WARNING, 1, "remedy", ())
    unfit = note_language([other], examples, NORMALISERS["squad-en"])

    assert [group.kind for group in unfit] == ["normaliser for another language", "other"]
    assert note_language(unfit, examples, NORMALISERS["squad-en"]) == unfit
    assert note_language(unfit, examples, NORMALISERS["korquad"])[0] != unfit[0]
    assert note_language(unfit, examples, NORMALISERS["cmrc"]) == (other,)
