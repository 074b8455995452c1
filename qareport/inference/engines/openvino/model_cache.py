"""Caches converted models on the disk, and makes damaged ones again."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import openvino as ov
import platformdirs

from qareport.data.files import file_sha256
from qareport.data.readers.json_file import read_json
from qareport.errors import DataError
from qareport.inference.callback import Log

FOLDER_VARIABLE = "QAREPORT_CACHE"
"""Environment variable that names another folder for the cache."""
MODEL = "model.xml"
FILES = (MODEL, "model.bin")
HASHES = "hashes.json"


def default_folder() -> Path:
    """The folder of converted models, where this system keeps caches."""
    own = os.environ.get(FOLDER_VARIABLE)
    if own:
        return Path(own) / "openvino"
    return platformdirs.user_cache_path("qareport", appauthor=False) / "openvino"


def key_of(facts: Mapping[str, object]) -> str:
    """A hash of all facts that a converted model depends on."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class ModelCache:
    """A folder with one folder for each converted model; it may be removed at any time."""

    folder: Path
    log: Log
    """Called about damaged models, and about models that cannot be stored."""

    def take_or_make(self, key: str, make: Callable[[], ov.Model]) -> ov.Model:
        """The model in the cache, or a new one, which is stored there."""
        entry = self.folder / key
        if entry.exists():
            if _is_whole(entry):
                return ov.Core().read_model(entry / MODEL)
            self.log(f"{entry}: the converted model there is damaged, and is made again")
        made = make()
        try:
            _store(made, entry)
        except OSError as error:
            self.log(f"{entry}: the converted model cannot be kept ({error.strerror or error})")
        return made


def _is_whole(entry: Path) -> bool:
    """Whether the files are those that were written."""
    try:
        known = read_json(entry / HASHES, refusal=DataError)
        return bool(known == _hashes(entry))
    except (OSError, DataError):
        return False


def _hashes(entry: Path) -> Mapping[str, str]:
    return {name: file_sha256(entry / name) for name in FILES}


def _store(model: ov.Model, entry: Path) -> None:
    """Stores the model in its folder, whole or not at all."""
    entry.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=entry.parent, prefix=".new-") as parent:
        new = Path(parent) / entry.name
        new.mkdir()
        ov.save_model(model, new / MODEL, compress_to_fp16=False)
        (new / HASHES).write_text(json.dumps(_hashes(new)), encoding="utf-8", newline="\n")
        shutil.rmtree(entry, ignore_errors=True)
        try:
            new.rename(entry)
        except OSError:
            # Another process was faster, and its model is as good.
            if not _is_whole(entry):
                raise
