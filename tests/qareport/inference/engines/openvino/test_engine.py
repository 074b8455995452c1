"""A compiled model gives the logits of torch, and says what it cannot do."""

from pathlib import Path

import openvino as ov
import pytest
import torch
from transformers import AutoModelForQuestionAnswering, PreTrainedModel

from qareport.errors import EngineError, UsageError
from qareport.inference.engines.engine import (
    CalibratedEngine,
    DescribedEngine,
    SpanLogits,
    TokenBatch,
    configuration_sha256,
)
from qareport.inference.engines.openvino import engine as engines
from qareport.inference.engines.openvino.conversion import convert
from qareport.inference.engines.openvino.engine import compile_engine, floats_of
from qareport.inference.engines.openvino.make import ConvertibleModel
from qareport.inference.engines.trials import trial_batch
from tests.answering_builders import in_torch
from tests.cpu_kinds import needs_bfloat16, needs_no_bfloat16
from tests.tiny_models import build_tiny_model

pytestmark = pytest.mark.slow
NO_BFLOAT16 = "engine 'openvino' has no bfloat16 on this CPU; leave out --dtype or use float32"
CALIBRATED_TOLERANCE = 0.5
"""Of a logit; without VNNI, sums of products in 8 bits overflow and are cut."""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> PreTrainedModel:
    folder = build_tiny_model("bert", tmp_path_factory.mktemp("model"))
    loaded: PreTrainedModel = AutoModelForQuestionAnswering.from_pretrained(folder).eval()
    return loaded


@pytest.fixture(scope="module")
def batch(model: PreTrainedModel) -> TokenBatch:
    return trial_batch(model, windows=4, tokens=50)


@pytest.fixture(scope="module")
def exact(model: PreTrainedModel, batch: TokenBatch) -> SpanLogits:
    return in_torch(model).compute_logits(batch)


@pytest.mark.parametrize(
    ("dtype", "tolerance"),
    [
        ("float32", 1e-4),
        pytest.param("bfloat16", 0.2, marks=needs_bfloat16),
        ("int8", 0.2),
    ],
)
def test_logits_are_near_those_of_torch(
    model: PreTrainedModel, batch: TokenBatch, exact: SpanLogits, dtype: str, tolerance: float
) -> None:
    engine = ConvertibleModel(in_torch(model), "", print).engine(dtype)

    logits = engine.compute_logits(batch)

    assert isinstance(engine, DescribedEngine)
    assert logits.starts.dtype == logits.ends.dtype == torch.float32
    for found, known in ((logits.starts, exact.starts), (logits.ends, exact.ends)):
        difference = (found - known)[batch.is_token].abs().max()
        assert difference <= tolerance
        assert (difference > 1e-4) == (dtype != "float32")


@needs_no_bfloat16
def test_a_cpu_without_bfloat16_says_so(model: PreTrainedModel) -> None:
    with pytest.raises(UsageError) as refused:
        ConvertibleModel(in_torch(model), "", print).engine("bfloat16")

    assert str(refused.value) == NO_BFLOAT16


def test_what_fits_the_data_is_near_torch_and_always_the_same(
    model: PreTrainedModel, batch: TokenBatch, exact: SpanLogits
) -> None:
    sides = (batch.token_ids, batch.type_ids, batch.is_token)
    windows = [TokenBatch(*(side[[row]] for side in sides)) for row in range(len(batch.token_ids))]
    plain = ConvertibleModel(in_torch(model), "", print).engine("int8-calibrated")
    assert isinstance(plain, CalibratedEngine)

    fitted, again = plain.calibrated(windows), plain.calibrated(windows)

    logits = fitted.compute_logits(batch)
    assert 1e-4 < (logits.starts - exact.starts)[batch.is_token].abs().max() <= CALIBRATED_TOLERANCE
    assert torch.equal(logits.starts, again.compute_logits(batch).starts)
    assert not torch.equal(logits.starts, plain.compute_logits(batch).starts)
    other = plain.calibrated(windows[:1])
    hashes = [configuration_sha256(each) for each in (fitted, again, other, plain)]
    assert hashes[0] == hashes[1]
    assert len(set(hashes)) == 3


def test_what_fits_the_data_is_kept_for_the_next_run(
    model: PreTrainedModel, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("QAREPORT_CACHE", str(tmp_path))
    told: list[str] = []
    windows = [trial_batch(model, windows=1, tokens=20)]
    convertible = ConvertibleModel(in_torch(model), "weights", told.append)

    for sample in (windows, windows, windows * 2):
        convertible.calibrated_engine(sample)

    assert told == ["int8 is calibrated on windows of the data, which may take minutes"] * 2


def test_a_model_that_openvino_cannot_run_in_8_bits_is_refused(tmp_path: Path) -> None:
    folder = build_tiny_model("deberta-v2", tmp_path)
    model = AutoModelForQuestionAnswering.from_pretrained(folder).eval()

    with pytest.raises(EngineError) as refused:
        ConvertibleModel(in_torch(model), "", print).engine("int8")

    assert str(refused.value) == (
        "DebertaV2ForQuestionAnswering cannot be run by openvino in int8; take another --dtype, or "
        "--engine torch"
    )


@pytest.mark.parametrize(
    "dtype", ["float32", pytest.param("bfloat16", marks=needs_bfloat16), "int8"]
)
def test_other_formats_are_not_calibrated(model: PreTrainedModel, dtype: str) -> None:
    engine = ConvertibleModel(in_torch(model), "", print).engine(dtype)

    assert not isinstance(engine, CalibratedEngine)


def test_logits_of_a_batch_outlive_the_next_one(model: PreTrainedModel, batch: TokenBatch) -> None:
    whole = in_torch(model)
    engine = compile_engine(convert(whole), "float32", whole=whole, settings={})
    first = engine.compute_logits(batch)
    kept = first.starts.clone()

    engine.compute_logits(
        TokenBatch(batch.token_ids.flip(1), batch.type_ids, torch.ones_like(batch.is_token))
    )

    assert torch.equal(first.starts, kept)


@pytest.mark.parametrize(
    ("capabilities", "floats"), [(["BF16", "FP32"], ov.Type.bf16), (["FP32"], ov.Type.f32)]
)
def test_int8_leaves_the_rest_to_the_smallest_floats_that_the_cpu_has(
    monkeypatch: pytest.MonkeyPatch, capabilities: list[str], floats: ov.Type
) -> None:
    monkeypatch.setattr(ov.Core, "get_property", lambda *_: capabilities)

    assert floats_of("int8") == floats
    assert floats_of("float32") == ov.Type.f32
    assert floats_of("bfloat16") == ov.Type.bf16


def test_logits_around_other_floats_are_another_engines(
    model: PreTrainedModel, batch: TokenBatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    convertible = ConvertibleModel(in_torch(model), "", print)
    usual = convertible.engine("int8")
    monkeypatch.setattr(engines, "floats_of", lambda _: ov.Type.f32)

    in_float32 = convertible.engine("int8")

    assert in_float32.compute_logits(batch).starts.isfinite().all()
    assert (in_float32.settings == usual.settings) == (usual.settings["floats"] == "f32")


def test_a_number_format_that_openvino_quietly_leaves_is_refused(
    model: PreTrainedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = in_torch(model)
    monkeypatch.setattr(
        engines, "compile_properties", lambda _: {"INFERENCE_PRECISION_HINT": "f32"}
    )

    with pytest.raises(UsageError) as refused:
        compile_engine(convert(whole), "bfloat16", whole=whole, settings={})

    assert str(refused.value) == NO_BFLOAT16
