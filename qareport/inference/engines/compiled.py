"""Compiles a model by torch, and compares its logits with those of the original."""

import copy
import warnings
from collections.abc import Mapping
from dataclasses import replace

import torch
from transformers import PreTrainedModel

from qareport.errors import EngineError
from qareport.inference.engines.engine import TorchEngine
from qareport.inference.engines.trials import agree, trial_batch

COMPILING_ERRORS = (
    AttributeError,
    ImportError,
    KeyError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""Errors that torch's compiler raises; most of its own are subclasses of RuntimeError."""
SHAPES = ((16, 128), (1, 128), (3, 40))
"""Numbers of windows and tokens of the test batches: code for the first serves all but a single
window, for which torch compiles again, and the last compares windows of another length."""
VARIANTS = 64
"""Limit of versions compiled for different shapes, such as multiples of 8; torch's own limit of 8
would end a run."""
TOLERANCES: Mapping[torch.dtype, float] = {torch.float32: 1e-3}
"""The largest difference of a logit, as a share of the largest logit."""
COARSE_TOLERANCE = 0.1
"""The same in formats of few digits, where the order of rounding matters."""


def compile_engine(plain: TorchEngine) -> TorchEngine:
    """An engine that runs the weights by compiled code, for any number of windows and tokens.

    Raises:
        EngineError: torch cannot compile the model as a whole, or gets other logits then.
    """
    name = type(plain.model).__name__
    compiled = replace(plain, model=_to_compile(plain.model), whole=plain.in_float32())
    try:
        with warnings.catch_warnings():
            # Compiling imports parts of torch that warn of other ones.
            warnings.simplefilter("ignore")
            agrees = all(_agree_on(shape, compiled, plain) for shape in SHAPES)
    except COMPILING_ERRORS as error:
        raise EngineError(
            f"{name} cannot be compiled ({_cause(error)}); use --engine torch, or install a C++ "
            "compiler where none is found"
        ) from error
    if not agrees:
        raise EngineError(f"{name} gives other logits when it is compiled; use --engine torch")
    return compiled


def _to_compile(model: PreTrainedModel) -> PreTrainedModel:
    """A copy of the model with the same weights, which its first call compiles."""
    twin = copy.copy(model)
    twin.compile(dynamic=True, fullgraph=True, recompile_limit=VARIANTS)
    return twin


def _agree_on(shape: tuple[int, int], compiled: TorchEngine, plain: TorchEngine) -> bool:
    windows, tokens = shape
    batch = trial_batch(plain.model, windows=windows, tokens=tokens)
    tolerance = TOLERANCES.get(plain.dtype, COARSE_TOLERANCE)
    return agree(compiled, plain, batch, tolerance=tolerance)


def _cause(error: Exception) -> str:
    """The first line of the error that has a cause in it; all its lines may fill pages."""
    lines = [line.strip() for line in str(error).splitlines()]
    causes = (line for line in lines if line and not line.endswith(":"))
    return next(causes, type(error).__name__)
