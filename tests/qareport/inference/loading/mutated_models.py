"""Loads a model after each of many small changes to its files, and prints what went wrong.

Usage: python mutated_models.py FAMILY SEED CHANGES FOLDER
"""

import json
import random
import resource
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from shutil import copytree

from transformers import AutoConfig, AutoModelForQuestionAnswering

from qareport.errors import QareportError
from qareport.inference.loading.models import load_model
from qareport.inference.loading.weight_files import INDEX
from qareport.inference.options import EngineOptions
from tests.tiny_models import build_tiny_model

FLOAT32 = EngineOptions(device="cpu", dtype="float32")
ADDRESS_SPACE = 6 << 30
"""Bytes; torch and its libraries map about 3 GiB of files and stacks before any model is there."""
VALUES: tuple[object, ...] = (
    *(0, -1, 7, 3000, 10**9, 10**30, 1e308, 0.5, True, None, "sheep", ""),
    *([], [10**9], ["sheep"], {}, {"sheep": 10**9}),
)


def change_configuration(folder: Path, generator: random.Random) -> str:
    """Sets a key of the configuration to another value, or removes it."""
    keys = [*AutoConfig.from_pretrained(folder).to_dict(), "num_labels", "auto_map"]
    path, key = folder / "config.json", generator.choice(sorted(keys))
    content = json.loads(path.read_text())
    if generator.random() < 1 / len(VALUES):
        content.pop(key, None)
        path.write_text(json.dumps(content))
        return f"without {key}"
    value = generator.choice(VALUES)
    path.write_text(json.dumps({**content, key: value}))
    return f"{key} {value!r}"


def change_index(folder: Path, generator: random.Random) -> str:
    """Overwrites a few bytes of the index."""
    return _change_bytes(folder / INDEX, generator, first=0)


def change_header(folder: Path, generator: random.Random) -> str:
    """Overwrites a few bytes at the start of one of the weight files."""
    return _change_bytes(min(folder.glob("model-*.safetensors")), generator, first=600)


def _change_bytes(path: Path, generator: random.Random, *, first: int) -> str:
    content = bytearray(path.read_bytes())
    start = generator.randrange(first or len(content))
    new = generator.choice((b"0", b"999", b'"', b"{", b"\xff", b"\0\0", b"..", b"/"))
    content[start : start + len(new)] = new
    path.write_bytes(content)
    return f"{new!r} at {start} of {path.name}"


CHANGES: Mapping[str, Callable[[Path, random.Random], str]] = {
    "configuration": change_configuration,
    "index": change_index,
    "header": change_header,
}


def main(family: str, seed: str, changes: str, root: Path) -> None:
    """Prints each change after which loading ends in anything but a model or our own error."""
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    generator = random.Random(seed)  # noqa: S311 - changes, not secrets
    clean = build_tiny_model(family, root / "clean")
    model = AutoModelForQuestionAnswering.from_pretrained(clean)
    (clean / "model.safetensors").unlink()
    model.save_pretrained(clean, max_shard_size="50KB")
    load_model(str(clean), FLOAT32)
    for number in range(int(changes)):
        folder = copytree(clean, root / str(number))
        what = CHANGES[generator.choice(sorted(CHANGES))](folder, generator)
        try:
            load_model(str(folder), FLOAT32)
        except QareportError as error:
            if "\n" in str(error):
                sys.stdout.write(f"{what}: {error!r}\n")
        except Exception as error:  # noqa: BLE001 - any is what is looked for
            sys.stdout.write(f"{what}: {error!r}\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], Path(sys.argv[4]))
