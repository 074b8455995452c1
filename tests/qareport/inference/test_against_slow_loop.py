"""Answers to real questions equal those of a plain loop over every span, from the same logits."""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pytest
import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence
from transformers import AutoModelForQuestionAnswering, AutoTokenizer, PreTrainedTokenizerBase

from qareport.data.readers.squad_file import read_squad_file
from qareport.data.types import CharSpan, Example, Prediction
from qareport.inference.answerer import Answerer, load_answerer
from qareport.inference.engines.engine import SpanLogits, TokenBatch
from qareport.inference.options import AnsweringOptions
from tests.answering_builders import FLOAT32
from tests.shared_data import DEV_SAMPLE, MODEL, needs_shared

COUNT = 150
MAX_TOKENS = 128
SHARED_TOKENS = 48
LONGEST_ANSWER = 30
BATCH = 64

pytestmark = [pytest.mark.slow, needs_shared]


@dataclass(frozen=True, slots=True)
class PlainWindow:
    """A window as the tokenizer gives it, and what the model says of it."""

    example_id: str
    token_ids: tuple[int, ...]
    context_chars: Mapping[int, CharSpan]
    """Of the tokens of the context, by their place in the window."""
    starts: Sequence[float] = ()
    ends: Sequence[float] = ()


@dataclass(frozen=True, slots=True)
class PlainAnswer:
    """What the plain loop answers."""

    text: str
    span: CharSpan | None
    null_margin: float


@dataclass(frozen=True, slots=True)
class ReplayingEngine:
    """An engine that gives the logits that the plain loop had for the same token ids."""

    windows: Mapping[tuple[int, ...], PlainWindow]

    def compute_logits(self, batch: TokenBatch) -> SpanLogits:
        """The logits of each window, 0 for its padding."""
        rows = zip(batch.token_ids, batch.is_token, strict=True)
        known = [self.windows[tuple(ids[is_token].tolist())] for ids, is_token in rows]
        return SpanLogits(
            pad_sequence([torch.tensor(window.starts) for window in known], batch_first=True),
            pad_sequence([torch.tensor(window.ends) for window in known], batch_first=True),
        )


@pytest.fixture(scope="module")
def examples() -> tuple[Example, ...]:
    """Every other question about the shortest contexts, half of which need two windows."""
    every = read_squad_file(DEV_SAMPLE).examples
    return tuple(sorted(every, key=lambda one: len(one.context))[: 2 * COUNT : 2])


@pytest.fixture(scope="module")
def windows(examples: tuple[Example, ...]) -> list[PlainWindow]:
    """Their windows with logits, cut and computed without any code of ours."""
    tokenizer = AutoTokenizer.from_pretrained(MODEL)
    cut = [window for example in examples for window in plain_windows(tokenizer, example)]
    by_length = sorted(cut, key=lambda window: len(window.token_ids))
    model = AutoModelForQuestionAnswering.from_pretrained(MODEL, dtype=torch.float32).eval()
    found: list[PlainWindow] = []
    for start in range(0, len(by_length), BATCH):
        together = by_length[start : start + BATCH]
        ids = [torch.tensor(window.token_ids) for window in together]
        masks = [torch.ones_like(row) for row in ids]
        segments = [segments_of(row, tokenizer.sep_token_id) for row in ids]
        with torch.no_grad():
            output = model(
                input_ids=pad_sequence(ids, batch_first=True),
                token_type_ids=pad_sequence(segments, batch_first=True),
                attention_mask=pad_sequence(masks, batch_first=True),
            )
        found += [
            replace(
                window,
                starts=output.start_logits[row, : len(window.token_ids)].tolist(),
                ends=output.end_logits[row, : len(window.token_ids)].tolist(),
            )
            for row, window in enumerate(together)
        ]
    return found


@pytest.fixture(scope="module")
def predictions(examples: tuple[Example, ...], windows: list[PlainWindow]) -> dict[str, Prediction]:
    """What qareport answers from these logits."""
    options = AnsweringOptions(MAX_TOKENS, SHARED_TOKENS, LONGEST_ANSWER)
    loaded = load_answerer(str(MODEL), options, engine=FLOAT32).model
    engine = ReplayingEngine({window.token_ids: window for window in windows})
    chunks = Answerer(replace(loaded, engine=engine), options).answer_all(examples)
    return {each.example_id: each for chunk in chunks for each in chunk.predictions}


def segments_of(token_ids: Tensor, separator: int) -> Tensor:
    """0 up to the first separator, 1 after it."""
    first = int((token_ids == separator).nonzero()[0])
    return (torch.arange(len(token_ids)) > first).long()


def plain_windows(tokenizer: PreTrainedTokenizerBase, example: Example) -> list[PlainWindow]:
    """The windows of one example."""
    encoded = tokenizer(
        example.question.lstrip(),
        example.context,
        truncation="only_second",
        max_length=MAX_TOKENS,
        stride=SHARED_TOKENS,
        return_overflowing_tokens=True,
        return_offsets_mapping=True,
        padding=False,
    )
    return [
        PlainWindow(
            example_id=example.id,
            token_ids=tuple(encoded["input_ids"][index]),
            context_chars={
                place: CharSpan(*encoded["offset_mapping"][index][place])
                for place, text in enumerate(encoded.sequence_ids(index))
                if text == 1
            },
        )
        for index in range(len(encoded["input_ids"]))
    ]


def plain_answer(example: Example, windows: Sequence[PlainWindow], threshold: float) -> PlainAnswer:
    """The best of all spans of all windows, or none; BERT's null token is the first."""
    null_score = min(window.starts[0] + window.ends[0] for window in windows)
    best_score, best_span = -math.inf, CharSpan(0, 0)
    for window in windows:
        for first, first_chars in window.context_chars.items():
            for last in range(first, first + LONGEST_ANSWER):
                if last not in window.context_chars:
                    break
                score = window.starts[first] + window.ends[last]
                span = CharSpan(first_chars.start, window.context_chars[last].end)
                if score > best_score and span.end > span.start:
                    best_score, best_span = score, span
    margin = null_score - best_score
    if margin > threshold:
        return PlainAnswer("", None, margin)
    return PlainAnswer(example.context[best_span.start : best_span.end], best_span, margin)


def test_answers_spans_and_margins_are_those_of_the_plain_loop(
    examples: tuple[Example, ...],
    windows: list[PlainWindow],
    predictions: dict[str, Prediction],
) -> None:
    windows_by_id: defaultdict[str, list[PlainWindow]] = defaultdict(list)
    for window in windows:
        windows_by_id[window.example_id].append(window)

    expected = {one.id: plain_answer(one, windows_by_id[one.id], 0.0) for one in examples}

    assert {
        each.example_id: PlainAnswer(each.text, each.span, each.null_margin)
        for each in predictions.values()
    } == expected


def test_the_questions_have_answers_none_and_several_windows(
    windows: list[PlainWindow], predictions: dict[str, Prediction]
) -> None:
    window_counts = Counter(Counter(window.example_id for window in windows).values())
    abstained = sum(not each.text for each in predictions.values())

    assert len(predictions) == COUNT
    assert window_counts[1] > COUNT / 5
    assert window_counts[2] > COUNT / 5
    assert COUNT / 6 < abstained < COUNT * 5 / 6
