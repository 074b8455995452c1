"""Tests that names are short, unique and fit for folders."""

from collections.abc import Sequence
from itertools import zip_longest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qareport.errors import SectionError
from qareport.evaluation.suite.naming import NamedEntry, distinct_names, require_folder_name


def names_of(*sources: str, given: Sequence[str | None] = ()) -> list[str]:
    """The names of models with these sources; the first ones may have names already."""
    names = [*given, *[None] * (len(sources) - len(given))]
    pairs = enumerate(zip(names, sources, strict=True))
    return list(
        distinct_names([NamedEntry(f"models.{index}", *each, (None,)) for index, each in pairs])
    )


def names_or_refusal(entries: Sequence[NamedEntry]) -> tuple[str, ...] | str:
    """The names, or why there are none."""
    try:
        return distinct_names(entries)
    except SectionError as error:
        return str(error)


def refusal_of(*sources: str, given: Sequence[str | None] = ()) -> str:
    """Why names cannot be made for them."""
    with pytest.raises(SectionError) as caught:
        names_of(*sources, given=given)
    return str(caught.value)


def test_the_last_part_is_the_name_where_that_is_enough() -> None:
    assert names_of("my-org/tiny", "./runs/large/") == ["tiny", "large"]


def test_the_part_above_distinguishes_namesakes_and_only_them() -> None:
    assert names_of("runs/a/model", "runs/b/model", "other/large") == [
        "a-model",
        "b-model",
        "large",
    ]


def test_a_given_name_stays_and_others_keep_clear_of_it() -> None:
    assert names_of("x/tiny", "y/tiny", given=["tiny"]) == ["tiny", "y-tiny"]


def test_namesakes_without_difference_are_refused() -> None:
    assert refusal_of("a/runs/model", "b/runs/model") == (
        "models.0 and models.1 would both be called 'model' and share a folder; "
        "give one of them another name"
    )


def test_names_that_differ_in_case_alone_share_a_folder_on_some_disks() -> None:
    assert "would both be called 'Tiny'" in refusal_of("a", "b", given=["Tiny", "tiny"])


def test_marks_that_a_folder_cannot_bear_are_hyphens() -> None:
    assert names_of("my org/ü: a\tb*?") == ["ü-a-b"]


@pytest.mark.parametrize("source", [".", "..", "/", "???"])
def test_a_source_without_a_name_needs_one(source: str) -> None:
    assert refusal_of(source) == (
        "models.0: '' cannot be the name of a folder; give a name of letters, digits and hyphens"
    )
    assert names_of(source, given=["mine"]) == ["mine"]


def test_a_source_with_too_long_a_name_needs_another() -> None:
    assert refusal_of("m" * 201) == (
        "models.0: 'mmmmmmmmmmmmmmmmmmmm'... is too long for the name of a folder; shorten it"
    )


@pytest.mark.parametrize(
    "name", ["", ".", "..", ".work", "a/b", "a\\b", " a", "a ", "a\nb", "\u202ea", "Suite.json"]
)
def test_names_that_no_folder_may_have_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="cannot be the name of a folder"):
        require_folder_name(name)


@pytest.mark.parametrize("name", ["a b", "größe", "诺曼底", "🦉", "v1.0_x", "m" * 200])
def test_other_names_are_taken_as_they_are(name: str) -> None:
    assert require_folder_name(name) == name


@given(st.lists(st.text(), min_size=1, max_size=4), st.lists(st.none() | st.text(), max_size=4))
def test_whatever_is_named_gets_folders_of_its_own_or_one_sentence(
    sources: list[str], given_names: list[str | None]
) -> None:
    entries = [
        NamedEntry(f"models.{index}", name, source, (None,))
        for index, (source, name) in enumerate(zip_longest(sources, given_names[: len(sources)]))
    ]

    outcome = names_or_refusal(entries)

    if isinstance(outcome, str):
        assert outcome.startswith("models.")
    else:
        assert len({name.casefold() for name in outcome}) == len(sources)
        assert tuple(map(require_folder_name, outcome)) == outcome


@pytest.mark.parametrize(
    "name",
    [
        *("con", "NUL", "aux.json", "COM1", "lpt9.tar.gz", "com¹", "CONIN$", "nul .txt"),
        *("a:b", "a<b", 'a"b', "a|b", "what?", "all*", "end.", ".hidden", "end "),
    ],
)
def test_a_name_that_windows_has_no_folder_for_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="cannot be the name of a folder; give a name of letters"):
        require_folder_name(name)


@pytest.mark.parametrize("name", ["console", "com10", "null", "a.con", "auxiliary", "nul-1", "com"])
def test_other_names_are_taken(name: str) -> None:
    assert require_folder_name(name) == name


def test_a_model_called_as_a_device_needs_a_name() -> None:
    assert refusal_of("my-org/con") == (
        "models.0: 'con' cannot be the name of a folder; give a name of letters, digits and hyphens"
    )


def test_names_that_are_written_with_other_code_points_share_a_folder_on_some_disks() -> None:
    assert "would both be called" in refusal_of("a", "b", given=["caf\u00e9", "cafe\u0301"])
