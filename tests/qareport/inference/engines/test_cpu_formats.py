"""Formats that are slower than float32 on a CPU are told, and refused where no run would end."""

from collections.abc import Mapping

import pytest
import torch

from qareport.errors import EngineError
from qareport.inference.engines.cpu_formats import NEEDS, Cpu, check_format, read_cpu
from qareport.inference.engines.table import ENGINES

AVX2_ALONE = Cpu(
    dict.fromkeys(
        (
            *("avx512_bf16", "amx_bf16", "avx512_fp16", "amx_fp16"),
            *("avx512_vnni", "avx_vnni", "avx_vnni_int8", "amx_int8"),
        ),
        False,
    )
)
ALL_FEATURES = Cpu(dict.fromkeys(AVX2_ALONE.features, True))
UNKNOWN = Cpu({"neon": True})
FORMATS = [(engine, dtype) for engine, kind in ENGINES.items() for dtype in kind.dtypes]
REFUSED = ("torch", "int8")


def warnings_about(engine: str, dtype: str, cpu: Cpu) -> list[str]:
    """What is logged about a format."""
    logged: list[str] = []
    check_format(engine, dtype, cpu, logged.append)
    return logged


@pytest.mark.parametrize("cpu", [ALL_FEATURES, UNKNOWN, Cpu({})])
@pytest.mark.parametrize(("engine", "dtype"), FORMATS)
def test_nothing_is_said_on_a_cpu_that_has_all_or_is_not_known(
    engine: str, dtype: str, cpu: Cpu
) -> None:
    assert warnings_about(engine, dtype, cpu) == []


@pytest.mark.parametrize(
    ("engine", "dtype"), [each for each in FORMATS if each in NEEDS and each != REFUSED]
)
def test_what_is_slower_than_float32_is_told_with_what_is_faster(engine: str, dtype: str) -> None:
    (warning,) = warnings_about(engine, dtype, AVX2_ALONE)

    assert warning.startswith(f"{dtype} by {engine} is slower than float32 on this CPU, ")
    faster = "--engine onnxruntime --dtype int8" if "int8" in dtype else "--dtype float32"
    assert warning.endswith(f"; {faster} is faster")


@pytest.mark.parametrize(("engine", "dtype"), [each for each in FORMATS if each not in NEEDS])
def test_what_is_as_fast_is_not_told(engine: str, dtype: str) -> None:
    assert warnings_about(engine, dtype, AVX2_ALONE) == []


def test_every_need_is_that_of_a_format_that_is_there() -> None:
    assert set(NEEDS) <= set(FORMATS)


def test_int8_by_torch_is_refused_without_vnni() -> None:
    with pytest.raises(EngineError) as caught:
        warnings_about(*REFUSED, AVX2_ALONE)

    assert str(caught.value) == (
        "torch's int8 takes several times as long as float32 on this CPU, which has no VNNI; use "
        "--engine onnxruntime --dtype int8, or --dtype float32"
    )


@pytest.mark.parametrize(
    ("capability", "features", "expected"),
    [
        ("AVX512", {"avx512_vnni": True}, {"avx512_vnni": True}),
        (
            "AVX2",
            {"avx512_vnni": True, "amx_int8": True},
            {"avx512_vnni": False, "amx_int8": False},
        ),
        (
            "AVX2",
            {"avx_vnni": True, "avx512_vnni": False},
            {"avx_vnni": True, "avx512_vnni": False},
        ),
        ("DEFAULT", {"neon": True, "cpu_name": "N1"}, {"neon": True}),
        ("DEFAULT", {}, {}),
    ],
)
def test_features_are_those_that_torch_may_use(
    monkeypatch: pytest.MonkeyPatch,
    capability: str,
    features: Mapping[str, bool | str],
    expected: Mapping[str, bool],
) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: features)
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: capability)

    assert read_cpu().features == expected
