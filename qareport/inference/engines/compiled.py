"""A model run by torch to the same one compiled, held against what it was made of."""

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
"""What torch's compiling ends with; most of its own errors are kinds of RuntimeError."""
SHAPES = ((16, 128), (1, 128), (3, 40))
"""Windows and tokens that are tried: what is compiled for the first serves all but a single window,
for which torch compiles anew, and the last holds it against windows of another length."""
VARIANTS = 64
"""Compiled for windows of different kinds, such as lengths that 8 divides; torch's own limit of 8
would end a run."""
TOLERANCES: Mapping[torch.dtype, float] = {torch.float32: 1e-3}
"""By how much a logit may differ, as a share of the largest."""
COARSE_TOLERANCE = 0.1
"""In formats of few digits, where another order of rounding shows."""


def compile_engine(plain: TorchEngine) -> TorchEngine:
    """What runs the same weights by compiled code, for any number of windows and tokens.

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
    """The model beside itself, with the same weights; its first call compiles it."""
    twin = copy.copy(model)
    twin.compile(dynamic=True, fullgraph=True, recompile_limit=VARIANTS)
    return twin


def _agree_on(shape: tuple[int, int], compiled: TorchEngine, plain: TorchEngine) -> bool:
    windows, tokens = shape
    batch = trial_batch(plain.model, windows=windows, tokens=tokens)
    tolerance = TOLERANCES.get(plain.dtype, COARSE_TOLERANCE)
    return agree(compiled, plain, batch, tolerance=tolerance)


def _cause(error: Exception) -> str:
    """The first line that says something; the others may run to pages."""
    lines = [line.strip() for line in str(error).splitlines()]
    telling = (line for line in lines if line and not line.endswith(":"))
    return next(telling, type(error).__name__)
