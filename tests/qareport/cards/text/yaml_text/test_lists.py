"""The page's entries come first, as they are, and then what only we say."""

import pytest
import yaml

from qareport.cards.text.card_text import apply_edits
from qareport.cards.text.yaml_text.lists import list_edits, unite
from qareport.cards.text.yaml_text.places import read_places


@pytest.mark.parametrize(
    ("page", "ours", "united"),
    [
        ("[b, a]", ["a", "c"], ["b", "a", "c"]),
        ("a", "a", "a"),
        ("a", "b", ["a", "b"]),
        ("[a]", "a", ["a"]),
        ("[a]", None, ["a"]),
        ("[no]", ["no"], ["no"]),
        ("no", "no", "no"),
        ("[no]", ["yes"], [False, "yes"]),
        ("[1, 1.0, true]", [1, "true"], [1, 1.0, "true"]),
        ("[[a], {b: 1}]", [["a"], {"b": 2}], [["a"], {"b": 1}, {"b": 2}]),
        ("[1]", ["1"], ["1"]),
    ],
)
def test_what_both_say_stands_once(page: str, ours: object, united: object) -> None:
    result = unite(yaml.safe_load(page), ours, read_places(page, 2).root)

    assert repr(result) == repr(united)


def test_a_list_that_is_not_written_where_it_counts_is_united_by_its_values() -> None:
    assert unite(["a", False], ["no"], None) == ["a", False, "no"]


@pytest.mark.parametrize(
    ("text", "united", "edited"),
    [
        ("- a # x\n- no\n# end\n", ["a", "no", "c"], "- a # x\n- 'no'\n- c\n# end\n"),
        ("[a, no]\n", ["a", "no", "c, d"], "[a, 'no', 'c, d']\n"),
        ("[ ]\n", ["c", "d"], "[c, d ]\n"),
        ("[a]\n", ["a"], "[a]\n"),
    ],
)
def test_only_what_differs_is_edited(text: str, united: list[object], edited: str) -> None:
    places = read_places(text, 2)
    root = places.root
    assert isinstance(root, yaml.SequenceNode)

    edits = list_edits(places, root, yaml.safe_load(text), united)

    assert apply_edits(text, edits) == edited
