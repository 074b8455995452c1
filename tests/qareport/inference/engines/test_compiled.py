"""A compiled model gives the logits of the model that it was made of, or one sentence."""

from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch._inductor import config as compiler_settings
from transformers import AutoModelForQuestionAnswering

from qareport.errors import EngineError
from qareport.inference.engines.compiled import compile_engine
from qareport.inference.engines.engine import TorchEngine
from qareport.inference.engines.trials import agree, trial_batch
from qareport.inference.loading.models import LoadedModel, load_model
from qareport.inference.options import EngineOptions
from tests.answering_builders import in_torch
from tests.tiny_models import build_tiny_model

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> LoadedModel:
    """A tiny model of one layer, compiled."""
    folder = build_tiny_model("bert", tmp_path_factory.mktemp("model"), layers=1)
    return load_model(str(folder), EngineOptions("cpu", "float32", engine="torch-compiled"))


@pytest.fixture
def compiled(loaded: LoadedModel) -> TorchEngine:
    """What runs it."""
    assert isinstance(loaded.engine, TorchEngine)
    return loaded.engine


@pytest.fixture
def uncompiled(tmp_path: Path) -> TorchEngine:
    """A tiny model of a family that no other test compiles, since what is compiled is kept."""
    folder = build_tiny_model("distilbert", tmp_path, layers=1)
    return in_torch(AutoModelForQuestionAnswering.from_pretrained(folder).eval())


def test_record_tells_the_engine(loaded: LoadedModel) -> None:
    assert (loaded.hardware.engine, loaded.hardware.dtype) == ("torch-compiled", "float32")


@pytest.mark.parametrize(("windows", "tokens"), [(1, 9), (2, 9), (16, 333)])
def test_logits_are_those_of_the_model(compiled: TorchEngine, windows: int, tokens: int) -> None:
    batch = trial_batch(compiled.model, windows=windows, tokens=tokens)

    assert agree(compiled, compiled.in_float32(), batch, tolerance=1e-5)


def test_reference_is_the_model_as_it_was_with_the_same_weights(compiled: TorchEngine) -> None:
    reference = compiled.in_float32()
    batch = trial_batch(compiled.model, windows=2, tokens=9)

    plain = reference.model(batch.token_ids, batch.is_token.long(), batch.type_ids)

    assert torch.equal(reference.compute_logits(batch).starts, plain.start_logits)
    pairs = zip(reference.model.parameters(), compiled.model.parameters(), strict=True)
    assert all(one is other for one, other in pairs)


def test_model_that_is_no_single_program_is_refused(uncompiled: TorchEngine) -> None:
    def look(_: torch.nn.Module, __: tuple[Tensor, ...], embedded: Tensor) -> None:
        if embedded.sum().item() == 0:
            raise ValueError

    uncompiled.model.get_input_embeddings().register_forward_hook(look)

    with pytest.raises(EngineError) as caught:
        compile_engine(uncompiled)

    sentence = str(caught.value)
    assert sentence.startswith("DistilBertForQuestionAnswering cannot be compiled (")
    assert sentence.endswith("); use --engine torch, or install a C++ compiler where none is found")
    assert "\n" not in sentence


def test_missing_compiler_is_told(uncompiled: TorchEngine) -> None:
    with (
        compiler_settings.patch({"cpp.cxx": (None, "no-such-compiler")}),
        pytest.raises(EngineError, match=r"^Dist.*InvalidCxxCompiler: No working C\+\+ compiler"),
    ):
        compile_engine(uncompiled)


def test_other_logits_are_refused(uncompiled: TorchEngine) -> None:
    def shake(_: torch.nn.Module, __: tuple[Tensor, ...], embedded: Tensor) -> Tensor:
        return embedded + torch.rand_like(embedded)

    uncompiled.model.get_input_embeddings().register_forward_hook(shake)

    with pytest.raises(EngineError) as caught:
        compile_engine(uncompiled)

    assert str(caught.value) == (
        "DistilBertForQuestionAnswering gives other logits when it is compiled; use --engine torch"
    )
