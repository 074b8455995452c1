"""A model's folder makes nobody read a file outside it."""

import json
import os
from pathlib import Path

import pytest

from qareport.errors import ModelError
from qareport.inference.loading.checkpoints import find_folder
from qareport.inference.loading.models import load_tokenizer
from qareport.inference.loading.own_files import UNUSED_KEYS, require_own_files
from tests.tiny_models import build_tiny_model

WORDS = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nsecret\n"


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret.txt"
    path.write_text(WORDS)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "model"
    path.mkdir()
    return path


@pytest.mark.parametrize("name", ["vocab.txt", "tokenizer.json", "modeling_x.py", "spm.model"])
def test_a_link_out_of_the_folder_is_refused(folder: Path, secret: Path, name: str) -> None:
    (folder / name).symlink_to(secret)

    with pytest.raises(ModelError) as caught:
        find_folder(str(folder), None, files=())

    assert str(caught.value) == (
        f"{folder}: {name} is a link that leads out of the folder; put the file itself there"
    )


def test_a_link_that_transformers_does_not_read_is_none_of_our_business(
    folder: Path, secret: Path
) -> None:
    (folder / "notes.md").symlink_to(secret)

    require_own_files("tiny", folder)


@pytest.mark.parametrize("file", ["tokenizer_config.json", "special_tokens_map.json"])
@pytest.mark.parametrize("key", ["vocab", "merges", "merges_file", "gguf_file"])
@pytest.mark.parametrize("is_relative", [False, True])
def test_a_tokenizer_names_no_file_outside_its_folder(
    folder: Path, secret: Path, file: str, key: str, *, is_relative: bool
) -> None:
    named = os.path.relpath(secret) if is_relative else str(secret)
    (folder / file).write_text(json.dumps({key: named}))

    with pytest.raises(ModelError) as caught:
        require_own_files("tiny", folder)

    assert str(caught.value) == (
        f"tiny: {file} makes the tokenizer read {named}, which is outside the folder, by {key!r}; "
        "remove the key, or save the tokenizer again with save_pretrained"
    )


@pytest.mark.parametrize(
    "content",
    [
        *(json.dumps({key: __file__}) for key in sorted(UNUSED_KEYS)),
        json.dumps({"name_or_path": __file__, "vocab": None, "merges": ["a b"]}),
        json.dumps({"merges_file": "/nowhere/merges.txt"}),
        "[]",
        "{",
    ],
)
def test_what_is_not_read_is_not_refused(folder: Path, content: str) -> None:
    (folder / "tokenizer_config.json").write_text(content)

    require_own_files("tiny", folder)


def test_a_file_inside_may_be_named(folder: Path) -> None:
    (folder / "words.txt").write_text(WORDS)
    (folder / "tokenizer_config.json").write_text(json.dumps({"vocab": str(folder / "words.txt")}))

    require_own_files("tiny", folder)


@pytest.mark.slow
@pytest.mark.parametrize("key", sorted(UNUSED_KEYS))
def test_transformers_ignores_the_paths_that_are_let_through(
    tmp_path: Path, secret: Path, key: str
) -> None:
    model = build_tiny_model("bert", tmp_path / "tiny")
    (model / "tokenizer.json").unlink()
    (model / "vocab.txt").write_text(WORDS.replace("secret", "public"))
    settings = json.loads((model / "tokenizer_config.json").read_text())
    (model / "tokenizer_config.json").write_text(json.dumps({**settings, key: str(secret)}))

    words = load_tokenizer("tiny", model, trust_remote_code=False).get_vocab()

    assert "public" in words
    assert "secret" not in words
