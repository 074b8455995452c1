"""Tests which files of a folder can be published, and that secrets stop it."""

import gzip
import hashlib
import os
from pathlib import Path

import pytest

from qareport.errors import PublishError
from qareport.hub.planning import secrets
from qareport.hub.planning.local_folder import LeftOut, LocalFolder, read_folder
from qareport.hub.planning.parts import PublicationPart

TOKEN = "hf_" + "a1B2" * 9
CONFIG = b'{"model_type": "bert"}'


def write(folder: Path, *paths: str) -> None:
    for path in paths:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(CONFIG)


def read(folder: Path) -> LocalFolder:
    return read_folder(folder, {})


def test_files_come_with_their_hashes(tmp_path: Path) -> None:
    write(tmp_path, "config.json")

    (file,) = read(tmp_path).files

    assert (file.path, file.part, file.size) == ("config.json", PublicationPart.MODEL, len(CONFIG))
    assert file.sha256 == hashlib.sha256(CONFIG).hexdigest()
    assert file.blob_id == git_id(CONFIG)


def git_id(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def test_every_file_goes_or_stays_with_a_reason(tmp_path: Path) -> None:
    write(
        tmp_path,
        "config.json",
        "eval/evaluation.json",
        "eval/predictions.json",
        "predictions.json",
        "work/cache/deep.json",
        ".git/config",
        ".eval_results/a.yaml",
        "checkpoint-1/model.safetensors",
        "optimizer.pt",
    )

    local = read(tmp_path)

    assert [file.path for file in local.files] == [
        ".eval_results/a.yaml",
        "config.json",
        "eval/evaluation.json",
        "eval/predictions.json",
    ]
    assert local.left_out == (
        LeftOut(".git/", "hidden"),
        LeftOut("checkpoint-1/", "checkpoints of a training run"),
        LeftOut("optimizer.pt", "the state of a training run"),
        LeftOut("predictions.json", "not among the names that push knows"),
        LeftOut("work/", "of no use after the training run"),
    )
    assert local.records == ("eval/evaluation.json",)


def test_parts_that_are_not_chosen_stay(tmp_path: Path) -> None:
    write(tmp_path, "config.json", "README.md")

    local = read_folder(tmp_path, {PublicationPart.CARD: "not now"})

    assert [file.path for file in local.files] == ["config.json"]
    assert local.left_out == (LeftOut("README.md", "not now"),)
    assert local.card is None


def test_the_card_keeps_its_line_ends(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_bytes("\ufeff# é\r\n".encode())

    assert read(tmp_path).card == "\ufeff# é\r\n"


def test_names_that_cannot_be_printed_stay(tmp_path: Path) -> None:
    write(tmp_path, "eval\n\u202e/evaluation.json")

    local = read(tmp_path)

    assert local.files == ()
    assert local.left_out == (
        LeftOut(r"'eval\n\u202e/evaluation.json'", "its name cannot be printed"),
    )


def test_a_pipe_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "config.json")

    assert read(tmp_path).left_out == (LeftOut("config.json", "not a regular file"),)


def test_a_link_within_the_folder_is_followed(tmp_path: Path) -> None:
    write(tmp_path, "model/weights")
    (tmp_path / "model.safetensors").symlink_to("model/weights")

    (file,) = read(tmp_path).files

    assert (file.path, file.size) == ("model.safetensors", len(CONFIG))


def test_a_link_to_a_folder_is_not_entered(tmp_path: Path) -> None:
    write(tmp_path, "eval/evaluation.json")
    (tmp_path / "same").symlink_to("eval")

    local = read(tmp_path)

    assert [file.path for file in local.files] == ["eval/evaluation.json"]
    assert local.left_out == (LeftOut("same/", "a link to a folder"),)


@pytest.mark.parametrize("name", ["config.json", "eval", "notes.txt"])
def test_a_link_out_of_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    outside = tmp_path / "outside"
    write(tmp_path, "outside/secret", "inside/README.md")
    (tmp_path / "inside" / name).symlink_to(outside / "secret")

    with pytest.raises(PublishError, match=f"{name}: is a link that leaves the folder; replace"):
        read(tmp_path / "inside")


def test_a_link_to_nothing_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").symlink_to("missing")

    with pytest.raises(PublishError, match=r"config\.json: is a broken link; remove it"):
        read(tmp_path)


@pytest.mark.parametrize("path", [".env", "eval/id_rsa", "token"])
def test_names_of_secrets_stop_even_where_they_would_stay(tmp_path: Path, path: str) -> None:
    write(tmp_path, path)

    with pytest.raises(PublishError, match="looks like a secret by its name; move it out of"):
        read(tmp_path)


def test_secrets_in_texts_stop(tmp_path: Path) -> None:
    (tmp_path / "recipe.json").write_text(f'"{TOKEN}"')

    with pytest.raises(PublishError) as caught:
        read(tmp_path)

    assert str(caught.value) == (
        f"{tmp_path}/recipe.json: holds a token of the Hugging Face Hub; remove it and push again"
    )


@pytest.mark.parametrize("name", ["model.safetensors", "spm.model", "charts/a.png", "LICENSE"])
def test_the_token_in_use_is_found_in_files_of_every_kind(tmp_path: Path, name: str) -> None:
    write(tmp_path, name)
    (tmp_path / name).write_bytes(b"\0" * 99_999 + b"oddtoken-1")

    with pytest.raises(PublishError) as caught:
        read_folder(tmp_path, {}, token="oddtoken-1")  # noqa: S106 - the token of nobody

    assert str(caught.value) == (
        f"{tmp_path}/{name}: holds the token in use; remove it and push again"
    )


def test_a_stored_token_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "oddtoken-2")
    (tmp_path / "LICENSE").write_text("oddtoken-2")

    with pytest.raises(PublishError, match="LICENSE: holds the token in use"):
        read(tmp_path)


@pytest.mark.parametrize("secret", [TOKEN, TOKEN.encode().hex()])
def test_secrets_in_names_stop_and_are_not_shown(tmp_path: Path, secret: str) -> None:
    write(tmp_path, f"charts/{secret}.png")

    with pytest.raises(PublishError) as caught:
        read(tmp_path)

    assert secret not in str(caught.value)
    assert str(caught.value).endswith(
        ": its name holds a token of the Hugging Face Hub; rename it and push again"
    )


def test_what_unpacks_to_too_much_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "LARGEST_UNPACKED", 10)
    (tmp_path / "LICENSE").write_bytes(gzip.compress(bytes(11)))

    with pytest.raises(PublishError, match=r"LICENSE: unpacks to more than 10 bytes, which is too"):
        read(tmp_path)


def test_a_card_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_bytes(b"\xff")

    with pytest.raises(PublishError, match=r"README\.md: is not UTF-8; save it as UTF-8"):
        read(tmp_path)


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PublishError, match="missing: is not a folder; name the one to push"):
        read(tmp_path / "missing")


def test_what_cannot_be_read_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for _ in range(20):
        Path("a" * 250).mkdir()
        monkeypatch.chdir("a" * 250)

    with pytest.raises(PublishError, match=r"aaa: cannot be read \(File name too long\)$"):
        read(tmp_path)


def test_the_student_of_a_training_stands_at_the_top(tmp_path: Path) -> None:
    write(tmp_path, "training.json")
    for name in ("config.json", "notes.txt", "README.md"):
        write(tmp_path, f"model/{name}")
    write(tmp_path, "teacher-model/config.json")

    found = read_folder(tmp_path, {})

    assert [(file.path, file.source) for file in found.files] == [
        ("config.json", "model/config.json"),
        ("training.json", "training.json"),
    ]
    assert {left.path for left in found.left_out} == {
        "model/notes.txt",
        "model/README.md",
        "teacher-model/config.json",
    }


def test_a_folder_called_model_is_nothing_special_elsewhere(tmp_path: Path) -> None:
    write(tmp_path, "model/config.json")

    assert read_folder(tmp_path, {}).files == ()
