"""A converted model is made once, read afterwards, and made again where its files were changed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import openvino as ov
import pytest
from openvino import opset13

from qareport.inference.engines.model_cache import (
    HASHES,
    ModelCache,
    ModelFiles,
    default_folder,
    key_of,
)
from qareport.inference.engines.onnxruntime.make import FILES as ONNX_FILES
from qareport.inference.engines.openvino.make import FILES

KEY = "some-key"


@dataclass(slots=True)
class Maker:
    """Makes a model that adds one, and keeps count."""

    made: int = 0
    told: list[str] = field(default_factory=list)

    def make(self) -> ov.Model:
        """The model."""
        self.made += 1
        number = opset13.parameter([1], np.float32)
        one = opset13.constant(np.array([1.0], dtype=np.float32))
        return ov.Model([opset13.add(number, one)], [number])

    def take(self, folder: Path) -> float:
        """What the model of the cache makes of 2."""
        model = ModelCache(FILES, folder, self.told.append).take_or_make(KEY, self.make)
        compiled = ov.Core().compile_model(model, "CPU")
        return float(compiled([np.array([2.0], dtype=np.float32)])[0][0])


def test_a_model_is_made_once_and_then_read(tmp_path: Path) -> None:
    maker = Maker()

    results = [maker.take(tmp_path / "new"), maker.take(tmp_path / "new")]

    assert results == [3.0, 3.0]
    assert (maker.made, maker.told) == (1, [])
    assert [path.name for path in (tmp_path / "new").iterdir()] == [KEY]


def _tear(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def _nest(path: Path) -> None:
    path.write_bytes(b"[" * 99_999)


@pytest.mark.parametrize("name", [*FILES.names, HASHES])
@pytest.mark.parametrize("damage", [_tear, _nest, Path.unlink])
def test_a_damaged_model_is_made_again_with_a_word(
    tmp_path: Path, name: str, damage: Callable[[Path], None]
) -> None:
    maker = Maker()
    maker.take(tmp_path)
    damage(tmp_path / KEY / name)

    results = [maker.take(tmp_path), maker.take(tmp_path)]

    assert results == [3.0, 3.0]
    assert maker.made == 2
    assert maker.told == [
        f"{tmp_path / KEY}: the converted model there is damaged, and is made again"
    ]


def test_a_folder_that_cannot_be_written_costs_a_word_alone(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    maker = Maker()

    assert maker.take(tmp_path / "file" / "cache") == 3.0
    assert maker.told == [
        f"{tmp_path / 'file' / 'cache' / KEY}: the converted model cannot be kept (Not a directory)"
    ]


def test_a_model_that_another_process_has_made_meanwhile_is_as_good(tmp_path: Path) -> None:
    maker = Maker()

    def make_after_another() -> ov.Model:
        maker.take(tmp_path)
        return maker.make()

    ModelCache(FILES, tmp_path, maker.told.append).take_or_make(KEY, make_after_another)

    assert maker.take(tmp_path) == 3.0
    assert (maker.made, maker.told) == (2, [])


@pytest.mark.parametrize(
    ("variables", "folder"),
    [
        ({"QAREPORT_CACHE": "/mine"}, "/mine/openvino"),
        ({"QAREPORT_CACHE": "", "XDG_CACHE_HOME": "/all"}, "/all/qareport/openvino"),
        (
            {"QAREPORT_CACHE": "", "XDG_CACHE_HOME": "", "HOME": "/me"},
            "/me/.cache/qareport/openvino",
        ),
    ],
)
def test_the_environment_names_the_folder(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], folder: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert default_folder("openvino") == Path(folder)


def test_a_key_tells_facts_apart_whatever_their_order() -> None:
    assert key_of({"one": 1, "two": 2}) == key_of({"two": 2, "one": 1})
    assert key_of({"one": 1}) != key_of({"one": 2})


def test_each_engine_has_a_folder_of_its_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("QAREPORT_CACHE", str(tmp_path))

    kinds: tuple[ModelFiles[bytes] | ModelFiles[ov.Model], ...] = (FILES, ONNX_FILES)

    assert [default_folder(each.engine).name for each in kinds] == ["openvino", "onnxruntime"]


def test_a_model_of_onnxruntime_comes_back_as_it_was(tmp_path: Path) -> None:
    cache = ModelCache(ONNX_FILES, tmp_path, print)

    first = cache.take_or_make(KEY, lambda: b"first")

    assert (first, cache.take_or_make(KEY, lambda: b"second")) == (b"first", b"first")
