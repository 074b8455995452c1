"""An evaluation tells the options that make it again."""

from dataclasses import replace

import pytest

from qareport.data.types import DataIdentity, Sampling
from qareport.evaluation.evaluation_json import Evaluation
from qareport.inference.options import AnsweringOptions
from qareport.report.page.method_part import evaluate_options
from tests.answering_builders import evaluation

FILE = DataIdentity("folder/dev.json", config=None, split=None, revision=None, sha256="x")
HUB = DataIdentity("acme/ships", config="sail", split="test", revision="c0ffee", sha256="x")


def of(data: DataIdentity, options: AnsweringOptions | None = None) -> Evaluation:
    return replace(evaluation(), data=data, options=options or AnsweringOptions())


def test_a_file_goes_by_its_name_and_defaults_are_left_out() -> None:
    words = list(evaluate_options(of(FILE)))

    assert words[:2] == ["--data", "dev.json"]
    assert "--null-threshold" not in words
    assert "--normaliser" not in words


def test_a_hub_data_set_goes_with_all_that_names_it() -> None:
    words = list(evaluate_options(of(HUB)))

    assert words[:8] == [
        *("--dataset", "acme/ships", "--config", "sail", "--split", "test"),
        *("--revision", "c0ffee"),
    ]


@pytest.mark.parametrize(
    ("sampling", "words"),
    [
        (Sampling("first", 5, seed=None), ["--limit", "5"]),
        (Sampling("random", 5, seed=7), ["--sample", "5", "--seed", "7"]),
    ],
)
def test_a_part_of_the_data_goes_with_what_chose_it(sampling: Sampling, words: list[str]) -> None:
    found = list(evaluate_options(replace(of(FILE), sampling=sampling)))

    assert found[2 : 2 + len(words)] == words


def test_questions_left_out_by_a_protocol_are_asked_again() -> None:
    assert "--limit" not in list(evaluate_options(replace(of(FILE), is_partial=True)))


def test_another_engine_than_torch_is_told() -> None:
    hardware = replace(evaluation().hardware, engine="other")

    words = list(evaluate_options(replace(of(FILE), hardware=hardware)))

    assert words[-2:] == ["--engine", "other"]
    assert "--engine" not in list(evaluate_options(of(FILE)))


def test_what_is_no_default_is_told() -> None:
    asked = replace(of(FILE, AnsweringOptions(null_threshold=-1.5)), normaliser="cmrc")

    words = list(evaluate_options(asked))

    assert words[words.index("--null-threshold") + 1] == "-1.5"
    assert words[words.index("--normaliser") + 1] == "cmrc"
