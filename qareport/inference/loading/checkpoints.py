"""Finds the folder of a model, downloads it from the Hub, and refuses unsafe checkpoints."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from huggingface_hub import snapshot_download
from huggingface_hub.errors import (  # type: ignore[attr-defined] # HTTPError follows its client
    GatedRepoError,
    HFValidationError,
    HTTPError,
    LocalEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from qareport.data.files import file_sha256
from qareport.errors import ModelError

WEIGHTS = "model*.safetensors"
DOWNLOADED = ("*.json", "*.txt", "*.model", "*.py", WEIGHTS)
"""Configuration, tokenizers of all kinds, code for those who trust it, and weights."""
TOKENIZER_FILES = (
    "tokenizer.json",
    "vocab.txt",
    "vocab.json",
    "spiece.model",
    "spm.model",
    "sentencepiece.bpe.model",
    "tokenizer.model",
)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A folder with the files of a model."""

    name: str
    """Id on the Hub, or the folder as it was given."""
    folder: Path
    revision: str | None
    """Commit on the Hub; None for a folder."""
    weights_sha256: str


def find_checkpoint(name: str, revision: str | None = None) -> Checkpoint:
    """The checkpoint in the folder `name`, or from the Hub or its local cache.

    Raises:
        ModelError: there is none, or it lacks configuration, tokenizer or safetensors weights.
    """
    folder = find_folder(name, revision, files=DOWNLOADED)
    commit = None if Path(name).is_dir() else folder.name
    whole = folder / "model.safetensors"
    weight_files = [whole] if whole.is_file() else sorted(folder.glob(WEIGHTS))
    if not (folder / "config.json").is_file():
        raise ModelError(f"{name}: no config.json; name the folder or Hub id of a saved model")
    if not weight_files:
        raise ModelError(
            f"{name}: no safetensors weights, and pickled ones can run code when they are loaded; "
            "load the model where you trust it and save it again with save_pretrained"
        )
    if not any((folder / file).is_file() for file in TOKENIZER_FILES):
        raise ModelError(f"{name}: no tokenizer files; save the model's tokenizer beside it")
    return Checkpoint(name, folder, commit, _weights_sha256(weight_files))


def find_folder(name: str, revision: str | None, *, files: Sequence[str]) -> Path:
    """The folder `name`, or one with those `files` of a Hub repository, such as "*.json".

    Raises:
        ModelError: there is none.
    """
    if not Path(name).is_dir():
        return _download(name, revision, files)
    if revision is not None:
        raise ModelError(f"{name}: a folder has no revisions; leave --model-revision out")
    return Path(name)


def _download(name: str, revision: str | None, files: Sequence[str]) -> Path:
    """The cached snapshot of a Hub repository, fetched first where the Hub can be reached."""
    at = f"{name} (revision {revision})" if revision else name
    try:
        return Path(snapshot_download(name, revision=revision, allow_patterns=list(files)))
    except HFValidationError as error:
        raise ModelError(f"{name}: neither a folder nor a Hub id like 'owner/model'") from error
    except GatedRepoError as error:
        raise ModelError(
            f"{at}: the Hub gives it only to those who accepted its terms; accept them on its page "
            "and log in with `hf auth login`"
        ) from error
    except RepositoryNotFoundError as error:
        raise ModelError(
            f"{at}: neither a folder here nor a model on the Hub that you may read; "
            "check the spelling, or log in with `hf auth login` if it is private"
        ) from error
    except RevisionNotFoundError as error:
        raise ModelError(f"{at}: the Hub has the model, but not this revision") from error
    except LocalEntryNotFoundError as error:
        raise ModelError(
            f"{at}: not a folder, not in the local cache, and the Hub cannot be reached; "
            "check the path, the network and HF_HUB_OFFLINE"
        ) from error
    except (HTTPError, OSError) as error:
        raise ModelError(f"{at}: the download failed ({error}); try again") from error


def _weights_sha256(files: list[Path]) -> str:
    """Hash of the one file, or of the names and hashes of all parts."""
    if len(files) == 1:
        return file_sha256(files[0])
    lines = "".join(f"{file_sha256(file)}  {file.name}\n" for file in files)
    return hashlib.sha256(lines.encode()).hexdigest()
