"""Tests that a folder is checked before anything is sent."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from huggingface_hub import HfApi

from qareport.errors import CheckError, DataError, PublishError
from qareport.evaluation.evaluation_json import write_evaluation
from qareport.hub.planning.choice import PushChoice
from qareport.hub.planning.local_folder import read_folder
from qareport.hub.planning.plan import plan_push
from qareport.hub.pushing import check_folder, prepare_push
from qareport.hub.sending.committing import SMALL_FILE, send_commit
from qareport.hub.sending.connection import Connection, connect
from tests.answering_builders import evaluation
from tests.hub.pushing import add_record
from tests.publishing_builders import ME, NAME, remote_state

NOWHERE = Connection(HfApi(endpoint="http://127.0.0.1:9", token=False), "http://127.0.0.1:9", None)
CHOICE = PushChoice(NAME)


def never_content(folder: Path) -> Sequence[str]:
    return (f"{folder.name} is bad", "and worse")


def always_content(_: Path) -> Sequence[str]:
    return ()


def test_all_that_checks_find_is_reported(tmp_path: Path) -> None:
    with pytest.raises(CheckError) as caught:
        check_folder(tmp_path, (always_content, never_content))

    assert str(caught.value) == (
        f"{tmp_path}: not fit to be pushed:\n- {tmp_path.name} is bad\n- and worse"
    )


def test_a_good_folder_passes(tmp_path: Path) -> None:
    check_folder(tmp_path, (always_content,))


@pytest.mark.parametrize("place", ["evaluation.json", "eval/evaluation.json"])
def test_partial_records_are_refused_without_a_word(tmp_path: Path, place: str) -> None:
    add_record((tmp_path / place).parent, left_out=1)

    with pytest.raises(CheckError, match=f"{place}: is partial, since questions were left out"):
        prepare_push(tmp_path, CHOICE, NOWHERE)


def test_partial_records_go_with_a_word(tmp_path: Path) -> None:
    write_evaluation(replace(evaluation(), is_partial=True), tmp_path / "evaluation.json")

    push = prepare_push(tmp_path, replace(CHOICE, allow_partial=True), NOWHERE)

    assert [file.path for file in push.folder.files] == ["evaluation.json"]
    assert push.account is None


def test_broken_records_are_refused(tmp_path: Path) -> None:
    (tmp_path / "evaluation.json").write_text("[]")

    with pytest.raises(DataError, match=r"evaluation\.json: is not a record of qareport"):
        prepare_push(tmp_path, CHOICE, NOWHERE)


def test_the_network_is_not_used_offline() -> None:
    with pytest.raises(PublishError, match="HF_HUB_OFFLINE is set; unset it to push"):
        connect()


@pytest.mark.parametrize("size", [3, SMALL_FILE + 1])
def test_a_file_that_changes_after_the_plan_is_not_sent(tmp_path: Path, size: int) -> None:
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(b"a" * size)
    plan = plan_push(read_folder(tmp_path, {}), remote_state({}), CHOICE)
    weights.write_bytes(b"b" * size)

    with pytest.raises(PublishError, match="has changed since the plan was made; push again"):
        send_commit(NOWHERE, plan, ME)


def test_a_file_that_goes_after_the_plan_is_reported(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    plan = plan_push(read_folder(tmp_path, {}), remote_state({}), CHOICE)
    (tmp_path / "config.json").unlink()

    with pytest.raises(PublishError, match="can no longer be read; push again"):
        send_commit(NOWHERE, plan, ME)
