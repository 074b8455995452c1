"""Measures what the time of an evaluation goes into, and how near that is to this CPU's limit.

    python -m benchmarks.limits MODEL DATA [--questions N] [--rounds N] [--square N]
        [--product-rounds N]

For each engine and number format: questions a second, the share of the seconds that the model
takes (cutting windows runs beside it), the operations a second of the model alone, and those of
two plain matrix products of the same engine and format: a large square one, and one of the shape
that the model's widest layers have, of which the last column tells the share that is reached. Then
the kinds of steps of OpenVINO's models by their share of the time. The median round counts.
"""

import argparse
import statistics
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import openvino as ov
import torch
from torch import nn

from benchmarks.answering import runs_here
from benchmarks.gpu import TERA, count_operations
from qareport.data.readers.squad_file import read_squad_file
from qareport.data.types import Example
from qareport.inference.answerer import Answerer, load_answerer
from qareport.inference.batches import pad_windows, plan_batches
from qareport.inference.engines.conversion import inputs_of
from qareport.inference.engines.engine import (
    Engine,
    ReferencedEngine,
    SpanLogits,
    TokenBatch,
    TorchEngine,
)
from qareport.inference.engines.openvino.conversion import convert
from qareport.inference.engines.openvino.engine import (
    DEVICE,
    compile_engine,
    compile_properties,
)
from qareport.inference.engines.openvino.quantisation import quantise
from qareport.inference.engines.table import INT8, OPENVINO, TORCH
from qareport.inference.options import EngineOptions
from qareport.inference.windows import cut_windows

WAYS = (
    (TORCH, "float32"),
    (TORCH, "bfloat16"),
    (OPENVINO, "float32"),
    (OPENVINO, "bfloat16"),
    (OPENVINO, INT8),
)
SQUARE = 2048
"""Rows and columns of the large product."""
TOKENS = 4096
"""Rows of the other one: of a batch on a CPU."""
PRODUCT_ROUNDS = 20
KINDS = 6
"""Kinds of steps that are told."""


@dataclass(slots=True)
class TimedEngine:
    """An engine with the seconds that it has taken."""

    engine: Engine
    seconds: float = 0.0

    def compute_logits(self, batch: TokenBatch) -> SpanLogits:
        """Logits of the inner engine."""
        clock = time.perf_counter()
        logits = self.engine.compute_logits(batch)
        self.seconds += time.perf_counter() - clock
        return logits


@dataclass(frozen=True, slots=True)
class Round:
    """Seconds of the whole way, and of the model in it."""

    whole: float
    model: float


def measure_round(answerer: Answerer, examples: Sequence[Example]) -> Round:
    """One round over the examples."""
    timed = TimedEngine(answerer.model.engine)
    tapped = replace(answerer, model=replace(answerer.model, engine=timed))
    clock = time.perf_counter()
    for _ in tapped.answer_all(examples):
        pass
    return Round(time.perf_counter() - clock, timed.seconds)


def reference(answerer: Answerer) -> TorchEngine:
    """The same weights in float32 on torch, whose parameters can be counted."""
    engine = answerer.model.engine
    if isinstance(engine, ReferencedEngine):
        engine = engine.in_float32()
    if not isinstance(engine, TorchEngine):
        raise TypeError(engine)
    return engine


def measure_product(
    whole: TorchEngine, way: tuple[str, str], *, rows: int, shape: tuple[int, int], rounds: int
) -> float:
    """Operations a second of a product of `rows` vectors and a matrix, the fastest of some."""
    layer, inputs = nn.Linear(*shape, bias=False).eval(), torch.randn(rows, shape[0])
    multiply = in_torch(layer, way[1]) if way[0] == TORCH else in_openvino(layer, way[1], whole)
    fastest = float("inf")
    for _ in range(rounds):
        clock = time.perf_counter()
        multiply(inputs)
        fastest = min(fastest, time.perf_counter() - clock)
    return 2.0 * rows * shape[0] * shape[1] / fastest


def in_torch(layer: nn.Linear, dtype: str) -> Callable[[torch.Tensor], object]:
    """The product by torch; vectors come in float32, as from the steps between products."""
    number_format: torch.dtype = getattr(torch, dtype)

    def multiply(inputs: torch.Tensor) -> torch.Tensor:
        reduced = number_format is not torch.float32
        with torch.inference_mode(), torch.autocast("cpu", dtype=number_format, enabled=reduced):
            return layer(inputs)  # type: ignore[no-any-return]

    return multiply


def in_openvino(
    layer: nn.Linear, dtype: str, whole: TorchEngine
) -> Callable[[torch.Tensor], object]:
    """The product by OpenVINO."""
    model = ov.convert_model(layer, example_input=torch.zeros(1, layer.in_features))
    model = quantise(model) if dtype == INT8 else model
    request = compile_engine(model, dtype, whole=whole, settings={}).request
    return lambda inputs: request.infer([inputs.numpy()])


def count_steps(whole: TorchEngine, dtype: str, batches: Sequence[TokenBatch]) -> Counter[str]:
    """Seconds of OpenVINO's steps, by kind."""
    model = convert(whole)
    model = quantise(model) if dtype == INT8 else model
    properties = {**compile_properties(dtype), "PERF_COUNT": True}
    request = ov.Core().compile_model(model, DEVICE, properties).create_infer_request()
    seconds: Counter[str] = Counter()
    for batch in batches:
        request.infer(inputs_of(batch, takes_type_ids=whole.takes_type_ids))
        for step in request.profiling_info:
            seconds[step.node_type] += step.real_time.total_seconds()
    return seconds


def print_way(
    arguments: argparse.Namespace, way: tuple[str, str], examples: Sequence[Example]
) -> None:
    """A row for an engine and number format."""
    engine, dtype = way
    options = EngineOptions(device="cpu", dtype=dtype, engine=engine)
    answerer = load_answerer(arguments.model, engine=options)
    whole = reference(answerer)
    lengths = [len(window) for chunk in answerer.answer_all(examples) for window in chunk.windows]
    rounds = [measure_round(answerer, examples) for _ in range(arguments.rounds)]
    seconds = statistics.median(each.whole for each in rounds)
    of_model = statistics.median(each.model for each in rounds)
    reached, side = count_operations(whole, lengths) / of_model, arguments.square
    tries = arguments.product_rounds
    square = measure_product(whole, way, rows=side, shape=(side, side), rounds=tries)
    config = whole.model.config
    shape = (config.hidden_size, config.intermediate_size)
    narrow = measure_product(whole, way, rows=TOKENS, shape=shape, rounds=tries)
    print(
        f"{engine + ' ' + dtype:20}{len(examples) / seconds:12.1f}{100 * of_model / seconds:9.0f}"
        f"{reached / TERA:12.3f}{square / TERA:12.3f}{narrow / TERA:12.3f}"
        f"{100 * reached / narrow:10.0f}",
        flush=True,
    )


def print_steps(
    arguments: argparse.Namespace, ways: Sequence[tuple[str, str]], examples: Sequence[Example]
) -> None:
    """What OpenVINO's models spend their time on."""
    answerer = load_answerer(arguments.model, engine=EngineOptions(device="cpu", dtype="float32"))
    windows = cut_windows(answerer.model.tokenizer, examples, answerer.options)
    plan = plan_batches([len(window) for window in windows], batch_tokens=TOKENS)
    batches = [pad_windows([windows[row] for row in batch], padding_id=0) for batch in plan]
    for engine, dtype in ways:
        if engine == OPENVINO:
            seconds = count_steps(reference(answerer), dtype, batches)
            shares = (
                f"{kind} {100 * taken / seconds.total():.0f} %"
                for kind, taken in seconds.most_common(KINDS)
            )
            print(f"{engine} {dtype}: {', '.join(shares)}", flush=True)


def main() -> None:
    """Prints a row for each way, then the steps."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model")
    parser.add_argument("data", type=Path)
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--square", type=int, default=SQUARE, help="rows of the large product")
    parser.add_argument("--product-rounds", type=int, default=PRODUCT_ROUNDS)
    arguments = parser.parse_args()
    examples = read_squad_file(arguments.data, limit=arguments.questions).examples
    print(f"{len(examples)} questions, {arguments.rounds} rounds; tera-operations a second")
    print("way                  questions/s  model,%       model      square      narrow  of it, %")
    ways = [way for way in WAYS if runs_here(*way)]
    for way in ways:
        print_way(arguments, way, examples)
    print_steps(arguments, ways, examples)
    if len(ways) < len(WAYS):
        print("openvino bfloat16: this CPU does not have it")


if __name__ == "__main__":
    main()
