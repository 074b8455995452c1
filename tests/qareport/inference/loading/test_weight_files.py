"""The weight files that are hashed are those that transformers loads, and lie in the folder."""

import json
from collections.abc import Mapping
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file
from transformers import AutoModelForQuestionAnswering

from qareport.data.files import file_sha256
from qareport.errors import ModelError
from qareport.inference.loading.checkpoints import find_checkpoint
from qareport.inference.loading.models import load_model
from qareport.inference.loading.weight_files import (
    INDEX,
    WHOLE,
    StoredTensors,
    find_weight_files,
    read_stored,
)
from tests.answering_builders import FLOAT32
from tests.tiny_models import build_tiny_model

INDEXED = {"metadata": {}, "weight_map": {"a": "x.safetensors"}}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder for files of weights."""
    path = tmp_path / "model"
    path.mkdir()
    return path


def write_index(folder: Path, content: object) -> None:
    """Writes the index of a model in parts."""
    (folder / INDEX).write_text(json.dumps(content))


def refusal(folder: Path) -> str:
    """Why the weights of the model in a folder are refused."""
    with pytest.raises(ModelError) as caught:
        find_weight_files("tiny", folder)
    return str(caught.value)


def test_one_file_goes_before_an_index(folder: Path) -> None:
    (folder / WHOLE).touch()
    write_index(folder, INDEXED)

    assert find_weight_files("tiny", folder) == (folder / WHOLE,)


def test_parts_are_those_that_the_index_names_and_nothing_beside_them(folder: Path) -> None:
    for name in ("x.safetensors", "a.safetensors", "model-decoy.safetensors", "pytorch_model.bin"):
        (folder / name).touch()
    names = {"one": "x.safetensors", "two": "a.safetensors", "three": "x.safetensors"}
    write_index(folder, {"metadata": {"total_size": 1}, "weight_map": names})

    assert find_weight_files("tiny", folder) == (folder / "a.safetensors", folder / "x.safetensors")


@pytest.mark.slow
def test_a_changed_part_changes_the_answers_and_the_hash_and_a_decoy_neither(
    tmp_path: Path,
) -> None:
    whole = build_tiny_model("bert", tmp_path / "whole")
    parted = copytree(whole, tmp_path / "parted")
    (parted / WHOLE).unlink()
    model = AutoModelForQuestionAnswering.from_pretrained(whole)
    model.save_pretrained(parted, max_shard_size="50KB")
    before = load_model(str(parted), FLOAT32).identity
    (parted / "model-decoy.safetensors").write_bytes((whole / WHOLE).read_bytes())
    with_decoy = load_model(str(parted), FLOAT32).identity
    torch.nn.init.ones_(model.qa_outputs.bias)
    model.save_pretrained(parted, max_shard_size="50KB")

    assert before == with_decoy
    assert load_model(str(parted), FLOAT32).identity.weights_sha256 != before.weights_sha256


@pytest.mark.parametrize(
    "part",
    ["x.bin", "../x.safetensors", "/x.safetensors", "sub/x.safetensors", "gone.safetensors", ""],
)
def test_an_index_names_safetensors_files_of_its_folder_alone(folder: Path, part: str) -> None:
    (folder / "sub").mkdir()
    for path in (folder / "x.bin", folder.parent / "x.safetensors", folder / "sub/x.safetensors"):
        path.touch()
    write_index(folder, {"metadata": {}, "weight_map": {"a": part}})

    assert refusal(folder) == (
        f"tiny: {INDEX} names {part!r}, which is not a safetensors file in the same folder; "
        "get all files of the model, or save it again with save_pretrained"
    )


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ({}, "weight_map: Field required"),
        ([], "the whole file: Input should be an object"),
        ({"weight_map": {}}, "metadata: Field required"),
        ({"weight_map": ["x"], "metadata": {}}, "weight_map: Input should be an object"),
        ({"weight_map": {"a": 1}, "metadata": {}}, "weight_map.a: Input should be a valid string"),
    ],
)
def test_an_index_of_another_shape_is_refused(folder: Path, content: object, fault: str) -> None:
    write_index(folder, content)

    assert refusal(folder) == (
        f"tiny: {INDEX} does not say which file has which weights ({fault}); "
        "save the model again with save_pretrained"
    )


def test_an_index_without_weights_is_refused(folder: Path) -> None:
    write_index(folder, {"weight_map": {}, "metadata": {}})

    assert refusal(folder) == (
        f"tiny: {INDEX} lists no weights; save the model again with save_pretrained"
    )


@pytest.mark.parametrize("name", [WHOLE, INDEX, "x.safetensors"])
def test_a_link_out_of_the_folder_is_refused(folder: Path, name: str) -> None:
    write_index(folder, INDEXED)
    (folder / "x.safetensors").touch()
    outside = folder.parent / "outside"
    outside.write_bytes((folder / INDEX).read_bytes())
    (folder / name).unlink(missing_ok=True)
    (folder / name).symlink_to(outside)

    assert refusal(folder) == (
        f"tiny: {name} is a link that leads out of the folder; put the file itself there"
    )


def test_a_link_within_the_folder_is_followed(folder: Path) -> None:
    (folder / "weights").touch()
    (folder / WHOLE).symlink_to("weights")

    assert find_weight_files("tiny", folder) == (folder / WHOLE,)


def test_a_folder_that_is_a_link_is_followed(folder: Path) -> None:
    (folder / WHOLE).touch()
    link = folder.parent / "link"
    link.symlink_to(folder)

    assert find_weight_files("tiny", link) == (link / WHOLE,)


def test_a_snapshot_in_the_cache_of_the_hub_links_to_its_blobs(tmp_path: Path) -> None:
    repository = tmp_path / "hub" / "models--someone--tiny"
    snapshot = repository / "snapshots" / "c0ffee"
    snapshot.mkdir(parents=True)
    (repository / "blobs").mkdir()
    (repository / "blobs/beef").touch()
    (snapshot / WHOLE).symlink_to(Path("../../blobs/beef"))

    assert find_weight_files("tiny", snapshot) == (snapshot / WHOLE,)


def test_a_snapshot_links_to_no_other_repository(tmp_path: Path) -> None:
    snapshot, other = tmp_path / "one/snapshots/c0ffee", tmp_path / "two/blobs"
    snapshot.mkdir(parents=True)
    other.mkdir(parents=True)
    (other / "beef").touch()
    (snapshot / WHOLE).symlink_to(other / "beef")

    assert "leads out of the folder" in refusal(snapshot)


@pytest.mark.parametrize(
    "name", ["adapter_config.json", "shard-00000-model-00001-of-00001.safetensors"]
)
def test_weights_that_transformers_would_load_instead_are_refused(folder: Path, name: str) -> None:
    (folder / WHOLE).touch()
    (folder / name).touch()

    assert refusal(folder) == (
        f"tiny: {name} makes transformers load other weights than those of the model; "
        "remove it, or merge the weights and save the model again with save_pretrained"
    )


def test_a_variant_alone_is_refused(folder: Path) -> None:
    (folder / "model.fp16.safetensors").touch()

    assert refusal(folder) == (
        f"tiny: neither {WHOLE} nor {INDEX}, which transformers loads; "
        "rename the file, or save the model again with save_pretrained"
    )


def test_a_folder_that_is_gone_is_told(folder: Path) -> None:
    folder.rmdir()

    assert refusal(folder) == "tiny: cannot be read (No such file or directory); check the folder"


@pytest.mark.parametrize(
    ("tensors", "stored"),
    [
        ({}, StoredTensors(0, 0, 0)),
        ({"a": np.zeros((2, 3), "f4"), "b": np.zeros(5, "f2")}, StoredTensors(2, 11, 5)),
        ({"four in a byte": np.zeros(3, "u1")}, StoredTensors(1, 12, 3)),
        ({"many in a word": np.zeros(3, "i4")}, StoredTensors(1, 48, 3)),
        ({"nothing": np.zeros((10**9, 0), "f4")}, StoredTensors(1, 0, 0)),
    ],
)
def test_headers_say_how_much_is_stored(
    folder: Path, tensors: Mapping[str, np.ndarray], stored: StoredTensors
) -> None:
    save_file({**tensors}, folder / WHOLE)

    assert read_stored("tiny", [folder / WHOLE]) == stored


def test_the_hash_is_that_of_the_file_that_a_link_names(tmp_path: Path) -> None:
    folder = build_tiny_model("bert", tmp_path)
    (folder / WHOLE).rename(folder / "weights")
    (folder / WHOLE).symlink_to("weights")

    assert find_checkpoint(str(folder)).weights_sha256 == file_sha256(folder / "weights")
