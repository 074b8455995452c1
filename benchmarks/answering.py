"""Measures answering beside one that does what run_qa does, each way in processes of its own.

    python benchmarks/answering.py MODEL DATA [--questions N] [--rounds N] [--ways NAME ...]

The ways take turns, and the median round counts: end-to-end seconds from texts to answers, without
loading; and beside that seconds of whole processes, from start to end: of the first one, which
converts the model where an engine needs that, and the median of all, which find it converted. What
is converted is kept in a folder for this run alone. The baseline is in float32, pads all windows to
384 tokens, takes 8 of them at a time and looks for answers in Python loops.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
from torch.nn import functional

from qareport.data.readers.squad_file import read_squad_file
from qareport.data.types import Example
from qareport.inference.answerer import Answerer, load_answerer
from qareport.inference.batches import pad_windows
from qareport.inference.engines.cpu_formats import VNNI, read_cpu
from qareport.inference.engines.engine import TokenBatch
from qareport.inference.engines.int8 import products_are_exact
from qareport.inference.engines.model_cache import FOLDER_VARIABLE
from qareport.inference.engines.openvino.engine import has_bfloat16
from qareport.inference.options import EngineOptions
from qareport.inference.windows import Window, fit_questions, make_windows
from qareport.metrics.squad import score_all
from qareport.metrics.totals import total

LENGTH = 384
BATCH_SIZE = 8
N_BEST = 20
MAX_ANSWER_LENGTH = 30
BASELINE = "run_qa"
MEBIBYTE = 1024
"""Kibibytes, in which the system counts memory."""

Texts = dict[str, str]
"""Answers by id."""


@dataclass(frozen=True, slots=True)
class ScoredWindow:
    """A window with its logits, as lists of floats are looped over."""

    window: Window
    starts: np.ndarray
    ends: np.ndarray


@dataclass(frozen=True, slots=True)
class Way:
    """A way to answer, with what runs the model and its number format."""

    answer: Callable[[Answerer, Sequence[Example]], Texts]
    dtype: str = "float32"
    engine: str = "torch"


def answer_like_run_qa(answerer: Answerer, examples: Sequence[Example]) -> Texts:
    """Answers by fixed padding, small batches and Python loops."""
    tokenizer, options = answerer.model.tokenizer, answerer.options
    questions = fit_questions(tokenizer, examples, options)
    windows = make_windows(tokenizer, examples, questions, options=options)
    scored: list[ScoredWindow] = []
    for first in range(0, len(windows), BATCH_SIZE):
        together = windows[first : first + BATCH_SIZE]
        batch = pad_windows(together, padding_id=tokenizer.pad_token_id or 0)
        room = (0, LENGTH - batch.token_ids.shape[1])
        logits = answerer.model.engine.compute_logits(
            TokenBatch(
                functional.pad(batch.token_ids, room, value=tokenizer.pad_token_id or 0),
                functional.pad(batch.type_ids, room),
                functional.pad(batch.is_token, room),
            )
        )
        rows = zip(together, logits.starts.cpu().numpy(), logits.ends.cpu().numpy(), strict=True)
        scored += [ScoredWindow(*row) for row in rows]
    contexts = {example.id: example.context for example in examples}
    by_id = groupby(scored, key=lambda each: each.window.example_id)
    return {key: _best_text(contexts[key], list(own)) for key, own in by_id}


def answer_by_engine(answerer: Answerer, examples: Sequence[Example]) -> Texts:
    """Answers as qareport does."""
    return {
        prediction.example_id: prediction.text
        for chunk in answerer.answer_all(examples)
        for prediction in chunk.predictions
    }


WAYS: Mapping[str, Way] = {
    BASELINE: Way(answer_like_run_qa),
    "float32": Way(answer_by_engine),
    "bfloat16": Way(answer_by_engine, "bfloat16"),
    "int8": Way(answer_by_engine, "int8"),
    "openvino-float32": Way(answer_by_engine, engine="openvino"),
    "openvino-bfloat16": Way(answer_by_engine, "bfloat16", "openvino"),
    "openvino-int8": Way(answer_by_engine, "int8", "openvino"),
    "openvino-int8-calibrated": Way(answer_by_engine, "int8-calibrated", "openvino"),
    "onnxruntime-float32": Way(answer_by_engine, engine="onnxruntime"),
    "onnxruntime-int8": Way(answer_by_engine, "int8", "onnxruntime"),
}


def _best_text(context: str, windows: list[ScoredWindow]) -> str:
    null_score = min(
        float(each.starts[each.window.null_position] + each.ends[each.window.null_position])
        for each in windows
    )
    spans = sorted(_spans(context, windows), key=lambda span: -span[0])[:N_BEST]
    best = next(((score, text) for score, text in spans if text), None)
    return "" if best is None or null_score > best[0] else best[1]


def _spans(context: str, windows: list[ScoredWindow]) -> Iterator[tuple[float, str]]:
    """Scores and texts of the spans between the highest starts and ends of each window."""
    for each in windows:
        chars, shift = each.window.token_chars, each.window.context_position
        for first in np.argsort(each.starts)[: -N_BEST - 1 : -1].tolist():
            for last in np.argsort(each.ends)[: -N_BEST - 1 : -1].tolist():
                if first < shift or last < first or last >= shift + len(chars):
                    continue
                if last - first + 1 > MAX_ANSWER_LENGTH:
                    continue
                text = context[chars[first - shift, 0] : chars[last - shift, 1]]
                yield float(each.starts[first] + each.ends[last]), text.strip()


@dataclass(frozen=True, slots=True)
class Measured:
    """What one round of one way gave."""

    seconds: float
    peak_mib: int
    texts: Texts
    process_seconds: float
    """From the start of the process to its end."""


def runs_here(engine: str, dtype: str) -> bool:
    """Whether this CPU has what an engine needs for a number format."""
    if (engine, dtype) == ("torch", "int8"):
        return not read_cpu().lacks(VNNI.features) and products_are_exact()
    return (engine, dtype) != ("openvino", "bfloat16") or has_bfloat16()


def measure(name: str, model: str, examples: Sequence[Example]) -> None:
    """Prints one round as JSON."""
    way = WAYS[name]
    loaded = load_answerer(model, engine=EngineOptions(dtype=way.dtype, engine=way.engine))
    answerer = loaded.calibrated(examples)
    way.answer(answerer, examples[:BATCH_SIZE])
    clock = time.perf_counter()
    texts = way.answer(answerer, examples)
    seconds = time.perf_counter() - clock
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // MEBIBYTE
    print(json.dumps([seconds, peak, texts]))


def run_round(name: str, arguments: argparse.Namespace, cache: str) -> Measured:
    """One round of a way in a process of its own, with a folder for converted models."""
    command = [sys.executable, __file__, arguments.model, str(arguments.data)]
    options = ["--questions", str(arguments.questions), "--measure", name]
    clock = time.perf_counter()
    run = subprocess.run(  # noqa: S603 - this very script
        [*command, *options],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, FOLDER_VARIABLE: cache},
    )
    process_seconds = time.perf_counter() - clock
    seconds, peak, texts = json.loads(run.stdout.splitlines()[-1])
    return Measured(seconds, peak, texts, process_seconds)


def row_of(
    name: str, rounds: Sequence[Measured], baseline: Sequence[Measured], golds: Sequence[Example]
) -> str:
    """What is printed of a way."""
    seconds = statistics.median(each.seconds for each in rounds)
    ratio = statistics.median(each.seconds for each in baseline) / seconds
    texts, known = rounds[0].texts, baseline[0].texts
    scores = total(list(score_all(golds, texts))).overall
    equal = sum(text == known[key] for key, text in texts.items()) / len(texts)
    peak = max(each.peak_mib for each in rounds)
    return (
        f"{name:25}{len(texts) / seconds:12.2f}{ratio:8.2f}{100 * scores.exact:8.2f}"
        f"{100 * scores.f1:8.2f}{100 * equal:10.2f}{peak:10d}"
        f"{rounds[0].process_seconds:10.1f}"
        f"{statistics.median(each.process_seconds for each in rounds):11.1f}"
    )


def main() -> None:
    """Measures every way in turns, and prints a row for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model")
    parser.add_argument("data", type=Path)
    parser.add_argument("--questions", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=3)
    here = [name for name, way in WAYS.items() if runs_here(way.engine, way.dtype)]
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=here)
    parser.add_argument("--measure", choices=WAYS, help="this way only, once, in this process")
    arguments = parser.parse_args()
    examples = read_squad_file(arguments.data, limit=arguments.questions).examples
    if arguments.measure:
        measure(arguments.measure, arguments.model, examples)
        return
    names = [BASELINE, *(name for name in arguments.ways if name != BASELINE)]
    rounds: dict[str, list[Measured]] = {name: [] for name in names}
    with tempfile.TemporaryDirectory() as cache:
        for _ in range(arguments.rounds):
            for name in names:
                rounds[name].append(run_round(name, arguments, cache))
    print(f"{len(examples)} questions, {arguments.rounds} rounds")
    print(
        "way                       questions/s   ratio      EM      F1  equal, %  peak MiB"
        "  first, s  process, s"
    )
    for name in names:
        print(row_of(name, rounds[name], rounds[BASELINE], examples))


if __name__ == "__main__":
    main()
