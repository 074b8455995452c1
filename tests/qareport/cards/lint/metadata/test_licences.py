"""Licences are ids of the Hub."""

import pytest

from qareport.cards.lint.metadata.licences import ALIASES, LICENCES, meant_licence
from tests.linting_builders import found_by, with_metadata


def test_all_ids_of_the_hub_are_known() -> None:
    assert len(LICENCES) == len(set(LICENCES)) == 83


@pytest.mark.parametrize("licence", LICENCES)
def test_every_id_means_itself_and_so_does_its_shouted_form(licence: str) -> None:
    assert meant_licence(licence) == licence
    assert meant_licence(licence.upper().replace("-", " ")) == licence


def test_other_names_mean_ids() -> None:
    assert set(ALIASES.values()) <= set(LICENCES)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Apache 2.0", "apache-2.0"),
        ("Apache License, Version 2.0", "apache-2.0"),
        ("MIT License", "mit"),
        ("CC BY-SA 4.0", "cc-by-sa-4.0"),
        ("free for all", None),
        ("", None),
    ],
)
def test_other_spellings_mean_one_id_or_none(said: str, meant: str | None) -> None:
    assert meant_licence(said) == meant


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("apache-2", "'apache-2' is not a licence id of the Hub; did you mean 'apache-2.0'?"),
        ("mine", "'mine' is not a licence id of the Hub"),
    ],
)
def test_a_near_id_is_proposed(said: str, message: str) -> None:
    (problem,) = found_by("licence", with_metadata(f"license: {said}"))

    assert problem.message == message


def test_other_with_name_and_link_is_sound() -> None:
    text = with_metadata("license: other", "license_name: lamp", "license_link: LICENSE")

    assert found_by("licence-name", text) == []
