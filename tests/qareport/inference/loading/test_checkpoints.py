"""A name becomes a folder with a commit and a hash, whether it lies here or on the Hub."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from transformers import AutoModelForQuestionAnswering

from qareport.errors import ModelError
from qareport.inference.loading.checkpoints import find_checkpoint
from tests.hub_server import Hub, hub_server
from tests.tiny_models import build_tiny_model

NAME = "someone/tiny"
FIND = """
import json, sys

from qareport.inference.loading.checkpoints import find_checkpoint
from qareport.errors import ModelError

try:
    found = find_checkpoint(sys.argv[1], sys.argv[2] or None)
except ModelError as error:
    print(json.dumps({"error": str(error)}))
else:
    files = sorted(path.name for path in found.folder.iterdir())
    print(json.dumps({"name": found.name, "revision": found.revision, "files": files}))
"""


@dataclass(frozen=True, slots=True)
class Found:
    """What a new process says of a name."""

    name: str = ""
    revision: str = ""
    files: tuple[str, ...] = ()
    error: str = ""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A saved model that a test may damage."""
    return build_tiny_model("bert", tmp_path / "tiny")


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """A Hub with a model, with its pickled twin beside it, and one that is gated."""
    root = tmp_path_factory.mktemp("hub")
    folder = build_tiny_model("bert", root / "models" / NAME)
    (folder / "pytorch_model.bin").write_bytes(b"pickled")
    (root / "models/someone/gated").mkdir()
    (root / "models/someone/gated/config.json").write_text("{}")
    with hub_server(root) as server:
        server.gated["someone/gated"] = 403
        yield server


def find_in_new_process(name: str, revision: str, environment: Mapping[str, str]) -> Found:
    """What `find_checkpoint` gives where the Hub client reads this environment."""
    run = subprocess.run(
        [sys.executable, "-c", FIND, name, revision],
        env={**os.environ, "HF_HUB_OFFLINE": "0", **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(run.stdout)
    return Found(**{**told, "files": tuple(told.get("files", ()))})


def save_in_parts(folder: Path, target: Path) -> None:
    """Saves a model with its weights in several files."""
    model = AutoModelForQuestionAnswering.from_pretrained(folder)
    model.save_pretrained(target, max_shard_size="50KB")


def refusal(name: str, revision: str | None = None) -> str:
    """Why a name is refused."""
    with pytest.raises(ModelError) as caught:
        find_checkpoint(name, revision)
    return str(caught.value)


def test_a_folder_keeps_its_name_and_has_no_revision(folder: Path) -> None:
    checkpoint = find_checkpoint(str(folder))

    assert (checkpoint.name, checkpoint.folder) == (str(folder), folder)
    assert checkpoint.revision is None


def test_hash_of_one_file_is_that_of_its_bytes(folder: Path) -> None:
    weights = (folder / "model.safetensors").read_bytes()

    assert find_checkpoint(str(folder)).weights_sha256 == hashlib.sha256(weights).hexdigest()


def test_hash_of_parts_is_that_of_their_list_as_sha256sum_prints_it(
    folder: Path, tmp_path: Path
) -> None:
    parted = build_tiny_model("bert", tmp_path / "parted")
    (parted / "model.safetensors").unlink()
    save_in_parts(folder, parted)

    checkpoint = find_checkpoint(str(parted))

    parts = sorted(parted.glob("*.safetensors"))
    assert len(parts) > 1
    lines = [f"{hashlib.sha256(part.read_bytes()).hexdigest()}  {part.name}\n" for part in parts]
    assert checkpoint.weights_sha256 == hashlib.sha256("".join(lines).encode()).hexdigest()


# transformers loads model.safetensors where there is one, whatever lies beside it.
def test_hash_is_that_of_the_file_that_is_loaded(folder: Path) -> None:
    alone = find_checkpoint(str(folder)).weights_sha256
    save_in_parts(folder, folder)

    assert find_checkpoint(str(folder)).weights_sha256 == alone


def test_a_folder_has_no_revisions(folder: Path) -> None:
    assert refusal(str(folder), "main") == (
        f"{folder}: a folder has no revisions; leave --model-revision out"
    )


def test_a_folder_without_configuration_is_refused(folder: Path) -> None:
    (folder / "config.json").unlink()

    assert refusal(str(folder)) == (
        f"{folder}: no config.json; name the folder or Hub id of a saved model"
    )


@pytest.mark.parametrize("name", ["no/such/folder", "/nowhere", "two words"])
def test_a_name_that_can_be_neither_folder_nor_id_is_refused(name: str) -> None:
    assert refusal(name) == f"{name}: neither a folder nor a Hub id like 'owner/model'"


def test_a_file_is_no_folder(folder: Path) -> None:
    name = str(folder / "model.safetensors")

    assert refusal(name) == f"{name}: neither a folder nor a Hub id like 'owner/model'"


@pytest.mark.parametrize("revision", ["", "main"])
def test_a_model_on_the_hub_is_recorded_with_its_commit(
    hub: Hub, tmp_path: Path, revision: str
) -> None:
    found = find_in_new_process(NAME, revision, hub.environment(tmp_path))

    assert (found.name, found.revision) == (NAME, hub.commit("models", NAME))


def test_pickled_weights_are_not_even_downloaded(hub: Hub, tmp_path: Path) -> None:
    found = find_in_new_process(NAME, "", hub.environment(tmp_path))

    assert "model.safetensors" in found.files
    assert "pytorch_model.bin" not in found.files


def test_a_model_in_the_cache_is_found_without_the_hub(hub: Hub, tmp_path: Path) -> None:
    online = find_in_new_process(NAME, "", hub.environment(tmp_path))

    offline = {**hub.environment(tmp_path), "HF_HUB_OFFLINE": "1"}
    assert find_in_new_process(NAME, "", offline) == online


def test_a_model_that_the_hub_does_not_have_is_refused(hub: Hub, tmp_path: Path) -> None:
    found = find_in_new_process("someone/missing", "", hub.environment(tmp_path))

    assert found.error == (
        "someone/missing: neither a folder here nor a model on the Hub that you may read; "
        "check the spelling, or log in with `hf auth login` if it is private"
    )


def test_a_revision_that_the_hub_does_not_have_is_refused(hub: Hub, tmp_path: Path) -> None:
    found = find_in_new_process(NAME, "v9", hub.environment(tmp_path))

    assert found.error == (
        "someone/tiny (revision v9): the Hub has the model, but not this revision"
    )


def test_a_model_behind_terms_tells_how_to_accept_them(hub: Hub, tmp_path: Path) -> None:
    found = find_in_new_process("someone/gated", "", hub.environment(tmp_path))

    assert found.error == (
        "someone/gated: the Hub gives it only to those who accepted its terms; accept them on "
        "its page and log in with `hf auth login`"
    )


def test_an_interrupted_download_is_not_taken_for_a_model(hub: Hub, tmp_path: Path) -> None:
    find_in_new_process(NAME, "", hub.environment(tmp_path))
    (weights,) = tmp_path.rglob("model.safetensors")
    weights.unlink()

    offline = {**hub.environment(tmp_path), "HF_HUB_OFFLINE": "1"}
    found = find_in_new_process(NAME, "", offline)

    assert found.error == (
        "someone/tiny: not a folder, not in the local cache, and the Hub cannot be reached; "
        "check the path, the network and HF_HUB_OFFLINE"
    )


def test_a_hub_that_answers_nonsense_is_told(hub: Hub, tmp_path: Path) -> None:
    environment = {**hub.environment(tmp_path), "HF_ENDPOINT": f"{hub.url}/nothing/here"}

    found = find_in_new_process(NAME, "", environment)

    assert found.error == (
        "someone/tiny: not a folder, not in the local cache, and the Hub cannot be reached; "
        "check the path, the network and HF_HUB_OFFLINE"
    )


@pytest.mark.parametrize(
    "environment",
    [
        {"HF_HUB_OFFLINE": "1"},
        # Nothing listens on the port of the discard service.
        {"HF_ENDPOINT": "http://127.0.0.1:9"},
    ],
)
def test_a_hub_out_of_reach_is_told(tmp_path: Path, environment: Mapping[str, str]) -> None:
    found = find_in_new_process(NAME, "", {"HF_HOME": str(tmp_path), **environment})

    assert found.error == (
        "someone/tiny: not a folder, not in the local cache, and the Hub cannot be reached; "
        "check the path, the network and HF_HUB_OFFLINE"
    )
