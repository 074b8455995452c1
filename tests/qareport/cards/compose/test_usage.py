"""The code of a card is run with the model that the record is of, where that is at hand."""

from dataclasses import replace
from pathlib import Path

import pytest

from qareport.cards.compose import usage as using
from qareport.cards.compose.usage import run_usage_in, show_usage
from qareport.cards.snippet import Usage, usage_snippet
from qareport.errors import ModelError
from qareport.evaluation.evaluation_json import Evaluation
from qareport.inference.identity import ModelIdentity
from tests.answering_builders import evaluation
from tests.tiny_models import build_tiny_model

ALONE = evaluation()


def of_model(name: str, revision: str | None = None) -> Evaluation:
    """The record of a model in a folder, or on the Hub."""
    model: ModelIdentity = replace(ALONE.model, name=name, revision=revision)
    return replace(ALONE, model=model)


def test_code_alone_shows_the_id() -> None:
    usage = show_usage("acme/ships", ALONE)

    assert usage.code == usage_snippet("acme/ships", options=ALONE.options)
    assert (usage.output, usage.versions) == ("", {})


def test_a_model_that_is_gone_leaves_the_code_alone(tmp_path: Path) -> None:
    gone = of_model(str(tmp_path / "gone"))

    assert run_usage_in(tmp_path, "acme/ships", gone) == show_usage("acme/ships", gone)


@pytest.mark.parametrize("place", ["elsewhere", "record/model", "record"])
def test_the_model_is_found_by_its_name_or_in_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    (tmp_path / place).mkdir(parents=True)
    (tmp_path / place / "config.json").touch()
    monkeypatch.setattr(using, "run_usage", lambda _, folder, __: Usage(folder, "", {}))

    usage = run_usage_in(tmp_path / "record", "acme/ships", of_model(str(tmp_path / "elsewhere")))

    assert usage.code == str(tmp_path / place)


@pytest.mark.slow
def test_the_model_that_is_found_answers(tmp_path: Path) -> None:
    build_tiny_model("bert", tmp_path)

    usage = run_usage_in(tmp_path, "acme/ships", of_model("gone"))

    assert usage.code == usage_snippet("acme/ships", options=ALONE.options)
    assert len(usage.output.splitlines()) == 2
    assert set(usage.versions) == {"torch", "transformers"}


@pytest.mark.slow
def test_a_model_on_the_hub_is_asked_by_its_id(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")

    with pytest.raises(ModelError, match="acme/hub: the usage snippet fails"):
        run_usage_in(tmp_path, "acme/ships", of_model("acme/hub", "c0ffee"))
