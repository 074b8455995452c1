"""Measures how busy an evaluation keeps a device that is not there.

    python -m benchmarks.fake_device MODEL DATA [--rate N] [--batch-tokens N] [--limit N]

In place of the model stands an engine that sleeps as long as a device would compute, without the
interpreter's lock, and gives random logits. It notes when it sleeps, so that its gaps are those of
a device: what they sum up to is the time in which the host was late. The whole of an evaluation
that writes its record is run. `--rate` is in questions of average length a second.
"""

import argparse
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

import torch

from qareport.data.readers.squad_file import read_squad_file
from qareport.evaluation.evaluate import evaluate_into
from qareport.inference.answerer import Answerer, load_answerer
from qareport.inference.engines.engine import SpanLogits, TokenBatch
from qareport.inference.options import EngineOptions

WINDOW_TOKENS = 184
"""Of SQuAD's dev set, in the mean."""
WIDEST, MOST_ROWS = 512, 4096
"""Shape of the logits that are made once."""


@dataclass(frozen=True, slots=True)
class Busy:
    """Seconds of one batch on the device's clock."""

    start: float
    end: float


@dataclass(slots=True)
class SleepingEngine:
    """An engine that takes its time and does nothing."""

    seconds_per_token: float
    starts: torch.Tensor
    ends: torch.Tensor
    batches: list[Busy] = field(default_factory=list)

    def compute_logits(self, batch: TokenBatch) -> SpanLogits:
        """Random logits, after the time that the batch takes."""
        start = time.perf_counter()
        rows, tokens = batch.token_ids.shape
        time.sleep(rows * tokens * self.seconds_per_token)
        self.batches.append(Busy(start, time.perf_counter()))
        return SpanLogits(self.starts[:rows, :tokens], self.ends[:rows, :tokens])


def make_engine(rate: float) -> SleepingEngine:
    """An engine that answers so many questions a second."""
    random = torch.Generator().manual_seed(42)
    starts, ends = torch.randn(2, MOST_ROWS, WIDEST, generator=random) * 3
    return SleepingEngine(1 / (rate * WINDOW_TOKENS), starts, ends)


def with_engine(answerer: Answerer, engine: SleepingEngine, batch_tokens: int) -> Answerer:
    """The answerer with the engine in place of its own."""
    hardware = replace(answerer.model.hardware, batch_tokens=batch_tokens)
    return replace(answerer, model=replace(answerer.model, engine=engine, hardware=hardware))


def print_gaps(batches: Sequence[Busy], whole: float) -> None:
    """How busy the device was."""
    first, last = batches[0].start, batches[-1].end
    busy = sum(each.end - each.start for each in batches)
    gaps = sorted((after.start - before.end for before, after in pairwise(batches)), reverse=True)
    longest = ", ".join(f"{1000 * gap:.0f}" for gap in gaps[:5])
    print(f"batches                       {len(batches)}")
    print(f"busy, s                       {busy:.2f}")
    print(f"first to last batch, s        {last - first:.2f}")
    print(f"whole evaluation, s           {whole:.2f}")
    print(f"busy of first to last, %      {100 * busy / (last - first):.1f}")
    print(f"busy of the whole, %          {100 * busy / whole:.1f}")
    print(f"longest gaps, ms              {longest}")


def main() -> None:
    """Evaluates into a folder that goes, and prints the gaps."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model")
    parser.add_argument("data", type=Path)
    parser.add_argument("--rate", type=float, default=1000.0, help="questions a second")
    parser.add_argument("--batch-tokens", type=int, default=16384)
    parser.add_argument("--limit", type=int)
    arguments = parser.parse_args()
    data_set = read_squad_file(arguments.data, limit=arguments.limit)
    engine = make_engine(arguments.rate)
    loaded = load_answerer(arguments.model, engine=EngineOptions(device="cpu", dtype="float32"))
    answerer = with_engine(loaded, engine, arguments.batch_tokens)
    with tempfile.TemporaryDirectory() as folder:
        clock = time.perf_counter()
        evaluate_into(Path(folder) / "record", answerer, data_set)
        print_gaps(engine.batches, time.perf_counter() - clock)


if __name__ == "__main__":
    main()
