"""Tests that a plan lists every file as new, changed or equal, and refuses contradictions."""

from dataclasses import replace

import pytest

from qareport.errors import PublishError
from qareport.hub.planning.choice import PushChoice, Route, Selection, Visibility
from qareport.hub.planning.plan import KEPT_TEXT, NO_CARD, PASSAGES_GO, Status
from qareport.hub.planning.remote_state import RemotePull
from tests.publishing_builders import (
    COMMIT,
    NAME,
    STRANGER,
    plan_of,
    remote_file,
    remote_state,
)

CARD = "---\nlicense: mit\n---\n"
FILES = {"README.md": CARD, "config.json": "{}", "tokenizer.json": "[]"}


def test_files_are_new_changed_or_equal() -> None:
    plan = plan_of(FILES, remote_state({"README.md": CARD, "config.json": "old", "other": ""}))

    assert {planned.file.path: planned.status for planned in plan.files} == {
        "README.md": Status.EQUAL,
        "config.json": Status.CHANGED,
        "tokenizer.json": Status.NEW,
    }
    assert [file.path for file in plan.changes] == ["config.json", "tokenizer.json"]
    assert (plan.parent, plan.is_pull_request) == (COMMIT, False)


def test_a_new_repository_has_no_parent() -> None:
    plan = plan_of(FILES)

    assert plan.parent is None
    assert len(plan.changes) == len(FILES)
    assert plan.visibility.startswith("new, as the Hub makes it")


def test_the_card_is_planned_as_it_will_be_there() -> None:
    there = "---\nlicense: apache-2.0\n---\nBy hand.\n"

    plan = plan_of(FILES, remote_state({"README.md": there}))

    assert plan.card == "---\nlicense: mit\n---\nBy hand.\n"
    assert "-license: apache-2.0\n+license: mit\n" in plan.card_diff
    assert plan.files[0].file.size == len(plan.card)


def test_a_plan_without_card_has_no_diff() -> None:
    plan = plan_of({"config.json": "{}"}, remote_state({"README.md": CARD}))

    assert (plan.card, plan.card_diff) == (None, "")
    assert plan.notes == (NO_CARD,)


@pytest.mark.parametrize(
    ("is_private", "is_gated", "words"),
    [
        (False, False, "public"),
        (True, False, "private"),
        (False, True, "public, gated"),
    ],
)
def test_who_sees_the_repository_is_reported(
    *, is_private: bool, is_gated: bool, words: str
) -> None:
    remote = replace(remote_state({}, is_private=is_private), is_gated=is_gated)

    assert plan_of(FILES, remote).visibility == words


@pytest.mark.parametrize(
    ("route", "is_owned", "is_pull_request"),
    [
        (Route.BY_OWNER, True, False),
        (Route.BY_OWNER, False, True),
        (Route.COMMIT, False, False),
        (Route.PULL_REQUEST, True, True),
    ],
)
def test_strangers_ask_by_pull_request(
    route: Route, *, is_owned: bool, is_pull_request: bool
) -> None:
    remote = remote_state({}) if is_owned else remote_state({}, account=STRANGER)

    plan = plan_of(FILES, remote, PushChoice(NAME, route=route))

    assert plan.is_pull_request is is_pull_request


@pytest.mark.parametrize(("content", "is_waiting"), [("{}", True), ("other", False), (None, False)])
def test_a_pull_request_with_all_files_is_waited_for(
    content: str | None, *, is_waiting: bool
) -> None:
    files = {} if content is None else {"config.json": remote_file(content)}
    pull = RemotePull(3, "url", files)
    remote = replace(remote_state({}, account=STRANGER), pulls=(pull,))

    plan = plan_of({"config.json": "{}"}, remote)

    assert plan.waiting == (pull if is_waiting else None)


@pytest.mark.parametrize(("card", "is_noted"), [(CARD, False), (f"{CARD}Mine.\n", True)])
def test_text_that_does_not_go_is_noted(card: str, *, is_noted: bool) -> None:
    plan = plan_of({"README.md": card}, remote_state({"README.md": f"{CARD}Theirs.\n"}))

    assert (KEPT_TEXT in plan.notes) is is_noted


def test_passages_are_noted_where_they_go() -> None:
    files = {**FILES, "eval/examples.parquet": "rows"}

    plan = plan_of(files, choice=PushChoice(NAME, with_passages=True))

    assert plan.notes == (PASSAGES_GO,)


@pytest.mark.parametrize(
    ("choice", "sentence"),
    [
        (PushChoice(NAME, Selection.CARD), "the card can only go to a model that is there"),
        (PushChoice(NAME, Selection.RESULTS), "the results can only go to a model that is there"),
        (PushChoice(NAME, route=Route.PULL_REQUEST), "leave --create-pr out"),
    ],
)
def test_some_choices_need_a_repository(choice: PushChoice, sentence: str) -> None:
    with pytest.raises(PublishError, match=sentence):
        plan_of(FILES, choice=choice)


def test_only_owners_make_repositories() -> None:
    with pytest.raises(PublishError, match="and only its owner can make it; check the name"):
        plan_of(FILES, remote_state(account=STRANGER))


def test_a_plan_for_a_new_repository_needs_no_account() -> None:
    assert plan_of(FILES, remote_state(account=None)).parent is None


@pytest.mark.parametrize(
    ("is_private", "wanted", "sentence"),
    [
        (False, Visibility.PRIVATE, "is public, .* leave --private out"),
        (True, Visibility.PUBLIC, "is private, .* leave --public out"),
    ],
)
def test_a_push_never_changes_who_sees_a_repository(
    *, is_private: bool, wanted: Visibility, sentence: str
) -> None:
    remote = remote_state({}, is_private=is_private)

    with pytest.raises(PublishError, match=sentence):
        plan_of(FILES, remote, PushChoice(NAME, visibility=wanted))


def test_results_without_a_card_there_are_their_files() -> None:
    files = {"README.md": CARD, ".eval_results/a.yaml": "[]"}

    plan = plan_of(files, remote_state({}), PushChoice(NAME, Selection.RESULTS))

    assert [planned.file.path for planned in plan.files] == [".eval_results/a.yaml"]


def test_an_empty_folder_is_refused() -> None:
    with pytest.raises(PublishError, match=r"folder: holds nothing to push \(everything\); name"):
        plan_of({})
