"""Languages are codes of ISO 639, multilingual or code."""

import pytest

from qareport.cards.lint.metadata.languages import NAMES, is_language, meant_language


@pytest.mark.parametrize(
    "code", ["en", "de", "no", "deu", "ger", "gsw", "nah", "roa", "und", "multilingual", "code"]
)
def test_codes_of_all_parts_are_languages(code: str) -> None:
    assert is_language(code)


@pytest.mark.parametrize(
    "said", ["EN", "xx", "zzq", "es-ES", "zh_CN", "english", "noinfo", "", "e", "ENG", "é"]
)
def test_anything_else_is_none(said: str) -> None:
    assert not is_language(said)


@pytest.mark.parametrize(
    ("said", "meant"),
    [(" EN ", "en"), ("Multilingual", "multilingual"), ("German", "de"), ("es-ES", None)],
)
def test_other_spellings_mean_one_code_or_none(said: str, meant: str | None) -> None:
    assert meant_language(said) == meant


def test_all_names_mean_languages() -> None:
    assert all(is_language(code) for code in NAMES.values())
