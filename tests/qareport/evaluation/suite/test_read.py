"""Tests that a suite is read from TOML, and anything wrong in it is reported in one sentence."""

import re
from pathlib import Path

import pytest

from qareport.data.toml_tables import key_lines
from qareport.data.types import Sampling
from qareport.errors import DataError
from qareport.evaluation.suite.read import Suite, SuiteData, SuiteModel, read_suite
from qareport.evaluation.suite.toml_keys import SuiteFile
from qareport.inference.options import AnsweringOptions, EngineOptions
from qareport.metrics.measures import OFFICIAL, Scoring
from tests.repository import ROOT

PAGE = (ROOT / "docs/commands.md").read_text(encoding="utf-8")
MODEL = '[[models]]\nmodel = "m"\n'
DATA = '[[data]]\ndata = "d.json"\n'


def suite_of(folder: Path, text: str) -> Suite:
    """The suite that a text describes."""
    path = folder / "suite.toml"
    path.write_bytes(text.encode())
    return read_suite(path)


def refusal_of(folder: Path, text: str) -> str:
    """Why a text is refused as a suite, without the path of its file."""
    with pytest.raises(DataError) as caught:
        suite_of(folder, text)
    return str(caught.value).removeprefix(f"{folder / 'suite.toml'}: ")


def test_what_is_not_said_has_the_defaults_of_evaluate(tmp_path: Path) -> None:
    assert suite_of(tmp_path, MODEL + DATA) == Suite(
        models=(SuiteModel("m", "m", None, trust_remote_code=False),),
        data=(SuiteData("d", "d.json", None, None, None, None, OFFICIAL),),
        options=AnsweringOptions(),
        engine=EngineOptions(),
    )


def test_all_that_can_be_said_is_taken(tmp_path: Path) -> None:
    text = """
[[models]]
model = "my-org/my-model"
revision = "v2"
name = "mine"
trust_remote_code = true

[[data]]
dataset = "my-org/my-data"
config = "de"
split = "test"
revision = "abc"
limit = 7
normaliser = "mlqa-de"
measures = ["contains"]
name = "German"

[answering]
max_seq_length = 64
doc_stride = 16
max_answer_length = 5
n_best_size = 3
null_threshold = -1.5
null_rule = "per-window"

[engine]
device = "cpu"
dtype = "float32"
batch_tokens = 100
engine = "torch"
"""

    assert suite_of(tmp_path, text) == Suite(
        models=(SuiteModel("mine", "my-org/my-model", "v2", trust_remote_code=True),),
        data=(
            SuiteData(
                "German",
                "my-org/my-data",
                "de",
                "test",
                "abc",
                Sampling("first", 7, seed=None),
                Scoring("mlqa-de", ("contains",)),
            ),
        ),
        options=AnsweringOptions(64, 16, 5, 3, -1.5, "per-window"),
        engine=EngineOptions("cpu", "float32", 100, "torch"),
    )


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ('data = "sets/dev-v2.0.json"', "dev-v2.0"),
        ('data = "dev.json.gz"', "dev"),
        ('data = "dev.jsonl.gz"', "dev"),
        ('data = "dev.parquet"', "dev"),
        ('dataset = "rajpurkar/squad_v2"', "squad_v2"),
        ('dataset = "sets/dev/"', "dev"),
    ],
)
def test_data_is_called_as_its_file_or_folder(tmp_path: Path, source: str, name: str) -> None:
    assert suite_of(tmp_path, f"{MODEL}[[data]]\n{source}\n").data[0].name == name


def test_the_suite_of_the_documentation_is_one(tmp_path: Path) -> None:
    (text,) = re.findall(r"^```toml\n(\[\[models.*?)^```$", PAGE, flags=re.DOTALL | re.MULTILINE)

    suite = suite_of(tmp_path, text)

    assert [each.name for each in suite.models] == ["my-model", "teacher"]
    assert [each.name for each in suite.data] == ["squad_v2", "stories"]
    assert suite.options == AnsweringOptions(null_threshold=-1.3)


def test_lines_may_end_as_on_windows(tmp_path: Path) -> None:
    said = MODEL + DATA

    assert suite_of(tmp_path, said.replace("\n", "\r\n")) == suite_of(tmp_path, said)


@pytest.mark.parametrize(
    ("key", "names"),
    [
        ('config = "de"', ["xquad", "xquad-de"]),
        ('split = "test"', ["xquad", "xquad-test"]),
        ('revision = "v2"', ["xquad", "xquad-v2"]),
        ("limit = 10", ["xquad", "xquad-first-10"]),
        ("sample = 10", ["xquad", "xquad-random-10"]),
        ('normaliser = "xquad"', ["xquad", "xquad-xquad"]),
    ],
)
def test_what_sets_equal_data_apart_is_in_its_name(
    tmp_path: Path, key: str, names: list[str]
) -> None:
    data = '[[data]]\ndataset = "google/xquad"\n'

    suite = suite_of(tmp_path, f"{MODEL}{data}{data}{key}\n")

    assert [each.name for each in suite.data] == names


def test_samples_are_distinguished_by_what_differs(tmp_path: Path) -> None:
    sample = DATA + "sample = 10\n"

    suite = suite_of(tmp_path, f"{MODEL}{sample}{sample}seed = 7\n")

    assert [each.name for each in suite.data] == ["d-seed-42", "d-seed-7"]
    assert [each.part for each in suite.data] == [
        Sampling("random", 10, seed=42),
        Sampling("random", 10, seed=7),
    ]


def test_revisions_of_one_model_are_distinguished(tmp_path: Path) -> None:
    suite = suite_of(tmp_path, f'{MODEL}revision = "a/b"\n{MODEL}revision = "c"\n{DATA}')

    assert [each.name for each in suite.models] == ["m-a-b", "m-c"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "models: is missing"),
        (DATA, "models: is missing"),
        (MODEL, "data: is missing"),
        ("models = []\n" + DATA, "models: must not be empty"),
        ('models = "m"\n' + DATA, "models: must be an array, as in [1, 2]"),
        ("[[models]]\n" + DATA, "models.0.model: is missing"),
        ('[[models]]\nmodel = ""\n' + DATA, "models.0.model: must not be empty"),
        ("[[models]]\nmodel = 7\n" + DATA, "models.0.model: must be text; put it in quotes"),
        (
            MODEL + "revisions = 'v2'\n" + DATA,
            "unknown key 'models.0.revisions'; did you mean 'models.0.revision'?",
        ),
        (MODEL + DATA + "[engin]\n", "unknown key 'engin'; did you mean 'engine'?"),
        (
            MODEL + "trust_remote_code = 1\n" + DATA,
            "models.0.trust_remote_code: Input should be a valid boolean",
        ),
        (
            MODEL + "[[data]]\n",
            "data.0: needs either data, a file, or dataset, a folder or an id on the Hub",
        ),
        (
            MODEL + DATA + "dataset = 's'\n",
            "data.0: needs either data, a file, or dataset, a folder or an id on the Hub",
        ),
        (
            MODEL + DATA + "split = 's'\nconfig = 'c'\n",
            "data.0: data is a single file; leave out config and split",
        ),
        (
            MODEL + DATA + "limit = 0\n",
            "data.0.limit: Input should be greater than or equal to 1, not 0",
        ),
        (
            MODEL + DATA + "sample = 0\n",
            "data.0.sample: Input should be greater than or equal to 1, not 0",
        ),
        (
            MODEL + DATA + "limit = 5\nsample = 6\n",
            "data.0: limit 5 and sample 6 choose two parts; leave one out",
        ),
        (
            MODEL + DATA + "seed = 7\n",
            "data.0: seed 7 needs sample, the number of questions to draw",
        ),
        (
            MODEL + DATA + "limit = true\n",
            "data.0.limit: Input should be a valid integer, not True",
        ),
        (
            MODEL + DATA + "[answering]\nnull_threshold = nan\n",
            "answering.null_threshold: Input should be a finite number, not nan",
        ),
        (
            MODEL + DATA + "[answering]\ndoc_stride = 400\n",
            "answering: doc_stride is 400; windows of 384 tokens can share 0 to 383 of them",
        ),
        (
            MODEL + DATA + "[answering]\nnull_rule = 'best'\n",
            "answering: null_rule 'best' is none of all-windows, per-window",
        ),
        (
            MODEL + DATA + "[engine]\ndtype = 'int4'\n",
            (
                "engine: dtype 'int4' is none of auto, float32, bfloat16, float16, int8, "
                "int8-calibrated"
            ),
        ),
        (
            MODEL + MODEL + DATA,
            (
                "models.0 and models.1 would both be called 'm' and share a folder; "
                "give one of them another name"
            ),
        ),
    ],
)
def test_what_a_suite_cannot_say_is_one_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    assert refusal_of(tmp_path, text) == sentence


def test_an_unknown_normaliser_has_a_nearest(tmp_path: Path) -> None:
    refusal = refusal_of(tmp_path, MODEL + DATA + "normaliser = 'squad-e'\n")

    assert refusal.startswith(
        "data.0.normaliser: there is no normaliser 'squad-e'; did you mean 'squad-en'? There are "
    )


@pytest.mark.parametrize(
    "text",
    ["a" * 3, "a = '\x07'"],
)
def test_what_is_no_toml_is_one_sentence(tmp_path: Path, text: str) -> None:
    refusal = refusal_of(tmp_path, text)

    assert refusal.startswith("is not valid TOML (")
    assert "\n" not in refusal


def test_a_file_that_is_missing_or_no_text_is_reported(tmp_path: Path) -> None:
    (tmp_path / "latin.toml").write_bytes(b"\xe9")

    with pytest.raises(DataError, match=r"none\.toml: cannot be read"):
        read_suite(tmp_path / "none.toml")
    with pytest.raises(DataError, match="is not UTF-8"):
        read_suite(tmp_path / "latin.toml")


def test_every_key_has_its_meaning_and_default() -> None:
    lines = key_lines(SuiteFile)

    assert all(line.partition("#")[2].strip() for line in lines)
    assert lines[0] == "# models (required): Models, in the order in which they are evaluated."
    assert 'data.0.normaliser = "squad-en"' in "\n".join(lines)
    assert "answering.max_seq_length = 384  # Tokens of a window" in "\n".join(lines)
