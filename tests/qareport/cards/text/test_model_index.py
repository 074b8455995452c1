"""Our results replace ours in a page's model-index; everybody else's keep what they say."""

import textwrap

import pytest

from qareport.cards.text.card_text import join_card
from qareport.cards.text.metadata import merge_metadata
from qareport.cards.text.model_index import is_ours, our_model
from qareport.errors import DataError

OURS = {"metrics": [{"type": "f1", "value": 82.9125}], "source": {"name": "qareport 0.1"}}
OUR_LINES = """\
  - metrics:
    - type: f1
      value: 82.9125
    source:
      name: qareport 0.1
"""
OLD_LINES = """\
  - metrics: [{type: f1, value: 1}]   # stale
    source: {name: qareport, url: https://example.org}
"""
VERIFIED = """\
  - task: {type: question-answering}
    metrics:
    - type: f1
      value: 80.86
      verified: true
      verifyToken: 'eyJ'
    unknown: no
"""


def merged_index(page: str, name: str = "me/mine", results: tuple[object, ...] = (OURS,)) -> str:
    ours = [{"name": name, "results": list(results)}]
    return merge_metadata(join_card(page, ""), {"model-index": ours})


def index_of(*results: str, name: str = "me/mine") -> str:
    return f"model-index:\n- name: {name}\n  results:\n{''.join(results)}"


def test_others_results_stay_as_they_are_written_around_ours() -> None:
    page = index_of(VERIFIED, OLD_LINES, VERIFIED) + "# end\nlast: 1\n"

    merged = merged_index(page)

    assert merged == page.replace(OLD_LINES, OUR_LINES)
    assert merged_index(merged) == merged


def test_remarks_and_blanks_between_results_go_when_ours_change() -> None:
    page = index_of(VERIFIED.replace(": {", ":   {"), "  # ours\n", OLD_LINES, "\n", VERIFIED)

    assert merged_index(page) == index_of(VERIFIED, OUR_LINES, VERIFIED)


def test_all_results_of_ours_are_replaced_at_the_first() -> None:
    page = index_of(OLD_LINES, VERIFIED, OLD_LINES)

    assert merged_index(page, results=(OURS, OURS)) == index_of(OUR_LINES, OUR_LINES, VERIFIED)


def test_ours_come_behind_others_of_the_same_name() -> None:
    assert merged_index(index_of(VERIFIED) + "b: 1\n") == index_of(VERIFIED, OUR_LINES) + "b: 1\n"


def test_equal_results_of_ours_stay_as_they_are_written() -> None:
    page = index_of(
        VERIFIED, "  - {source: {name: 'qareport 0.1'}, metrics: [{value: 82.9125, type: f1}]}\n"
    )

    assert merged_index(page) == page


def test_the_entry_with_our_results_takes_our_name() -> None:
    page = index_of(VERIFIED, OLD_LINES, name="old/name")

    assert merged_index(page) == index_of(VERIFIED, OUR_LINES)


def test_another_name_alone_changes_no_result() -> None:
    page = index_of(VERIFIED, OUR_LINES, name="'old'")

    assert merged_index(page) == index_of(VERIFIED, OUR_LINES)


def test_an_entry_of_another_model_stays_and_ours_follows() -> None:
    page = index_of(VERIFIED, name="deepset/other") + "# end\n"

    merged = merged_index(page)

    ours = index_of(OUR_LINES).removeprefix("model-index:\n")
    assert merged == index_of(VERIFIED, name="deepset/other") + ours + "# end\n"
    assert merged_index(merged) == merged


def test_results_of_ours_leave_other_entries() -> None:
    second = "- name: b\n  results:\n" + OLD_LINES + VERIFIED
    third = "- name: c\n  results:\n" + OLD_LINES

    merged = merged_index(index_of(OLD_LINES, name="a") + second + third)

    assert merged == index_of(OUR_LINES) + "- name: b\n  results:\n" + VERIFIED


def test_an_entry_without_results_stays() -> None:
    page = "model-index:\n- name: old\n  results: []\n"

    assert merged_index(page) == page + index_of(OUR_LINES).removeprefix("model-index:\n")


def test_unknown_keys_beside_our_results_stay() -> None:
    page = "model-index:\n- name: me/mine\n  results: []\n  note:  kept\n"

    merged = merged_index(page)

    assert merged == index_of(OUR_LINES) + "  note: kept\n"
    assert merged_index(merged, results=(OURS, OURS)) == (
        index_of(OUR_LINES, OUR_LINES) + "  note: kept\n"
    )


@pytest.mark.parametrize(
    "page",
    [
        "model-index:\n",
        "model-index: []\n",
        index_of(OLD_LINES, OLD_LINES, name="old"),
        "model-index: [{name: me/mine, results: []}]\n",
        "model-index:\n  - name: old\n    results: [{source: {name: qareport}}]\n",
    ],
)
def test_an_index_with_nothing_of_others_is_written_anew(page: str) -> None:
    assert merged_index(page) == index_of(OUR_LINES)


@pytest.mark.parametrize(
    "written", ["1e-05", "0123e5", "no", "2021-01-01", "~", "'no'", ".inf", '"a\\nb"']
)
def test_values_of_others_are_written_as_they_were(written: str) -> None:
    page = index_of(f"  - metrics:\n    - value: {written}\n")

    assert merged_index(page) == page + OUR_LINES


@pytest.mark.parametrize("note", ["|\n      a\n      b\n", "|+\n      a\n\n", ">-\n      a ...\n"])
def test_texts_of_others_in_lines_stay_so(note: str) -> None:
    theirs = f"  - note: {note}"

    merged = merged_index(index_of(OLD_LINES, theirs) + "last: 1\n")

    assert merged == index_of(OUR_LINES, theirs) + "last: 1\n"


def test_windows_line_ends_and_indents_are_kept() -> None:
    def indented(index: str) -> str:
        return textwrap.indent(index, "   ").replace("\n", "\r\n")

    merged = merged_index(indented(index_of(VERIFIED, OLD_LINES)))

    assert merged == indented(index_of(VERIFIED, OUR_LINES))


@pytest.mark.parametrize(
    ("page", "message"),
    [
        ("a: 1\nmodel-index: text\n", "line 3: model-index is not a list; mend it first"),
        (
            "model-index:\n- name: a\n",
            "line 3: model-index[0] is not a table with a name and a list",
        ),
        ("model-index:\n- results: []\n", "line 3: model-index[0] is not a table with a name"),
        ("model-index:\n- name: a\n  results:\n", "line 3: model-index[0] is not a table"),
        (
            "model-index:\n- name: a\n  results:\n  - x\n",
            "line 5: model-index[0].results[0] is not a table; mend it first",
        ),
    ],
)
def test_an_index_that_cannot_be_edited_is_refused_with_its_line(page: str, message: str) -> None:
    with pytest.raises(DataError) as refusal:
        merged_index(page)

    assert str(refusal.value).startswith(message)


@pytest.mark.parametrize(
    ("page", "theirs"),
    [
        ("model-index: [{name: a, results: []}]\n", "- name: a\n  results: []\n"),
        ("model-index: [{name: a, results: [{b: 1}]}]\n", "- name: a\n  results:\n  - {b: 1}\n"),
        ("model-index:\n- &y {name: b, results: []}\n- *y\n", "- name: b\n  results: []\n" * 2),
        ("x: &x {name: a}\nmodel-index:\n- <<: *x\n  results: []\n", "- name: a\n  results: []\n"),
        ("x: &x [{name: a, results: []}]\nmodel-index: *x\n", "- name: a\n  results: []\n"),
    ],
)
def test_lists_in_brackets_and_aliases_are_written_out(page: str, theirs: str) -> None:
    elsewhere = page[: page.index("model-index")]
    ours = index_of(OUR_LINES).removeprefix("model-index:\n")

    assert merged_index(page) == f"{elsewhere}model-index:\n{theirs}{ours}"


@pytest.mark.parametrize(
    "index",
    [
        [],
        [{"name": "a", "results": []}],
        [{"name": "a"}],
        [{"name": "a", "results": [OURS], "more": 1}],
        [{"name": "a", "results": [OURS]}, {"name": "b", "results": [OURS]}],
        "text",
    ],
)
def test_our_index_is_one_entry_of_a_name_and_results(index: object) -> None:
    with pytest.raises(DataError, match="ours must be one entry of a name and its results"):
        our_model(index)


def test_our_results_can_be_distinguished_from_others() -> None:
    with pytest.raises(DataError, match="must begin with 'qareport'"):
        our_model([{"name": "a", "results": [OURS, {"source": {"name": "other"}}]}])


@pytest.mark.parametrize(
    "result",
    [None, {}, {"source": None}, {"source": {"name": 5}}, {"source": {"name": "my qareport"}}, []],
)
def test_results_without_our_source_are_not_ours(result: object) -> None:
    assert not is_ours(result)
