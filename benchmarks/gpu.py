"""Measures questions per second on one device, and how much of its arithmetic that uses.

    python -m benchmarks.gpu MODEL DATA [--questions N] [--device cuda] [--dtype bfloat16]
        [--engine torch-compiled]

Utilisation is the arithmetic that the tokens of the windows need (2 operations for each parameter
outside of the embeddings, and attention's products; padding does not count) in a second of the
whole way from texts to answers, over the peak of the device: --peak, or what one large matrix
product of the same number format reaches in the same run. The habit beside it is run_qa's: float32,
windows padded to 384 tokens, 8 at a time, Python loops. The ways take turns, and the median round
counts.
"""

import argparse
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from benchmarks.answering import BATCH_SIZE, answer_like_run_qa
from qareport.data.readers.squad_file import read_squad_file
from qareport.data.types import Example
from qareport.inference.answerer import Answerer, load_answerer
from qareport.inference.engines.engine import TorchEngine
from qareport.inference.engines.table import DTYPES, TORCH, TORCH_COMPILED
from qareport.inference.options import AUTO, EngineOptions

PRODUCTS = {"cpu": 2048}
"""Rows and columns of the matrices whose product tells a device's peak; others take 8192."""
LARGE_PRODUCT = 8192
PRODUCT_ROUNDS = 5
TERA = 1e12


@dataclass(frozen=True, slots=True)
class Answered:
    """What one round of our way took and did."""

    seconds: float
    windows: int
    operations: float


def answer(answerer: Answerer, engine: TorchEngine, examples: Sequence[Example]) -> Answered:
    """One round of our way."""
    clock = time.perf_counter()
    lengths = [len(window) for chunk in answerer.answer_all(examples) for window in chunk.windows]
    seconds = time.perf_counter() - clock
    return Answered(seconds, len(lengths), count_operations(engine, lengths))


def count_operations(engine: TorchEngine, lengths: Sequence[int]) -> float:
    """Multiplications and additions that windows of these lengths need."""
    model, config = engine.model, engine.model.config
    weights = model.num_parameters(exclude_embeddings=True)
    width: int = config.hidden_size * config.num_hidden_layers
    # Each layer multiplies queries by keys, and what comes of it by values: length² · width, twice.
    return sum(2.0 * weights * length + 4.0 * width * length**2 for length in lengths)


def answer_by_habit(answerer: Answerer, examples: Sequence[Example]) -> float:
    """Seconds of one round of run_qa's way."""
    clock = time.perf_counter()
    answer_like_run_qa(answerer, examples)
    return time.perf_counter() - clock


def measure_peak(device: torch.device, dtype: torch.dtype) -> float:
    """Operations a second of one large matrix product, the fastest of some."""
    size = PRODUCTS.get(device.type, LARGE_PRODUCT)
    left, right = (torch.ones(size, size, device=device, dtype=dtype) for _ in range(2))
    fastest = float("inf")
    for _ in range(PRODUCT_ROUNDS):
        clock = time.perf_counter()
        # Reading one number waits for the device.
        (left @ right)[0, 0].item()
        fastest = min(fastest, time.perf_counter() - clock)
    return 2.0 * size**3 / fastest


def torch_engine(answerer: Answerer) -> TorchEngine:
    """The engine, whose parameters can be counted."""
    engine = answerer.model.engine
    if not isinstance(engine, TorchEngine):
        raise TypeError(engine)
    return engine


def compare(arguments: argparse.Namespace, examples: Sequence[Example]) -> None:
    """Measures both ways in turns and prints what they reach."""
    options = EngineOptions(
        arguments.device, arguments.dtype, arguments.batch_tokens, arguments.engine
    )
    answerer = load_answerer(arguments.model, engine=options)
    habit = load_answerer(arguments.model, engine=EngineOptions(arguments.device, "float32"))
    engine, hardware = torch_engine(answerer), answerer.model.hardware
    answer_by_habit(habit, examples[:BATCH_SIZE])
    # All of them, so that every shape is known and memory has been taken when the clock runs.
    answer(answerer, engine, examples)
    ours: list[Answered] = []
    theirs: list[float] = []
    for _ in range(arguments.rounds):
        theirs.append(answer_by_habit(habit, examples))
        ours.append(answer(answerer, engine, examples))
    seconds, before = statistics.median(each.seconds for each in ours), statistics.median(theirs)
    reached = ours[0].operations / seconds
    stated = arguments.peak is not None
    peak = arguments.peak * TERA if stated else measure_peak(engine.device, engine.dtype)
    print(f"{hardware.device} ({hardware.device_name}), {hardware.engine}, {hardware.dtype}")
    print(f"batches of up to {hardware.batch_tokens} tokens, {arguments.rounds} rounds")
    print(f"{len(examples)} questions, {ours[0].windows} windows, {seconds:.2f} s")
    print(f"{len(examples) / seconds:.1f} questions/s, {before / seconds:.2f} times run_qa's habit")
    print(
        f"{reached / TERA:.3f} of {peak / TERA:.3f} tera-operations/s "
        f"({'as stated' if stated else 'a matrix product here'}): {100 * reached / peak:.1f} %"
    )


def main() -> None:
    """Reads the wishes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model")
    parser.add_argument("data", type=Path)
    parser.add_argument("--questions", type=int, help="the first of them only")
    parser.add_argument("--device", default=AUTO)
    parser.add_argument("--dtype", default=AUTO, choices=[AUTO, *DTYPES])
    parser.add_argument("--batch-tokens", type=int)
    parser.add_argument("--engine", default=TORCH, choices=[TORCH, TORCH_COMPILED])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peak", type=float, help="of the device, in tera-operations a second")
    arguments = parser.parse_args()
    compare(arguments, read_squad_file(arguments.data, limit=arguments.questions).examples)


if __name__ == "__main__":
    main()
