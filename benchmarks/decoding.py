"""Measures logits to answer texts beside `postprocess_qa_predictions` of run_qa.

    python benchmarks/decoding.py [--windows N ...] [--rounds N]

The windows are made up here: of the lengths of SQuAD's, and with as many spans that run_qa takes
up as a real model leaves it (`spans a window`, 113 with MiniLM on the dev set). run_qa reads its
features out of an Arrow table, three times each, and loops over them; a line tells what its loops
alone take. Both ways get the same logits and take turns; the median round counts. Seconds are
those of the processor, on one thread, so that other work on the machine does not count. Memory is
measured for our way, each size in a process of its own, chunk by chunk as an evaluation goes.
"""

import argparse
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

import numpy as np
import torch
from datasets import Dataset
from tokenizers import Encoding, Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import WhitespaceSplit
from tokenizers.processors import TemplateProcessing

from qareport.data.types import Example
from qareport.inference.answerer import TOKENS_PER_CHUNK_EXAMPLE
from qareport.inference.batches import plan_batches
from qareport.inference.decoding import predict_all
from qareport.inference.engines.devices import HOST_BATCH_TOKENS
from qareport.inference.engines.engine import SpanLogits
from qareport.inference.options import AnsweringOptions
from qareport.inference.span_search import (
    blank_candidates,
    find_answer_tokens,
    group_batches,
    join_logits,
    search_logits,
)
from qareport.inference.windows import Window

OPTIONS = AnsweringOptions()
LENGTHS = (96, 128, 144, 160, 176, 192, 224, 320)
"""Tokens of the windows, 180 in the mean, as of those of the dev set of SQuAD v2."""
PADDED = 384
"""Tokens of every window of run_qa."""
QUESTION_TOKENS = 12
CHUNK = HOST_BATCH_TOKENS // TOKENS_PER_CHUNK_EXAMPLE
"""Windows between which nothing is kept, as in an evaluation on a CPU."""
CANDIDATES = 3
"""Places of a window that look like an answer."""
QUIET, LOUD = -6.0, 8.0
"""Logits of most tokens, and how far those of answers stand out, as of a trained model."""
FADING = 2.5
"""Tokens within which that fades, since neighbours of a likely start are likelier than others."""
SIZES = (12_000, 48_000, 192_000)
SEED = 42


Offsets = Sequence[Sequence[int] | None]
"""Characters of the tokens of a window, None outside of the context."""


class Feature(TypedDict):
    """A row of run_qa's table of windows, without the id."""

    input_ids: Sequence[int]
    token_type_ids: Sequence[int]
    attention_mask: Sequence[int]
    offset_mapping: Offsets


@dataclass(frozen=True, slots=True)
class Piece:
    """Some windows, each the only one of its example, with their logits on the host."""

    examples: list[Example]
    windows: list[Window]
    batches: list[tuple[np.ndarray, list[SpanLogits]]]
    """The windows that are searched together, and their logits as a model gives them."""
    features: Dataset
    """What run_qa keeps of the windows: a row with token ids and characters for each."""
    offsets: list[Offsets]
    """The characters out of these rows."""
    starts: np.ndarray
    """Start logits of every window, padded as run_qa pads."""
    ends: np.ndarray


@dataclass(frozen=True, slots=True)
class Passage:
    """One length of windows: its tokens and its context."""

    encoding: Encoding
    context: str
    token_chars: np.ndarray
    feature: Feature


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
        padding = [0] * (PADDED - length)
        feature: Feature = {
            "input_ids": [*encoding.ids, *padding],
            "token_type_ids": [*encoding.type_ids, *padding],
            "attention_mask": [*encoding.attention_mask, *padding],
            "offset_mapping": [*offsets, *(None for _ in padding)],
        }
        chars = np.array([each for each in offsets if each is not None], dtype=np.int32)
        passages.append(Passage(encoding, context, chars, feature))
    return passages


def make_pieces(count: int) -> Iterator[Piece]:
    """So many windows, a chunk at a time."""
    passages, draw = make_passages(), np.random.default_rng(SEED)
    for first in range(0, count, CHUNK):
        numbers = range(first, min(first + CHUNK, count))
        chosen = [passages[place] for place in draw.integers(len(passages), size=len(numbers))]
        logits = [make_logits(passage, draw) for passage in chosen]
        starts, ends = (np.array(side) for side in zip(*logits, strict=True))
        windows = [
            Window(
                example_id=str(number),
                question="",
                number=0,
                token_ids=np.array(passage.encoding.ids, dtype=np.int32),
                type_ids=np.array(passage.encoding.type_ids, dtype=np.int32),
                null_position=0,
                context_position=QUESTION_TOKENS + 2,
                first_token=0,
                token_chars=passage.token_chars,
                context=passage.encoding,
            )
            for number, passage in zip(numbers, chosen, strict=True)
        ]
        yield Piece(
            examples=[
                Example(str(number), "", passage.context, ())
                for number, passage in zip(numbers, chosen, strict=True)
            ],
            windows=windows,
            batches=list(take_batches(windows, starts, ends)),
            features=Dataset.from_list(
                [
                    {"example_id": str(number), **passage.feature}
                    for number, passage in zip(numbers, chosen, strict=True)
                ]
            ),
            offsets=[passage.feature["offset_mapping"] for passage in chosen],
            starts=starts,
            ends=ends,
        )


def make_logits(passage: Passage, draw: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Start and end logits with a few likely answers and, in half of the windows, a likely null."""
    tokens, size = len(passage.encoding), len(passage.token_chars)
    starts, ends = draw.normal(QUIET, size=(2, PADDED)).astype(np.float32)
    first = QUESTION_TOKENS + 2 + draw.integers(size, size=CANDIDATES)
    last = np.minimum(first + draw.integers(5, size=CANDIDATES), tokens - 2)
    places = np.arange(PADDED)
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
    answer_tokens = find_answer_tokens(piece.windows)
    for rows, batches in piece.batches:
        search_logits(
            found,
            rows,
            answer_tokens[rows],
            join_logits(batches),
            max_answer_length=OPTIONS.max_answer_length,
        )
    return [each.text for each in predict_all(piece.examples, found, OPTIONS)]


def take_batches(
    windows: Sequence[Window], starts: np.ndarray, ends: np.ndarray
) -> Iterator[tuple[np.ndarray, list[SpanLogits]]]:
    """Logits as a model gives them: batches of like length, padded to their longest window."""
    lengths = [len(window) for window in windows]
    for batches in group_batches(plan_batches(lengths, batch_tokens=HOST_BATCH_TOKENS)):
        yield (
            np.concatenate(batches),
            [
                SpanLogits(
                    *(torch.from_numpy(side[batch, : lengths[batch[0]]]) for side in (starts, ends))
                )
                for batch in batches
            ],
        )


def answer_like_run_qa(piece: Piece) -> list[str]:
    """Answers as run_qa's script finds them, reading its table."""
    own: dict[str, list[int]] = {}
    for number, row in enumerate(piece.features):
        own.setdefault(row["example_id"], []).append(number)
    texts = []
    for example in piece.examples:
        offsets = []
        for number in own[example.id]:
            offsets.append(piece.features[number]["offset_mapping"])
            piece.features[number].get("token_is_max_context")
        texts.append(choose_by_loops(example.context, own[example.id], offsets, piece))
    return texts


def answer_by_loops(piece: Piece) -> list[str]:
    """The same with all features read before."""
    return [
        choose_by_loops(example.context, [number], [piece.offsets[number]], piece)
        for number, example in enumerate(piece.examples)
    ]


Span = dict[str, float]


def choose_by_loops(
    context: str, numbers: Sequence[int], offsets: Sequence[Offsets], piece: Piece
) -> str:
    """The best text of the windows of an example, its n-best list made on the way."""
    spans: list[tuple[Span, tuple[int, int]]] = []
    nulls = [as_span(piece.starts[number][0], piece.ends[number][0]) for number in numbers]
    null = min(nulls, key=lambda each: each["score"])
    for number, chars in zip(numbers, offsets, strict=True):
        spans += spans_by_loops(piece.starts[number], piece.ends[number], chars)
    spans.append((null, (0, 0)))
    best = sorted(spans, key=lambda each: each[0]["score"], reverse=True)[: OPTIONS.n_best_size]
    if not any(chars == (0, 0) for _, chars in best):
        best.append((null, (0, 0)))
    texts = [context[chars[0] : chars[1]] for _, chars in best]
    scores = np.array([span.pop("score") for span, _ in best])
    weights = np.exp(scores - scores.max())
    for (span, _), probability in zip(best, weights / weights.sum(), strict=True):
        span["probability"] = probability
    _ = [{name: float(value) for name, value in span.items()} for span, _ in best]
    chosen = next(rank for rank, text in enumerate(texts) if text)
    first = best[chosen][0]
    margin = null["start_logit"] + null["end_logit"] - first["start_logit"] - first["end_logit"]
    return "" if margin > OPTIONS.null_threshold else texts[chosen]


def spans_by_loops(
    starts: np.ndarray, ends: np.ndarray, offsets: Offsets
) -> list[tuple[Span, tuple[int, int]]]:
    """Spans from one of the 20 likeliest starts to one of the 20 likeliest ends."""
    n_best, longest = OPTIONS.n_best_size, OPTIONS.max_answer_length
    spans = []
    firsts = np.argsort(starts)[-1 : -n_best - 1 : -1].tolist()
    lasts = np.argsort(ends)[-1 : -n_best - 1 : -1].tolist()
    for first in firsts:
        for last in lasts:
            begin, end = offsets[first], offsets[last]
            if not begin or not end:
                continue
            if last < first or last - first + 1 > longest:
                continue
            spans.append((as_span(starts[first], ends[last]), (begin[0], end[1])))
    return spans


def as_span(start_logit: float, end_logit: float) -> Span:
    """What run_qa keeps of a span."""
    return {
        "score": start_logit + end_logit,
        "start_logit": start_logit,
        "end_logit": end_logit,
    }


Way = Callable[[Piece], list[str]]


def time_way(way: Way, pieces: Sequence[Piece]) -> tuple[float, list[str]]:
    """Seconds of the processor, and the texts."""
    clock = time.process_time()
    texts = [text for piece in pieces for text in way(piece)]
    return time.process_time() - clock, texts


WAYS: Mapping[str, Way] = {
    "run_qa": answer_like_run_qa,
    "its loops alone": answer_by_loops,
    "qareport": answer_by_search,
}


def compare(windows: int, rounds: int) -> None:
    """Prints the ways side by side."""
    pieces = list(make_pieces(windows))
    seconds: dict[str, list[float]] = {name: [] for name in WAYS}
    texts: dict[str, list[str]] = {}
    for way in WAYS.values():
        time_way(way, pieces[:1])
    for _ in range(rounds):
        for name, way in WAYS.items():
            took, texts[name] = time_way(way, pieces)
            seconds[name].append(took)
    spans = np.mean([count_spans(piece) for piece in pieces[:10]])
    print(f"{windows} windows, {spans:.0f} spans a window for run_qa")
    ours = statistics.median(seconds["qareport"])
    for name, rounds_of_it in seconds.items():
        median = statistics.median(rounds_of_it)
        equal = np.mean(
            [one == other for one, other in zip(texts[name], texts["qareport"], strict=True)]
        )
        print(
            f"{name:16s}{median:8.3f} s{1e6 * median / windows:8.1f} us a window"
            f"{median / ours:7.1f} times ours{100 * equal:8.2f} % equal texts",
            flush=True,
        )


def count_spans(piece: Piece) -> float:
    """Mean number of spans of a window that run_qa takes up."""
    rows = zip(piece.starts, piece.ends, piece.offsets, strict=True)
    return float(np.mean([len(spans_by_loops(*row)) for row in rows]))


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
