"""A model in a session of ONNX Runtime gives the logits of torch, and says what it cannot do."""

from dataclasses import replace
from pathlib import Path

import onnx
import onnxruntime as ort
import pytest
import torch
from onnxruntime.capi import onnxruntime_pybind11_state as bindings
from transformers import AutoModelForQuestionAnswering, PreTrainedModel

from qareport.errors import EngineError
from qareport.inference.engines.engine import (
    CalibratedEngine,
    DescribedEngine,
    ReferencedEngine,
    SpanLogits,
    TokenBatch,
    configuration_sha256,
)
from qareport.inference.engines.onnxruntime.conversion import convert
from qareport.inference.engines.onnxruntime.engine import start_engine
from qareport.inference.engines.onnxruntime.make import ExportableModel
from qareport.inference.engines.onnxruntime.quantisation import quantise
from qareport.inference.engines.trials import trial_batch
from tests.answering_builders import in_torch
from tests.tiny_models import FAMILIES, build_tiny_model

pytestmark = pytest.mark.slow
TOLERANCES = {"float32": 1e-4, "int8": 0.5}
"""Of a logit; in int8 all tokens of a batch share one scale."""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> PreTrainedModel:
    folder = build_tiny_model("bert", tmp_path_factory.mktemp("model"))
    loaded: PreTrainedModel = AutoModelForQuestionAnswering.from_pretrained(folder).eval()
    return loaded


@pytest.fixture(scope="module")
def converted(model: PreTrainedModel) -> bytes:
    return convert(in_torch(model))


@pytest.fixture(scope="module")
def batch(model: PreTrainedModel) -> TokenBatch:
    return trial_batch(model, windows=4, tokens=50)


@pytest.fixture(scope="module")
def exact(model: PreTrainedModel, batch: TokenBatch) -> SpanLogits:
    return in_torch(model).compute_logits(batch)


@pytest.mark.parametrize("dtype", TOLERANCES)
def test_logits_are_near_those_of_torch(
    model: PreTrainedModel, batch: TokenBatch, exact: SpanLogits, dtype: str
) -> None:
    engine = ExportableModel(in_torch(model), "", print).engine(dtype)

    logits = engine.compute_logits(batch)

    assert logits.starts.dtype == logits.ends.dtype == torch.float32
    for found, known in ((logits.starts, exact.starts), (logits.ends, exact.ends)):
        difference = (found - known)[batch.is_token].abs().max()
        assert difference <= TOLERANCES[dtype]
        assert (difference > 1e-4) == (dtype != "float32")


@pytest.mark.parametrize("dtype", TOLERANCES)
def test_the_same_model_always_gives_the_same_logits(
    model: PreTrainedModel, batch: TokenBatch, dtype: str
) -> None:
    source = ExportableModel(in_torch(model), "", print)

    one, two = (source.engine(dtype) for _ in range(2))

    assert torch.equal(one.compute_logits(batch).starts, two.compute_logits(batch).starts)
    assert configuration_sha256(one) == configuration_sha256(two)


def test_formats_are_other_engines_with_one_reference(model: PreTrainedModel) -> None:
    whole = in_torch(model)

    engines = [ExportableModel(whole, "", print).engine(dtype) for dtype in TOLERANCES]

    assert len({configuration_sha256(each) for each in engines}) == len(TOLERANCES)
    for each in engines:
        assert isinstance(each, DescribedEngine)
        assert isinstance(each, ReferencedEngine)
        assert not isinstance(each, CalibratedEngine)
        assert each.in_float32() is whole


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_runs_in_8_bits(family: str, tmp_path: Path) -> None:
    model = AutoModelForQuestionAnswering.from_pretrained(build_tiny_model(family, tmp_path))
    whole = in_torch(model.eval())
    batch = trial_batch(model, windows=3, tokens=40)

    found = ExportableModel(whole, "", print).engine("int8").compute_logits(batch).starts

    known = whole.compute_logits(batch).starts
    shares = (found - known)[batch.is_token].abs() / known.abs().max()
    assert 0 < shares.mean() < 0.1


def test_the_body_is_in_8_bits_and_the_head_is_not(
    model: PreTrainedModel, converted: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    quantised = onnx.load_model_from_string(quantise(converted, model))

    kinds = {
        kind: [node.name for node in quantised.graph.node if node.op_type == kind]
        for kind in ("MatMul", "MatMulInteger")
    }
    assert len(kinds["MatMulInteger"]) == 12
    # Products of two inputs of a layer, as of queries and keys, have no weights.
    assert [name for name in kinds["MatMul"] if "/self/" not in name] == [
        "/model/qa_outputs/MatMul"
    ]
    assert caplog.messages == []


def test_a_converted_model_is_kept_for_the_next_run(
    model: PreTrainedModel, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("QAREPORT_CACHE", str(tmp_path))
    source = ExportableModel(in_torch(model), "weights", print)
    source.engine("int8")
    kept = sorted(tmp_path.glob("onnxruntime/*/model.onnx"))
    before = [path.stat().st_mtime_ns for path in kept]

    for dtype in TOLERANCES:
        source.engine(dtype)

    assert [path.stat().st_mtime_ns for path in kept] == before
    assert sorted(tmp_path.glob("onnxruntime/*/model.onnx")) == kept
    assert len(kept) == len(TOLERANCES)


def test_threads_are_those_of_torch(
    model: PreTrainedModel, converted: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch, "get_num_threads", lambda: 3)

    engine = start_engine(converted, whole=in_torch(model), settings={})

    assert engine.session.get_session_options().intra_op_num_threads == 3


def test_logits_of_a_batch_outlive_the_next_one(
    model: PreTrainedModel, converted: bytes, batch: TokenBatch
) -> None:
    engine = start_engine(converted, whole=in_torch(model), settings={})
    first = engine.compute_logits(batch)
    kept = first.starts.clone()

    engine.compute_logits(replace(batch, token_ids=batch.token_ids.flip(1)))

    assert torch.equal(first.starts, kept)


@pytest.mark.parametrize("cause", ["Failed to allocate memory for 9 bytes", "std::bad_alloc"])
def test_too_large_a_batch_is_told_as_by_torch(
    model: PreTrainedModel,
    converted: bytes,
    batch: TokenBatch,
    monkeypatch: pytest.MonkeyPatch,
    cause: str,
) -> None:
    def fail(*_: object) -> None:
        raise bindings.RuntimeException(cause)

    engine = start_engine(converted, whole=in_torch(model), settings={})
    monkeypatch.setattr(ort.InferenceSession, "run", fail)

    with pytest.raises(torch.OutOfMemoryError):
        engine.compute_logits(batch)


def test_what_a_session_cannot_do_is_one_sentence(
    model: PreTrainedModel, converted: bytes, batch: TokenBatch
) -> None:
    engine = start_engine(converted, whole=in_torch(model), settings={})

    with pytest.raises(EngineError) as caught:
        engine.compute_logits(replace(batch, token_ids=batch.token_ids + 10**6))

    assert str(caught.value).startswith("onnxruntime cannot run the model (")
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_model_is_refused(model: PreTrainedModel) -> None:
    with pytest.raises(EngineError, match=r"^onnxruntime cannot run the model \("):
        start_engine(b"no model", whole=in_torch(model), settings={})
