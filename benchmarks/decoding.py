"""Measures logits to answer texts beside the Python loops of run_qa, on windows made up here.

    python benchmarks/decoding.py [--windows N ...] [--rounds N]

Both ways get the same arrays and take turns; the median round counts. Seconds are those of the
processor, on one thread, so that other work on the machine does not count. Memory is measured for
our way, each size in a process of its own, chunk by chunk as an evaluation goes.
"""

import argparse
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Encoding, Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import WhitespaceSplit
from tokenizers.processors import TemplateProcessing

from qareport.answering.batches import plan_batches
from qareport.answering.engine import SpanLogits
from qareport.answering.search import blank_candidates, search_batch
from qareport.answering.windows import Window
from qareport.options import AnsweringOptions
from qareport.records import Example
from qareport.scoring.decoding import predict_all

OPTIONS = AnsweringOptions()
LENGTHS = (96, 128, 160, 192, 224, 256, 320, 384)
"""Tokens of the windows, as those of SQuAD are spread."""
QUESTION_TOKENS = 12
CHUNK = 128
"""Windows between which nothing is kept, as in an evaluation on a CPU."""
BATCH_TOKENS = 4096
CANDIDATES = 3
"""Places of a window that look like an answer."""
QUIET, LOUD = -6.0, 8.0
"""Logits of most tokens, and how far those of answers stand out, as of a trained model."""
FADING = 3.0
"""Tokens within which that fades, since neighbours of a likely start are likelier than others."""
SIZES = (12_000, 48_000, 192_000)
SEED = 42


@dataclass(frozen=True, slots=True)
class Piece:
    """Some windows, each the only one of its example, with their logits on the host."""

    examples: list[Example]
    windows: list[Window]
    offsets: list[list[tuple[int, int] | None]]
    """Characters of each token, None outside of the context: what run_qa keeps of a window."""
    starts: list[np.ndarray]
    ends: list[np.ndarray]


@dataclass(frozen=True, slots=True)
class Passage:
    """One length of windows: its tokens and its context."""

    encoding: Encoding
    context: str
    token_chars: np.ndarray
    offsets: list[tuple[int, int] | None]


def make_passages() -> list[Passage]:
    """A passage for each length."""
    words = ["[CLS]", "[SEP]", *(f"word{number}" for number in range(100))]
    tokenizer = Tokenizer(WordLevel({word: index for index, word in enumerate(words)}))
    tokenizer.pre_tokenizer = WhitespaceSplit()
    tokenizer.post_processor = TemplateProcessing(
        pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 0), ("[SEP]", 1)]
    )
    question = " ".join(words[2 : 2 + QUESTION_TOKENS])
    passages = []
    for length in LENGTHS:
        size = length - QUESTION_TOKENS - 3
        context = " ".join(words[2 + place % 100] for place in range(size))
        encoding = tokenizer.encode(question, context)
        is_context = [sequence == 1 for sequence in encoding.sequence_ids]
        offsets = [
            chars if kept else None
            for chars, kept in zip(encoding.offsets, is_context, strict=True)
        ]
        chars = np.array([each for each in offsets if each is not None], dtype=np.int32)
        passages.append(Passage(encoding, context, chars, offsets))
    return passages


def make_pieces(count: int) -> Iterator[Piece]:
    """So many windows, a chunk at a time."""
    passages, draw = make_passages(), np.random.default_rng(SEED)
    for first in range(0, count, CHUNK):
        numbers = range(first, min(first + CHUNK, count))
        chosen = [passages[place] for place in draw.integers(len(passages), size=len(numbers))]
        logits = [make_logits(passage, draw) for passage in chosen]
        yield Piece(
            examples=[
                Example(str(number), "", passage.context, ())
                for number, passage in zip(numbers, chosen, strict=True)
            ],
            windows=[
                Window(
                    example_id=str(number),
                    number=0,
                    encoding=passage.encoding,
                    null_position=0,
                    context_position=QUESTION_TOKENS + 2,
                    first_token=0,
                    token_chars=passage.token_chars,
                )
                for number, passage in zip(numbers, chosen, strict=True)
            ],
            offsets=[passage.offsets for passage in chosen],
            starts=[starts for starts, _ in logits],
            ends=[ends for _, ends in logits],
        )


def make_logits(passage: Passage, draw: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Start and end logits with a few likely answers and, in half of the windows, a likely null."""
    tokens, size = len(passage.encoding), len(passage.token_chars)
    starts, ends = draw.normal(QUIET, size=(2, tokens)).astype(np.float32)
    first = QUESTION_TOKENS + 2 + draw.integers(size, size=CANDIDATES)
    last = np.minimum(first + draw.integers(5, size=CANDIDATES), tokens - 2)
    places = np.arange(tokens)
    for start, end in zip(first, last, strict=True):
        starts += LOUD * np.exp(-abs(places - start) / FADING)
        ends += LOUD * np.exp(-abs(places - end) / FADING)
    likely_null = LOUD * draw.integers(2)
    starts[0] += likely_null
    ends[0] += likely_null
    return starts, ends


def answer_by_search(piece: Piece) -> list[str]:
    """Answers as qareport finds them."""
    found = blank_candidates(piece.windows, OPTIONS.n_best_size)
    lengths = [len(starts) for starts in piece.starts]
    for rows in plan_batches(lengths, batch_tokens=BATCH_TOKENS):
        search_batch(
            found,
            np.array(rows),
            [piece.windows[row] for row in rows],
            SpanLogits(_pad(piece.starts, rows), _pad(piece.ends, rows)),
            max_answer_length=OPTIONS.max_answer_length,
        )
    return [each.text for each in predict_all(piece.examples, found, OPTIONS)]


def _pad(logits: Sequence[np.ndarray], rows: Sequence[int]) -> torch.Tensor:
    """Logits of windows side by side, as a model gives them; the first is the longest."""
    padded = np.zeros((len(rows), len(logits[rows[0]])), dtype=np.float32)
    for place, row in enumerate(rows):
        padded[place, : len(logits[row])] = logits[row]
    return torch.from_numpy(padded)


@dataclass(frozen=True, slots=True)
class Answer:
    """What run_qa keeps of a span, or of null."""

    text: str
    score: float


def answer_by_loops(piece: Piece) -> list[str]:
    """Answers as `postprocess_qa_predictions` of run_qa finds them."""
    return [
        choose_by_loops(example.context, offsets, starts, ends)
        for example, offsets, starts, ends in zip(
            piece.examples, piece.offsets, piece.starts, piece.ends, strict=True
        )
    ]


def choose_by_loops(
    context: str, offsets: Sequence[tuple[int, int] | None], starts: np.ndarray, ends: np.ndarray
) -> str:
    """The best text of one window, its n-best list with probabilities made on the way."""
    n_best, longest = OPTIONS.n_best_size, OPTIONS.max_answer_length
    null_score = starts[0] + ends[0]
    found: list[tuple[float, tuple[int, int]]] = []
    firsts = np.argsort(starts)[-1 : -n_best - 1 : -1].tolist()
    lasts = np.argsort(ends)[-1 : -n_best - 1 : -1].tolist()
    for first in firsts:
        for last in lasts:
            begin, end = offsets[first], offsets[last]
            if begin is None or end is None:
                continue
            if last < first or last - first + 1 > longest:
                continue
            found.append((starts[first] + ends[last], (begin[0], end[1])))
    best = sorted(found, key=lambda span: span[0], reverse=True)[:n_best]
    answers = [Answer(context[chars[0] : chars[1]], score) for score, chars in best]
    answers.append(Answer("", null_score))
    scores = np.array([answer.score for answer in answers])
    weights = np.exp(scores - scores.max())
    _ = (weights / weights.sum()).tolist()
    chosen = next((answer for answer in answers if answer.text), None)
    return (
        "" if chosen is None or null_score - chosen.score > OPTIONS.null_threshold else chosen.text
    )


Way = Callable[[Piece], list[str]]


def time_way(way: Way, pieces: Sequence[Piece]) -> tuple[float, list[str]]:
    """Seconds of the processor, and the texts."""
    clock = time.process_time()
    texts = [text for piece in pieces for text in way(piece)]
    return time.process_time() - clock, texts


def compare(windows: int, rounds: int) -> None:
    """Prints both ways side by side."""
    pieces = list(make_pieces(windows))
    seconds: dict[str, list[float]] = {"run_qa's loops": [], "qareport": []}
    ways: dict[str, Way] = {"run_qa's loops": answer_by_loops, "qareport": answer_by_search}
    texts: dict[str, list[str]] = {}
    for way in ways.values():
        time_way(way, pieces[:1])
    for _ in range(rounds):
        for name, way in ways.items():
            took, texts[name] = time_way(way, pieces)
            seconds[name].append(took)
    ours, theirs = (statistics.median(seconds[name]) for name in ("qareport", "run_qa's loops"))
    equal = np.mean([one == other for one, other in zip(*texts.values(), strict=True)])
    print(
        f"{windows} windows: run_qa's loops {theirs:.2f} s, qareport {ours:.2f} s, "
        f"{theirs / ours:.1f} times as fast; {100 * equal:.2f} % equal texts",
        flush=True,
    )


def measure(windows: int) -> None:
    """Prints a row: windows, seconds, peak memory."""
    seconds, withheld = 0.0, 0
    for piece in make_pieces(windows):
        took, texts = time_way(answer_by_search, [piece])
        seconds += took
        withheld += texts.count("")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{windows:9d}{seconds:10.2f}{withheld:10d}{peak:10d}", flush=True)


def main() -> None:
    """Compares both ways, then measures ours at every size in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--windows", type=int, nargs="+", default=SIZES)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--measure", type=int, help="measure this size only, in this process")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    if arguments.measure:
        measure(arguments.measure)
        return
    compare(min(arguments.windows), arguments.rounds)
    print("  windows   seconds  no answer  peak MiB", flush=True)
    for windows in arguments.windows:
        command = [sys.executable, __file__, "--measure", str(windows)]
        subprocess.run(command, check=True)  # noqa: S603 - this very script


if __name__ == "__main__":
    main()
