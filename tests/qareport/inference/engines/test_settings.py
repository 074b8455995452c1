"""The hash of a configuration changes with what decides about logits, and with nothing else."""

from pathlib import Path

import pytest

from qareport.inference.engines.engine import TorchEngine, configuration_sha256
from qareport.inference.loading.models import LoadedModel, load_model
from tests.answering_builders import FLOAT32, TableEngine, loaded_model
from tests.tiny_models import build_tiny_model


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_tiny_model("bert", tmp_path_factory.mktemp("model"))


def load(folder: Path) -> LoadedModel:
    return load_model(str(folder), FLOAT32)


def test_place_of_the_model_does_not_matter(folder: Path, tmp_path: Path) -> None:
    moved = build_tiny_model("bert", tmp_path / "moved")

    assert load(moved).configuration_sha256 == load(folder).configuration_sha256


@pytest.mark.parametrize(
    ("setting", "other"),
    [('"hidden_act": "gelu"', '"hidden_act": "relu"'), ('_heads": 2', '_heads": 4')],
)
def test_settings_that_change_logits_matter(
    folder: Path, tmp_path: Path, setting: str, other: str
) -> None:
    changed = build_tiny_model("bert", tmp_path / "changed")
    config = changed / "config.json"
    config.write_text(config.read_text().replace(setting, other))

    one, two = load(folder), load(changed)

    assert one.identity.weights_sha256 == two.identity.weights_sha256
    assert one.configuration_sha256 != two.configuration_sha256


def test_way_to_attend_matters(folder: Path) -> None:
    model = load(folder)
    before = model.configuration_sha256
    assert isinstance(model.engine, TorchEngine)
    other = {"eager": "sdpa", "sdpa": "eager"}

    model.engine.model.set_attn_implementation(
        other[model.engine.model.config._attn_implementation]  # noqa: SLF001 - no public name
    )

    assert model.configuration_sha256 != before


def test_other_engines_are_known_by_their_kind() -> None:
    one, two = loaded_model(TableEngine()), loaded_model(TableEngine({1: 2.0}))

    assert configuration_sha256(one.engine) == configuration_sha256(two.engine)
