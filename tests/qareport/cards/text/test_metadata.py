"""Keys of ours are written whole into a page's YAML, and every other byte stays where it is."""

import math
from itertools import zip_longest

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as some

from qareport.cards.text.card_text import join_card, replace_parts, split_card
from qareport.cards.text.metadata import KEY_ORDER, Metadata, dump_metadata
from qareport.cards.text.metadata import merge_metadata as merge_card_metadata
from qareport.errors import DataError

SCALARS = some.none() | some.booleans() | some.integers() | some.text() | some.just("no")
VALUES: some.SearchStrategy[object] = some.recursive(
    SCALARS, lambda below: some.lists(below) | some.dictionaries(some.text(), below), max_leaves=6
)
PAGE = """\
# how the model is found
license:   mit   # chosen in 2021
tags:
    - squad   # as others do
    - 'qa'
inference: no
unknown:  {a: 1,   b: "x"}

# about the data
datasets: [squad_v2,  "squad"]   # two
notes: |
  kept   as it is

# the end
"""


def merge_metadata(page_yaml: str, ours: Metadata) -> str:
    return merge_card_metadata(join_card(page_yaml, ""), ours)


@given(some.dictionaries(some.text(), VALUES))
def test_a_new_card_is_read_as_it_was_written(ours: dict[str, object]) -> None:
    assert yaml.safe_load(dump_metadata(ours)) == ours


def test_keys_of_a_new_card_stand_in_their_order_with_the_model_index_last() -> None:
    names = ["model-index", "extra", *reversed(KEY_ORDER), "another"]

    written = dump_metadata(dict.fromkeys(names, 1))

    assert list(yaml.safe_load(written)) == [*KEY_ORDER, "extra", "another", "model-index"]


@pytest.mark.parametrize(
    ("old", "ours", "new"),
    [
        ("license: mit\n", {"license": "apache-2.0"}, "license: apache-2.0\n"),
        ("license: mit # why\n", {"license": "bsd"}, "license: bsd # why\n"),
        ("'license' :  'mit'\n", {"license": "bsd"}, "license: bsd\n"),
        ("license:\nb: 1\n", {"license": "no"}, "license: 'no'\nb: 1\n"),
        ("license: # none\nb: 1\n", {"license": "mit"}, "license: mit # none\nb: 1\n"),
        ("a: long\n  text\nb: 1\n", {"a": 5}, "a: 5\nb: 1\n"),
        ("a: |\n  text\n\nb: 1\n", {"a": "x"}, "a: x\nb: 1\n"),
        ("a: {b: 1}\nc: 1\n", {"a": {"b": 2}}, "a:\n  b: 2\nc: 1\n"),
        ("a:\n  b: 1\n  # of b\nc: 1\n", {"a": "x"}, "a: x\n  # of b\nc: 1\n"),
        ("a: 1\n", {"a": [1, 2]}, "a:\n- 1\n- 2\n"),
        ("a: [1]\n", {"a": 1}, "a: 1\n"),
        ("a: '1'\n", {"a": 1}, "a: 1\n"),
        ("a: 1\n", {"a": True}, "a: true\n"),
        ("a: 1\n", {"a": 1.0}, "a: 1.0\n"),
        ("a: no\n", {"a": "no"}, "a: 'no'\n"),
        ("? a\n: 1\nb: 2\n", {"a": 3}, "a: 3\nb: 2\n"),
        ("  a: 1\n  b: 2\n", {"a": {"c": 3}}, "  a:\n    c: 3\n  b: 2\n"),
        ("a: \U0001f600 ü\nb: 1\n", {"b": 2}, "a: \U0001f600 ü\nb: 2\n"),
    ],
)
def test_a_value_takes_the_place_of_another(old: str, ours: dict[str, object], new: str) -> None:
    assert merge_metadata(old, ours) == new


@pytest.mark.parametrize(
    ("old", "ours", "new"),
    [
        ("tags: [a]  # x\n", ["a", "b"], "tags:  # x\n- a\n- b\n"),
        ("tags: [a, ]\n", ["b"], "tags:\n- a\n- b\n"),
        ("tags: []\n", ["b", "c"], "tags:\n- b\n- c\n"),
        ("tags: &t []\n", ["b"], "tags:\n- b\n"),
        ("tags: [a, # x\n  b # y\n  ]\n", ["c"], "tags:\n- a\n- b\n- c\n"),
        ("tags:\n- b\n- a\n", ["a", "c", "b", "d"], "tags:\n- b\n- a\n- c\n- d\n"),
        ("tags:\n    - a # x\n# y\nb: 1\n", ["c"], "tags:\n- a\n- c\n# y\nb: 1\n"),
        ("tags:\n- a\n-\n", ["c"], "tags:\n- a\n-\n- c\n"),
        ("tags:\n- - a\n", ["c"], "tags:\n- - a\n- c\n"),
        ("tags: a\n", ["a"], "tags: a\n"),
        ("tags: a # x\n", ["b"], "tags: # x\n- a\n- b\n"),
        ("tags: a\n", "b", "tags:\n- a\n- b\n"),
        ("tags: [a]\n", "a", "tags: [a]\n"),
        ("tags:\n", ["a"], "tags:\n- a\n"),
        ("tags: ~ # x\n", ["a"], "tags: # x\n- a\n"),
        ("tags: [no, yes]\n", ["no", "de"], "tags:\n- 'no'\n- yes\n- de\n"),
        ("tags:\n- no # Norwegian\n", ["no"], "tags:\n- 'no'\n"),
        ("tags: no\n", ["no"], "tags: 'no'\n"),
        ("tags: no\n", ["de"], "tags:\n- no\n- de\n"),
        ("tags: [a, a, null]\n", ["b"], "tags:\n- a\n- a\n- null\n- b\n"),
        ("tags: [1e3, 1_0, 'x', {a: b}]\n", ["b"], "tags:\n- 1e3\n- 1_0\n- 'x'\n- {a: b}\n- b\n"),
        ("x: &x {tags: [a]}\n<<: *x\n", ["b"], "x: &x {tags: [a]}\n<<: *x\ntags:\n- a\n- b\n"),
        ("x: &t [no, a]\ntags: *t\n", ["b"], "x: &t [no, a]\ntags:\n- no\n- a\n- b\n"),
        ("tags: &t [&a x, *a]\n", ["b"], "tags:\n- x\n- x\n- b\n"),
    ],
)
def test_lists_are_united_with_the_page_first(old: str, ours: object, new: str) -> None:
    assert merge_metadata(old, {"tags": ours}) == new


@pytest.mark.parametrize("key", ["datasets", "language", "metrics", "tags"])
def test_four_keys_are_united(key: str) -> None:
    assert merge_metadata(f"{key}: [a]\n", {key: ["b"]}) == f"{key}:\n- a\n- b\n"


def test_new_keys_stand_where_a_new_card_has_them_and_remarks_stay() -> None:
    ours: dict[str, object] = {
        "model-index": [{"name": "m", "results": [{"source": {"name": "qareport"}}]}],
        "license": "mit",
        "language": "en",
        "library_name": "transformers",
        "pipeline_tag": "question-answering",
        "tags": ["c"],
        "datasets": "squad_v2",
    }

    merged = merge_metadata(PAGE, ours)

    assert merged == PAGE.replace(
        "2021\n", "2021\nlibrary_name: transformers\npipeline_tag: question-answering\n"
    ).replace("    - squad   # as others do\n    - 'qa'\n", "- squad\n- 'qa'\n- c\n").replace(
        "kept   as it is\n\n",
        "kept   as it is\n\nlanguage: en\nmodel-index:\n- name: m\n  results:\n"
        "  - source:\n      name: qareport\n",
    )


def test_a_new_model_index_stands_last() -> None:
    index = [{"name": "m", "results": [{"source": {"name": "qareport"}}]}]

    merged = merge_metadata("thumbnail: x\nother: 1\ntags: [a]\n", {"model-index": index})

    assert list(yaml.safe_load(merged)) == ["thumbnail", "other", "tags", "model-index"]


@pytest.mark.parametrize("page", ["", "# only\n", "\n"])
def test_a_page_without_keys_gets_those_of_a_new_card_below_its_remarks(page: str) -> None:
    assert merge_metadata(page, {"tags": ["a"], "license": "mit"}) == (
        f"{page}license: mit\ntags:\n- a\n"
    )


def test_equal_values_stay_as_they_are_written() -> None:
    assert merge_metadata(PAGE, {"license": "mit", "inference": False, "tags": ["qa"]}) == PAGE


def test_windows_line_ends_are_kept_and_taken() -> None:
    page = "a: 1\r\nb:\r\n- x\r\n"

    assert merge_metadata(page, {"a": {"c": 2}, "tags": ["y"]}) == (
        "a:\r\n  c: 2\r\nb:\r\n- x\r\ntags:\r\n- y\r\n"
    )


@pytest.mark.parametrize(
    ("page", "message"),
    [
        ("a: 1\nb: 2\na: 3\n", "line 4: 'a' stands twice; delete one of them"),
        ("x:\n  a: 1\n  a: 1\n", "line 4: 'a' stands twice; delete one of them"),
        ("a: 1\n\tb: 2\n", "line 3: is not YAML (found character '\\t' that cannot start"),
        ("%TAG x\na: 1\n", "line 2: is not YAML ("),
        ("- a\n", "line 2: the metadata is not a table of keys"),
        ("{a: 1}\n", "line 2: the metadata stands in braces; write one key a line"),
        ("a: 1\ntags: {b: 1}\n", "line 3: 'tags' is not a list; mend it first"),
        ("a: *x\n", "line 2: is not YAML (found undefined alias"),
        (
            "license: &l bsd\nb: *l\n",
            "line 2: 'license', 'tags' cannot be replaced without changing other keys; write",
        ),
        ("&a tags: []\nb: *a\n", "line 2: 'license', 'tags' cannot be replaced without"),
        ("x: &t\n- a\ntags: *t\n", None),
        ("a: 1\n...\n", None),
        ("--- # marker\na: 1\n", None),
    ],
)
def test_a_page_that_cannot_be_edited_safely_is_refused(page: str, message: str | None) -> None:
    ours: dict[str, object] = {"license": "mit", "tags": ["b"]}
    if message is None:
        merged = yaml.safe_load(merge_metadata(page, ours))
        assert (merged["license"], merged["tags"][-1]) == ("mit", "b")
        return

    with pytest.raises(DataError) as refusal:
        merge_metadata(page, ours)

    assert str(refusal.value).startswith(message)


def test_lines_are_those_of_the_card() -> None:
    page = split_card("\n\n---\na: 1\na: 2\n---\n")

    with pytest.raises(DataError, match=r"^line 5: 'a' stands twice"):
        merge_card_metadata(page, {})


ODD_KEYS = (
    "base: &base {a: 1,   b: [x,  'y']}\n",
    "# between\n",
    "\n",
    "'quoted key' :  \"x\"   # kept\n",
    "again:   *base\n",
    "<<: *base\n",
    "? complex\n:  - 1\n",
    "widget:  [ {text: 'a # b'} ,\n   2 ]  # flow\n",
    "lines: |+\n  # text, not a remark\n\n",
    "folded: >-\n    a\n\n    b\n",
    "on: off\n",
    "number: 1e3\n",
    "empty:\n",
    "typed: !!str 12\n",
)
"""Keys of others, the first of which is needed by others."""
OUR_KEYS = {
    "license:   'mit'   # chosen\n": "license: bsd   # chosen\n",
    "tags: [squad,\n  'qa']  # both\n": "tags:\n- squad\n- 'qa'\n- c\n",
    "datasets: squad\n": "datasets:\n- squad\n- squad_v2\n",
    "co2:\n      grams:   1.0\n": "co2:\n  grams: 2.5\n",
    "model-index:\n- {name: m, results: [{source: {name: qareport}, note: old}]}\n": (
        "model-index:\n- name: m\n  results:\n  - source:\n      name: qareport\n"
    ),
}
"""Our keys as a page has them, and as they are written anew."""


@given(
    some.sets(some.sampled_from(ODD_KEYS[1:])),
    some.permutations([*OUR_KEYS]),
    some.sampled_from(
        ["---\n{}---\n", "\n---\n{}---\nText.", "---\n{}...\n---\n", "\ufeff---\n{}---\n"]
    ),
    some.sampled_from(["\n", "\r\n"]),
)
def test_odd_keys_of_others_keep_every_byte(
    theirs: set[str], owned: list[str], card: str, ending: str
) -> None:
    ours: Metadata = {
        "license": "bsd",
        "tags": ["c"],
        "datasets": ["squad_v2"],
        "co2": {"grams": 2.5},
        "model-index": [{"name": "m", "results": [{"source": {"name": "qareport"}}]}],
    }
    others = [ODD_KEYS[0], *sorted(theirs, key=ODD_KEYS.index)]
    keys = [key for pair in zip_longest(others, owned, fillvalue="") for key in pair]
    page = split_card(card.replace("{}", "".join(keys)).replace("\n", ending))

    merged = replace_parts(page, merge_card_metadata(page, ours), page.body)

    expected = card.replace("{}", "".join(OUR_KEYS.get(key, key) for key in keys))
    assert merged == split_card(expected.replace("\n", ending))
    assert merge_card_metadata(merged, ours) == merged.front_matter


def test_keys_from_merged_anchors_are_overridden_beside_them() -> None:
    page = "x: &x {license: mit, a: 1}\n<<: *x\n"

    merged = yaml.safe_load(merge_metadata(page, {"license": "bsd", "a": 1}))

    assert (merged["license"], merged["a"], merged["x"]["license"]) == ("bsd", 1, "mit")


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_numbers_that_are_none_are_refused(value: float) -> None:
    with pytest.raises(DataError, match=r"^co2: (nan|inf) is not a number that a card can hold"):
        dump_metadata({"co2": value})


LINES = some.sampled_from(
    [
        "# remark",
        "",
        "  # indented",
        "date: 2021-04-21",
        "widget: [{text:  x}]",
        "n: .nan",
        "no: no",
    ]
)


@given(
    some.lists(LINES, unique=True),
    some.permutations(["license: bsd", "tags: [a]   # t", "metrics:\n  - x", "thumbnail:"]),
    some.sampled_from(["\n", "\r\n"]),
)
def test_all_lines_of_others_survive_in_order_and_a_second_run_changes_nothing(
    theirs: list[str], owned: list[str], ending: str
) -> None:
    lines = [line for pair in zip_longest(theirs, owned, fillvalue="") for line in pair]
    page = "".join(f"{line}\n" for line in lines).replace("\n", ending)
    ours: dict[str, object] = {
        "license": "mit",
        "tags": ["a", "b"],
        "metrics": ["f1"],
        "co2": {"grams": 1.5},
    }

    merged = merge_metadata(page, ours)

    others = [line for line in theirs if line in lines and line]
    assert [line for line in merged.split(ending) if line in others] == others
    assert merge_metadata(merged, ours) == merged
    assert merged.replace(ending, "").count("\n") == 0
    assert yaml.safe_load(merged)["license"] == "mit"


@given(some.sampled_from(["license", "co2", "base_model"]), some.integers(1, 99), some.text())
def test_any_other_value_of_ours_makes_a_difference(key: str, number: int, text: str) -> None:
    ours: dict[str, object] = {"license": "mit", "co2": {"grams": 0.5}, "base_model": "a/b"}
    page = dump_metadata(ours | {key: [number, text]})

    assert merge_metadata(page, ours) != page
