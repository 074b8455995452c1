"""Caches converted models on the disk, and makes damaged ones again."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Generic, TypeVar

import platformdirs

from qareport.data.files import file_sha256
from qareport.data.readers.json_file import read_json
from qareport.errors import DataError
from qareport.inference.callback import Log
from qareport.inference.engines.engine import TorchEngine, model_settings
from qareport.inference.engines.table import ENGINES

FOLDER_VARIABLE = "QAREPORT_CACHE"
"""Environment variable that names another folder for the cache."""
HASHES = "hashes.json"

Converted = TypeVar("Converted")


@dataclass(frozen=True, slots=True)
class ModelFiles(Generic[Converted]):
    """How the converted models of an engine are kept in files."""

    engine: str
    """Its name, and that of its folder in the cache."""
    names: tuple[str, ...]
    """The files of a model in its folder."""
    read: Callable[[Path], Converted]
    """The model in a folder."""
    write: Callable[[Converted, Path], None]
    """Writes a model into an empty folder."""


def default_folder(engine: str) -> Path:
    """The folder of an engine's converted models, where this system keeps caches."""
    own = os.environ.get(FOLDER_VARIABLE)
    if own:
        return Path(own) / engine
    return platformdirs.user_cache_path("qareport", appauthor=False) / engine


def key_of(facts: Mapping[str, object]) -> str:
    """A hash of all facts that a converted model depends on."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def facts_of(whole: TorchEngine) -> Mapping[str, object]:
    """What affects the logits of a converted model beside its weights and number format."""
    return {
        **model_settings(whole.model.config),
        "architecture": type(whole.model).__name__,
        "takes_type_ids": whole.takes_type_ids,
    }


@dataclass(frozen=True, slots=True)
class ModelCache(Generic[Converted]):
    """A folder with one folder for each converted model; it may be removed at any time."""

    files: ModelFiles[Converted]
    folder: Path
    log: Log
    """Called about damaged models, and about models that cannot be stored."""

    def take_or_convert(
        self,
        whole: TorchEngine,
        make: Callable[[], Converted],
        *,
        weights_sha256: str,
        weights: str,
    ) -> Converted:
        """The converted model of an earlier run, or a new one; `weights` says how they are rounded.

        Models without a hash of their weights, or with code of their own, are made each time.
        """
        # Code that comes with a model may change without a trace.
        is_known = type(whole.model).__module__.startswith("transformers.")
        if not (weights_sha256 and is_known):
            return make()
        names = ("torch", "transformers", *ENGINES[self.files.engine].packages)
        packages = {name: version(name) for name in names}
        facts = {**facts_of(whole), **packages, "format": weights, "sha256": weights_sha256}
        return self.take_or_make(key_of(facts), make)

    def take_or_make(self, key: str, make: Callable[[], Converted]) -> Converted:
        """The model in the cache, or a new one, which is stored there."""
        entry = self.folder / key
        if entry.exists():
            if self._is_whole(entry):
                return self.files.read(entry)
            self.log(f"{entry}: the converted model there is damaged, and is made again")
        made = make()
        try:
            self._store(made, entry)
        except OSError as error:
            self.log(f"{entry}: the converted model cannot be kept ({error.strerror or error})")
        return made

    def _is_whole(self, entry: Path) -> bool:
        """Whether the files are those that were written."""
        try:
            known = read_json(entry / HASHES, refusal=DataError)
            return bool(known == self._hashes(entry))
        except (OSError, DataError):
            return False

    def _hashes(self, entry: Path) -> Mapping[str, str]:
        return {name: file_sha256(entry / name) for name in self.files.names}

    def _store(self, model: Converted, entry: Path) -> None:
        """Stores the model in its folder, whole or not at all."""
        entry.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=entry.parent, prefix=".new-") as parent:
            new = Path(parent) / entry.name
            new.mkdir()
            self.files.write(model, new)
            (new / HASHES).write_text(json.dumps(self._hashes(new)), encoding="utf-8", newline="\n")
            shutil.rmtree(entry, ignore_errors=True)
            try:
                new.rename(entry)
            except OSError:
                # Another process was faster, and its model is as good.
                if not self._is_whole(entry):
                    raise
