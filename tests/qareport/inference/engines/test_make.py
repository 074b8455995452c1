"""A wish becomes the engine that was named or the fastest, or one sentence."""

from dataclasses import dataclass, replace
from pathlib import Path
from time import sleep

import pytest
import torch
from transformers import PreTrainedModel

from qareport.errors import EngineError, UsageError
from qareport.inference.answerer import load_answerer
from qareport.inference.engines import devices, make
from qareport.inference.engines.cpu_formats import BFLOAT16, Cpu
from qareport.inference.engines.devices import pick_dtype
from qareport.inference.engines.engine import CalibratedEngine, SpanLogits, TokenBatch, TorchEngine
from qareport.inference.engines.make import MadeEngine, choose_device, race
from qareport.inference.engines.table import ENGINES, EngineKind
from qareport.inference.loading.models import LoadedModel, load_model
from qareport.inference.options import EngineOptions
from tests.answering_builders import TableEngine
from tests.cpu_kinds import needs_exact_products
from tests.tiny_models import build_tiny_model

HOST = torch.device("cpu")
CONVERTING = ("openvino", "onnxruntime")
WITH_VNNI = Cpu({"avx512_vnni": True, "avx512_bf16": True})
WITHOUT_VNNI = Cpu({"avx2": True, "avx512_vnni": False, "avx512_bf16": False})


@dataclass(frozen=True, slots=True)
class SlowEngine:
    """Takes its time."""

    seconds: float

    def compute_logits(self, batch: TokenBatch) -> SpanLogits:
        """Zeros."""
        sleep(self.seconds)
        return TableEngine().compute_logits(batch)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_tiny_model("bert", tmp_path_factory.mktemp("model"))


@pytest.fixture(autouse=True)
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("QAREPORT_CACHE", str(tmp_path))
    return tmp_path / "openvino"


def without(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets an engine need a package that is not installed."""
    kind = replace(ENGINES[engine], packages=(f"no_{engine}",))
    monkeypatch.setitem(ENGINES, engine, kind)


def load(folder: Path, engine: str, dtype: str, logged: list[str] | None = None) -> LoadedModel:
    options = EngineOptions("cpu", dtype, engine=engine)
    messages: list[str] = [] if logged is None else logged
    return load_model(str(folder), options, log=messages.append)


def model_in(folder: Path) -> PreTrainedModel:
    engine = load(folder, "torch", "float32").engine
    assert isinstance(engine, TorchEngine)
    return engine.model


@pytest.mark.parametrize("engine", CONVERTING)
@pytest.mark.parametrize("device", ["auto", "cpu"])
def test_engines_for_cpus_run_there(device: str, engine: str) -> None:
    assert choose_device(EngineOptions(device, engine=engine)) == HOST


@pytest.mark.parametrize("engine", CONVERTING)
def test_another_device_is_refused_by_engines_for_cpus(engine: str) -> None:
    with pytest.raises(UsageError) as caught:
        choose_device(EngineOptions("cuda", engine=engine))

    assert str(caught.value) == (
        f"engine {engine!r} runs on cpu only, not on 'cuda'; "
        "leave out --device, or use --engine torch"
    )


@pytest.mark.parametrize("engine", CONVERTING)
def test_a_missing_extra_is_told_before_anything_is_loaded(
    engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    without(engine, monkeypatch)

    with pytest.raises(EngineError) as caught:
        choose_device(EngineOptions(engine=engine))

    assert str(caught.value) == (
        f"engine {engine!r} needs no_{engine}; run: pip install 'qareport[{engine}]'"
    )


@pytest.mark.parametrize(
    ("engine", "formats"),
    [
        ("openvino", "float32, bfloat16, int8, int8-calibrated"),
        ("onnxruntime", "float32, int8"),
    ],
)
def test_engines_for_cpus_have_no_float16(folder: Path, engine: str, formats: str) -> None:
    with pytest.raises(UsageError) as caught:
        load(folder, engine, "float16")

    assert str(caught.value) == (
        f"engine {engine!r} has no float16; use another --engine, or one of its number formats "
        f"({formats})"
    )


def test_only_openvino_can_be_calibrated(folder: Path) -> None:
    with pytest.raises(UsageError) as caught:
        load(folder, "torch", "int8-calibrated")

    assert str(caught.value) == (
        "engine 'torch' has no int8-calibrated; use another --engine, or one of its number formats "
        "(float32, bfloat16, float16, int8)"
    )


def test_auto_is_float32_where_an_engine_lacks_what_the_device_is_fast_in(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(make, "pick_dtype", lambda *_: "bfloat16")
    monkeypatch.setitem(ENGINES, "table", EngineKind(lambda *_: TableEngine()))

    assert load(folder, "table", "auto").hardware.dtype == "float32"


def test_compiled_engine_has_no_int8(folder: Path) -> None:
    with pytest.raises(UsageError) as caught:
        load(folder, "torch-compiled", "int8")

    assert str(caught.value) == (
        "engine 'torch-compiled' has no int8; use another --engine, or one of its number formats "
        "(float32, bfloat16, float16)"
    )


@pytest.mark.slow
@needs_exact_products
def test_engines_and_formats_are_told_apart(folder: Path) -> None:
    wishes = [
        *(("torch", "float32"), ("torch", "int8")),
        *(("openvino", "float32"), ("openvino", "int8")),
        *(("onnxruntime", "float32"), ("onnxruntime", "int8")),
    ]

    models = [load(folder, *wish) for wish in wishes]

    assert [(each.hardware.engine, each.hardware.dtype) for each in models] == wishes
    of_records = [(each.configuration_sha256, each.hardware) for each in models]
    assert len(set(of_records)) == len(wishes)
    assert len({each.configuration_sha256 for each in models[1:]}) == len(wishes) - 1


@pytest.mark.slow
@pytest.mark.parametrize("engine", [pytest.param("torch", marks=needs_exact_products), *CONVERTING])
def test_int8_answers_nearly_as_float32(folder: Path, engine: str) -> None:
    asked = ("Who?", "The Normans gave their name to Normandy, a region in France.")
    margins = []
    for dtype in ("float32", "int8"):
        options = EngineOptions("cpu", dtype, engine=engine)
        margins.append(load_answerer(str(folder), engine=options).answer(*asked).null_margin)

    assert margins[0] != margins[1]
    assert margins[0] == pytest.approx(margins[1], abs=0.3)


@pytest.mark.slow
def test_a_model_is_converted_once_for_all_formats_of_floats(folder: Path, cache: Path) -> None:
    load(folder, "openvino", "float32")
    kept = [path.name for path in cache.iterdir()]

    load(folder, "openvino", "float32")
    load(folder, "openvino", pick_dtype("auto", HOST))

    assert [path.name for path in cache.iterdir()] == kept
    assert len(kept) == 1


@pytest.mark.slow
def test_auto_tells_what_it_takes_and_how_fast_all_are(folder: Path) -> None:
    logged: list[str] = []

    taken = load(folder, "auto", "float32", logged)

    assert len(logged) == 1
    assert logged[0].startswith(
        f"engine auto takes {taken.hardware.engine}; windows a second: torch"
    )


@pytest.mark.slow
@pytest.mark.parametrize(("dtype", "is_fitted"), [("int8", False), ("int8-calibrated", True)])
def test_auto_takes_openvino_for_8_bits_with_vnni(
    folder: Path, monkeypatch: pytest.MonkeyPatch, dtype: str, *, is_fitted: bool
) -> None:
    monkeypatch.setattr(make, "read_cpu", lambda: WITH_VNNI)
    logged: list[str] = []

    model = load(folder, "auto", dtype, logged)

    assert (model.hardware.engine, model.hardware.dtype) == ("openvino", dtype)
    assert isinstance(model.engine, CalibratedEngine) == is_fitted
    assert logged == [f"engine auto takes openvino for {dtype}"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cpu", "missing", "taken"),
    [
        (WITHOUT_VNNI, "neither", "onnxruntime"),
        (WITHOUT_VNNI, "onnxruntime", "openvino"),
        (WITH_VNNI, "openvino", "onnxruntime"),
    ],
)
def test_auto_takes_for_int8_what_is_fast_on_this_cpu_and_installed(
    folder: Path, monkeypatch: pytest.MonkeyPatch, cpu: Cpu, missing: str, taken: str
) -> None:
    monkeypatch.setattr(make, "read_cpu", lambda: cpu)
    if missing in ENGINES:
        without(missing, monkeypatch)
    logged: list[str] = []

    model = load(folder, "auto", "int8", logged)

    assert (model.hardware.engine, model.hardware.dtype) == (taken, "int8")
    assert logged[-1] == f"engine auto takes {taken} for int8"
    if missing in ENGINES:
        assert logged[0].startswith(f"engine auto does not take {missing}: engine {missing!r} nee")


def test_auto_has_no_8_bits_where_only_torch_is_left_and_too_slow(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(make, "read_cpu", lambda: WITHOUT_VNNI)
    for engine in CONVERTING:
        without(engine, monkeypatch)

    with pytest.raises(EngineError, match=r"^torch's int8 takes several times as long as float32"):
        load(folder, "auto", "int8")


@pytest.mark.parametrize("cpu", [WITH_VNNI, WITHOUT_VNNI, Cpu({}), Cpu({"neon": True})])
@pytest.mark.parametrize("engine", [*ENGINES, "auto"])
def test_no_auto_ever_takes_8_bits(
    folder: Path, monkeypatch: pytest.MonkeyPatch, engine: str, cpu: Cpu
) -> None:
    for module in (make, devices):
        monkeypatch.setattr(module, "read_cpu", lambda: cpu)
    for name, kind in ENGINES.items():
        fake = replace(kind, make=lambda *_: TableEngine(), packages=())
        monkeypatch.setitem(ENGINES, name, fake)

    taken = load(folder, engine, "auto").hardware.dtype

    assert taken in {"float32", "bfloat16"}
    assert taken == "float32" or cpu.has(BFLOAT16.features)


def test_a_format_that_is_slow_here_is_run_with_a_warning(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(make, "read_cpu", lambda: WITHOUT_VNNI)
    logged: list[str] = []

    model = load(folder, "torch", "bfloat16", logged)

    assert model.hardware.dtype == "bfloat16"
    assert " ".join(logged) == (
        "bfloat16 by torch is slower than float32 on this CPU, which has no instructions "
        "for products of it; --dtype float32 is faster"
    )


def test_auto_takes_torch_where_openvino_cannot_be_had(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without("openvino", monkeypatch)
    logged: list[str] = []

    taken = load(folder, "auto", "float32", logged)

    assert taken.hardware.engine == "torch"
    assert " ".join(logged) == (
        "engine auto takes torch: engine 'openvino' needs no_openvino; "
        "run: pip install 'qareport[openvino]'"
    )


def test_the_fastest_engine_wins(folder: Path) -> None:
    slow = MadeEngine(SlowEngine(0.05), "slow", "float32")
    fast = MadeEngine(SlowEngine(0.001), "fast", "float32")
    logged: list[str] = []

    assert race((slow, fast), model_in(folder), logged.append) is fast
    assert race((fast, slow), model_in(folder), logged.append) is fast
    assert all(sentence.startswith("engine auto takes fast; windows a sec") for sentence in logged)
