"""A run in a smaller number format records how far it is from float32, on a fixed sample."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import pytest
import torch

from qareport.analysis.examples.rows import ExampleRow
from qareport.data.readers.gather import examples_sha256
from qareport.data.types import DataIdentity, DataSet
from qareport.errors import ModelError
from qareport.evaluation.evaluate import evaluate, evaluate_into
from qareport.evaluation.evaluation_json import PrecisionCheck, read_evaluation
from qareport.evaluation.precision_check import SAMPLE, check_precision, sampled_indices
from qareport.inference.answerer import Answerer, load_answerer
from qareport.inference.engines.engine import (
    Engine,
    ReferencedEngine,
    SpanLogits,
    TokenBatch,
    TorchEngine,
)
from qareport.inference.engines.trials import trial_batch
from qareport.inference.options import AnsweringOptions, EngineOptions
from qareport.metrics.normalisers import NORMALISERS, SQUAD_EN
from qareport.metrics.squad import score
from tests.answering_builders import FLOAT32, TableEngine, loaded_model
from tests.builders import example
from tests.cpu_kinds import needs_exact_products
from tests.row_builders import row
from tests.tiny_models import FAMILIES, build_tiny_model

EXAMPLES = tuple(
    example(str(number), f"q {letter}", context="a b c d e f", golds=golds)
    for number, (letter, golds) in enumerate(
        [("a", ("a",)), ("b", ("b c",)), ("c", ()), ("d", ("e",)), ("e", ("f",))]
    )
)
DATA_SET = DataSet(
    DataIdentity("data", config=None, split=None, revision=None, sha256=examples_sha256(EXAMPLES)),
    EXAMPLES,
    findings=(),
    questions_read=len(EXAMPLES),
    exclusions=(),
)
OPTIONS = AnsweringOptions(max_seq_length=64, doc_stride=8)
IDS = FAMILIES["bert"].tokenizer().get_vocab()
PICKS_B = TableEngine({IDS["b"]: 5.0}, {IDS["b"]: 5.0})
PICKS_B_C = TableEngine({IDS["b"]: 5.0}, {IDS["c"]: 5.0})
BROKEN = TableEngine({IDS["a"]: float("nan")})


@dataclass(frozen=True, slots=True)
class ByQuestion:
    """An engine that answers as one table, or as another where the question has a letter."""

    usual: TableEngine
    other: TableEngine
    letter: str

    def compute_logits(self, batch: TokenBatch) -> SpanLogits:
        """Logits of the windows, which are asked one by one."""
        (tokens,) = batch.token_ids.tolist()
        engine = self.other if tokens[2] == IDS[self.letter] else self.usual
        return engine.compute_logits(batch)


@dataclass(frozen=True, slots=True)
class Referenced:
    """An engine with the one that it is compared with."""

    engine: Engine
    reference: Engine

    def compute_logits(self, batch: TokenBatch) -> SpanLogits:
        """Logits of the engine."""
        return self.engine.compute_logits(batch)

    def in_float32(self) -> Engine:
        """The reference."""
        return self.reference


ALIKE = Referenced(PICKS_B, PICKS_B)


def reduced(engine: Engine) -> Answerer:
    """An answerer in a smaller format; one question goes in a batch."""
    model = loaded_model(engine, batch_tokens=1)
    return Answerer(replace(model, hardware=replace(model.hardware, dtype="int8")), OPTIONS)


def answered(answerer: Answerer) -> list[ExampleRow]:
    """The rows of all examples."""
    predictions = [each for chunk in answerer.answer_all(EXAMPLES) for each in chunk.predictions]
    pairs = zip(EXAMPLES, predictions, strict=True)
    return [row(asked, prediction.text) for asked, prediction in pairs]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A saved model that answers at random."""
    return build_tiny_model("bert", tmp_path_factory.mktemp("model"))


@pytest.mark.parametrize(
    ("examples", "first", "last", "size"),
    [(0, [], [], 0), (3, [0, 1], [1, 2], 3), (SAMPLE, [0, 1], [198, 199], SAMPLE)],
)
def test_all_questions_are_sampled_where_they_are_few(
    examples: int, first: Sequence[int], last: Sequence[int], size: int
) -> None:
    indices = sorted(sampled_indices(reduced(ALIKE).model, examples))

    assert (indices[:2], indices[-2:], len(indices)) == (first, last, size)


def test_a_sample_of_many_questions_is_spread_evenly() -> None:
    indices = sorted(sampled_indices(reduced(ALIKE).model, 11_873))

    steps = {after - before for before, after in pairwise(indices)}
    assert (len(indices), indices[0], indices[-1], steps) == (200, 0, 11_813, {59, 60})


def test_nothing_is_sampled_of_float32_nor_where_nothing_gives_it() -> None:
    exact = Answerer(loaded_model(ALIKE), OPTIONS)

    assert sampled_indices(exact.model, 5) == ()
    assert sampled_indices(reduced(PICKS_B).model, 5) == ()


def test_shares_and_differences_are_those_of_the_final_texts() -> None:
    answerer = reduced(Referenced(PICKS_B, ByQuestion(PICKS_B, PICKS_B_C, letter="b")))

    check = check_precision(answerer.model, OPTIONS, answered(answerer), SQUAD_EN)

    # Of five questions the second is answered "b" for "b c", which is its gold answer.
    assert check is not None
    assert (check.n, check.equal_answers) == (5, 0.8)
    assert check.exact_difference == pytest.approx(0 - 1 / 5)
    assert check.f1_difference == pytest.approx((2 / 3 - 1) / 5)


def test_scores_are_compared_by_the_rules_of_the_run() -> None:
    answerer = reduced(Referenced(PICKS_B, PICKS_B_C))
    rules = NORMALISERS["korquad"]
    rows = [
        replace(each, score=score(each.example, each.text, rules)) for each in answered(answerer)
    ]

    check = check_precision(answerer.model, OPTIONS, rows, rules)

    # "b" shares one of the two characters of "b c", which korquad counts.
    assert check is not None
    assert check.f1_difference == pytest.approx((2 / 3 - 1) / 5)


def test_without_rows_or_reference_there_is_nothing_to_check() -> None:
    answerer = reduced(PICKS_B)

    assert check_precision(answerer.model, OPTIONS, answered(answerer), SQUAD_EN) is None
    assert check_precision(reduced(ALIKE).model, OPTIONS, [], SQUAD_EN) is None


def test_a_reference_that_is_broken_is_reported() -> None:
    answerer = reduced(Referenced(PICKS_B, BROKEN))

    with pytest.raises(ModelError, match="are not finite numbers"):
        check_precision(answerer.model, OPTIONS, answered(answerer), SQUAD_EN)


@pytest.mark.parametrize(
    ("engine", "dtype"),
    [
        ("torch", "bfloat16"),
        ("torch", "float16"),
        pytest.param("torch", "int8", marks=needs_exact_products),
        ("openvino", "int8"),
        ("onnxruntime", "int8"),
    ],
)
def test_the_record_of_a_smaller_format_has_the_check_and_keeps_it_when_it_is_read(
    folder: Path, tmp_path: Path, engine: str, dtype: str
) -> None:
    wish = EngineOptions(device="cpu", dtype=dtype, engine=engine)

    record = evaluate_into(tmp_path, load_answerer(str(folder), OPTIONS, engine=wish), DATA_SET)

    assert record.precision_check is not None
    assert record.precision_check.n == len(EXAMPLES)
    assert 0 <= record.precision_check.equal_answers <= 1
    assert read_evaluation(tmp_path / "evaluation.json") == record


def test_the_check_holds_the_runs_own_answers_against_float32(folder: Path) -> None:
    exact = load_answerer(str(folder), OPTIONS, engine=FLOAT32)
    model = replace(exact.model, hardware=replace(exact.model.hardware, dtype="bfloat16"))

    record = evaluate(replace(exact, model=model), DATA_SET)

    assert record.precision_check == PrecisionCheck(5, 1.0, 0.0, 0.0)


def test_the_check_takes_the_questions_of_every_chunk(folder: Path) -> None:
    engine = EngineOptions(device="cpu", dtype="bfloat16", batch_tokens=64)

    record = evaluate(load_answerer(str(folder), OPTIONS, engine=engine), DATA_SET)

    assert record.precision_check is not None
    assert record.precision_check.n == len(EXAMPLES)


def test_float32_has_nothing_to_check(folder: Path) -> None:
    answerer = load_answerer(str(folder), OPTIONS, engine=FLOAT32)

    assert evaluate(answerer, DATA_SET).precision_check is None


@pytest.mark.parametrize(
    "engine", [pytest.param("torch", marks=needs_exact_products), "openvino", "onnxruntime"]
)
def test_eight_bits_are_compared_with_the_model_that_they_were_made_of(
    folder: Path, engine: str
) -> None:
    answerer = load_answerer(
        str(folder), OPTIONS, engine=EngineOptions(device="cpu", dtype="int8", engine=engine)
    )
    exact = load_answerer(str(folder), OPTIONS, engine=FLOAT32)

    assert isinstance(answerer.model.engine, ReferencedEngine)
    assert isinstance(exact.model.engine, TorchEngine)
    batch = trial_batch(exact.model.engine.model, windows=4, tokens=50)
    known = exact.model.engine.compute_logits(batch)

    assert torch.equal(
        answerer.model.engine.in_float32().compute_logits(batch).starts, known.starts
    )
    assert not torch.equal(answerer.model.engine.compute_logits(batch).starts, known.starts)
