"""Finds the folder of a model, downloads it from the Hub, and refuses unsafe checkpoints."""

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

from qareport.data.secrets import hide_all_secrets
from qareport.errors import ModelError
from qareport.inference.loading.configurations import CONFIG, check_configuration
from qareport.inference.loading.own_files import require_own_files
from qareport.inference.loading.weight_files import (
    FileState,
    StoredTensors,
    file_states,
    find_weight_files,
    hash_weights,
    read_stored,
)

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
    """Hash of the files that transformers loads."""
    stored: StoredTensors
    files: tuple[Path, ...]
    states: tuple[FileState, ...]
    """Of these files, before they were hashed."""

    def require_unchanged(self) -> None:
        """Requires that what has been loaded since is what was hashed.

        Raises:
            ModelError: another program has written to the files, or replaced them.
        """
        if file_states(self.files) != self.states:
            raise ModelError(
                f"{self.name}: its weight files were changed while they were read; "
                "run the command again when no other program writes them"
            )


def find_checkpoint(name: str, revision: str | None = None) -> Checkpoint:
    """The checkpoint in the folder `name`, or from the Hub or its local cache.

    Raises:
        DataError: a file of it cannot be read as text.
        ModelError: there is none, it lacks configuration, tokenizer or safetensors weights, or
            these do not go together.
    """
    folder = find_folder(name, revision, files=DOWNLOADED)
    commit = None if Path(name).is_dir() else folder.name
    if not (folder / CONFIG).is_file():
        raise ModelError(f"{name}: no config.json; name the folder or Hub id of a saved model")
    files = find_weight_files(name, folder)
    if not any((folder / file).is_file() for file in TOKENIZER_FILES):
        raise ModelError(f"{name}: no tokenizer files; save the model's tokenizer beside it")
    states = file_states(files)
    stored = read_stored(name, files)
    check_configuration(name, folder, stored)
    return Checkpoint(name, folder, commit, hash_weights(files), stored, files, states)


def find_folder(name: str, revision: str | None, *, files: Sequence[str]) -> Path:
    """The folder `name`, or one with those `files` of a Hub repository, such as "*.json".

    Raises:
        DataError: a file of it cannot be read as text.
        ModelError: there is none, or its files make transformers read others outside it.
    """
    is_here = Path(name).is_dir()
    if is_here and revision is not None:
        raise ModelError(f"{name}: a folder has no revisions; leave --model-revision out")
    folder = Path(name) if is_here else _download(name, revision, files)
    require_own_files(name, folder)
    return folder


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
        raise ModelError(
            f"{at}: the download failed ({hide_all_secrets(str(error))}); try again"
        ) from error
