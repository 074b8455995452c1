"""Counts how often run_qa's search of 20 starts times 20 ends gives another answer than ours.

    python benchmarks/run_qa_shortcut.py MODEL DATA [--limit N]

Both searches see the same float32 logits, and both choose among their spans by the same rules.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path

import numpy as np

from qareport.data.readers.squad_file import read_squad_file
from qareport.data.types import Example, Prediction
from qareport.inference.answerer import load_answerer
from qareport.inference.batches import plan_batches
from qareport.inference.chunks import AnsweredChunk
from qareport.inference.engines.engine import Engine, SpanLogits, TokenBatch
from qareport.inference.options import EngineOptions
from qareport.inference.windows import Window
from qareport.metrics.squad import score

N_BEST = 20
MAX_ANSWER_LENGTH = 30


@dataclass(frozen=True, slots=True)
class Found:
    """What the shortcut finds in one window."""

    null_score: float
    best_score: float
    best_text: str


@dataclass(slots=True)
class TappedEngine:
    """An engine that keeps the logits that pass through it."""

    engine: Engine
    passed: list[SpanLogits] = field(default_factory=list)

    def compute_logits(self, batch: TokenBatch) -> SpanLogits:
        """Logits of the inner engine."""
        self.passed.append(self.engine.compute_logits(batch))
        return self.passed[-1]


@dataclass(slots=True)
class Tally:
    """What has been counted so far."""

    examples: int = 0
    other_spans: int = 0
    other_answers: int = 0
    exact_ours: float = 0
    exact_theirs: float = 0

    def add(self, example: Example, ours: Prediction, theirs: Found) -> None:
        """Counts one example; `theirs` holds the lowest null score and the best span."""
        abstains = theirs.null_score - theirs.best_score > 0 or not theirs.best_text
        answer = "" if abstains else theirs.best_text
        self.examples += 1
        self.other_spans += theirs.best_text != next((a.text for a in ours.n_best if a.text), "")
        self.other_answers += answer != ours.text
        self.exact_ours += score(example, ours.text).exact
        self.exact_theirs += score(example, answer).exact

    def lines(self) -> Iterator[str]:
        """The counts, one to a line."""
        yield f"questions                        {self.examples}"
        yield f"best span differs                {self.other_spans}"
        yield f"answer differs, null included    {self.other_answers}"
        yield f"exact match, exact search        {100 * self.exact_ours / self.examples:.4f}"
        yield f"exact match, shortcut            {100 * self.exact_theirs / self.examples:.4f}"


def shortcut(window: Window, context: str, starts: np.ndarray, ends: np.ndarray) -> Found:
    """The best non-empty span among the 20 highest starts and the 20 highest ends of a window."""
    first = np.argsort(starts)[::-1][:N_BEST, None] - window.context_position
    last = np.argsort(ends)[::-1][None, :N_BEST] - window.context_position
    allowed = (first >= 0) & (first <= last) & (last < len(window.token_chars))
    allowed &= last - first < MAX_ANSWER_LENGTH
    sums = starts[first + window.context_position] + ends[last + window.context_position]
    best = Found(float(starts[window.null_position] + ends[window.null_position]), -np.inf, "")
    for place in np.argwhere(allowed):
        start = window.token_chars[first[place[0], 0], 0]
        end = window.token_chars[last[0, place[1]], 1]
        text = context[start:end].strip()
        if text and sums[tuple(place)] > best.best_score:
            best = replace(best, best_score=float(sums[tuple(place)]), best_text=text)
    return best


def search_again(chunk: AnsweredChunk, logits: list[SpanLogits], batch_tokens: int) -> list[Found]:
    """What the shortcut finds in each window of a chunk, out of the logits of its batches."""
    contexts = {example.id: example.context for example in chunk.examples}
    lengths = [len(window) for window in chunk.windows]
    found: dict[int, Found] = {}
    for positions, batch in zip(
        plan_batches(lengths, batch_tokens=batch_tokens), logits, strict=True
    ):
        for row, position in enumerate(positions):
            window, size = chunk.windows[position], lengths[position]
            found[position] = shortcut(
                window,
                contexts[window.example_id],
                batch.starts[row, :size].numpy(),
                batch.ends[row, :size].numpy(),
            )
    return [found[position] for position in range(len(lengths))]


def merge(windows: list[Found]) -> Found:
    """The lowest null score and the best span of all windows of an example."""
    best = max(windows, key=lambda window: window.best_score)
    return replace(best, null_score=min(window.null_score for window in windows))


def main() -> None:
    """Runs both searches over a data set and prints the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model")
    parser.add_argument("data", type=Path)
    parser.add_argument("--limit", type=int)
    arguments = parser.parse_args()
    answerer = load_answerer(arguments.model, engine=EngineOptions(device="cpu", dtype="float32"))
    engine = TappedEngine(answerer.model.engine)
    answerer = replace(answerer, model=replace(answerer.model, engine=engine))
    tally = Tally()
    for chunk in answerer.answer_all(
        read_squad_file(arguments.data, limit=arguments.limit).examples
    ):
        found = search_again(chunk, engine.passed, answerer.model.hardware.batch_tokens)
        engine.passed.clear()
        pairs = zip(chunk.windows, found, strict=True)
        by_example = groupby(pairs, key=lambda pair: pair[0].example_id)
        for example, ours, (_, own) in zip(
            chunk.examples, chunk.predictions, by_example, strict=True
        ):
            tally.add(example, ours, merge([each for _, each in own]))
    print("\n".join(tally.lines()))


if __name__ == "__main__":
    main()
