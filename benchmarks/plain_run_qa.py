"""Answers a SQuAD file as transformers' example script run_qa does, and writes its three files.

    python benchmarks/plain_run_qa.py MODEL DATA OUTPUT

It stands for the habit that people have: the tokenizer pads every window to 384 tokens, 8 windows
go through the model at a time, in float32, and answers are looked for among 20 starts and 20 ends
of each window in Python loops. Nothing of qareport is used.
"""

import argparse
import json
import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from transformers import (
    AutoModelForQuestionAnswering,
    AutoTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)

LENGTH = 384
STRIDE = 128
BATCH_SIZE = 8
N_BEST = 20
MAX_ANSWER_LENGTH = 30
CUT_TOGETHER = 1000
"""Questions that are tokenized at once, as `map` of datasets takes them."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its passage."""

    id: str
    text: str
    context: str


@dataclass(frozen=True, slots=True)
class Feature:
    """A padded window."""

    question_id: str
    inputs: dict[str, list[int]]
    offsets: list[tuple[int, int] | None]
    """Characters of the tokens of the context; None elsewhere."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A span of a window, or the null answer."""

    text: str
    score: float
    start_logit: float
    end_logit: float


def read_questions(path: Path) -> list[Question]:
    """The questions in the order of the file."""
    articles = json.loads(path.read_text(encoding="utf-8"))["data"]
    return [
        Question(asked["id"], asked["question"], paragraph["context"])
        for article in articles
        for paragraph in article["paragraphs"]
        for asked in paragraph["qas"]
    ]


def make_features(
    tokenizer: PreTrainedTokenizerBase, questions: Sequence[Question]
) -> Iterator[Feature]:
    """The windows of the questions."""
    for first in range(0, len(questions), CUT_TOGETHER):
        together = questions[first : first + CUT_TOGETHER]
        encoded = tokenizer(
            [each.text.lstrip() for each in together],
            [each.context for each in together],
            truncation="only_second",
            max_length=LENGTH,
            stride=STRIDE,
            return_overflowing_tokens=True,
            return_offsets_mapping=True,
            padding="max_length",
        )
        for row, owner in enumerate(encoded["overflow_to_sample_mapping"]):
            is_context = [sequence == 1 for sequence in encoded.sequence_ids(row)]
            offsets = zip(encoded["offset_mapping"][row], is_context, strict=True)
            yield Feature(
                together[owner].id,
                {name: encoded[name][row] for name in tokenizer.model_input_names},
                [offset if belongs else None for offset, belongs in offsets],
            )


def compute_logits(
    model: PreTrainedModel, features: Sequence[Feature]
) -> tuple[np.ndarray, np.ndarray]:
    """Start and end logits, a row for each window."""
    starts, ends = [], []
    with torch.inference_mode():
        for first in range(0, len(features), BATCH_SIZE):
            together = features[first : first + BATCH_SIZE]
            names = together[0].inputs
            batch = {name: torch.tensor([each.inputs[name] for each in together]) for name in names}
            output = model(**batch)
            starts.append(output.start_logits.numpy())
            ends.append(output.end_logits.numpy())
    return np.concatenate(starts), np.concatenate(ends)


def find_choices(
    feature: Feature, context: str, starts: np.ndarray, ends: np.ndarray
) -> Iterator[Choice]:
    """The spans between the highest starts and ends of a window."""
    first_tokens = np.argsort(starts)[-1 : -N_BEST - 1 : -1].tolist()
    last_tokens = np.argsort(ends)[-1 : -N_BEST - 1 : -1].tolist()
    for first in first_tokens:
        for last in last_tokens:
            begin, stop = feature.offsets[first], feature.offsets[last]
            if begin is None or stop is None:
                continue
            if last < first or last - first + 1 > MAX_ANSWER_LENGTH:
                continue
            text = context[begin[0] : stop[1]]
            yield Choice(text, starts[first] + ends[last], starts[first], ends[last])


def rank(
    features: Sequence[Feature], context: str, starts: np.ndarray, ends: np.ndarray
) -> tuple[list[Choice], Choice]:
    """The best spans of all windows of a question with the null answer, and the null answer."""
    nulls = [
        Choice("", own_starts[0] + own_ends[0], own_starts[0], own_ends[0])
        for own_starts, own_ends in zip(starts, ends, strict=True)
    ]
    null = min(nulls, key=lambda choice: choice.score)
    found = [
        choice
        for feature, own_starts, own_ends in zip(features, starts, ends, strict=True)
        for choice in find_choices(feature, context, own_starts, own_ends)
    ]
    best = sorted([*found, null], key=lambda choice: choice.score, reverse=True)[:N_BEST]
    return best if null in best else [*best, null], null


def describe(choices: Sequence[Choice]) -> list[dict[str, float | str]]:
    """The entries of an n-best list, with a softmax over their scores."""
    highest = max(choice.score for choice in choices)
    weights = [math.exp(choice.score - highest) for choice in choices]
    total = sum(weights)
    return [
        {
            "text": choice.text,
            "probability": weight / total,
            "start_logit": float(choice.start_logit),
            "end_logit": float(choice.end_logit),
        }
        for choice, weight in zip(choices, weights, strict=True)
    ]


def answer_all(model_name: str, data: Path, output: Path) -> None:
    """Answers the questions and writes what run_qa writes."""
    tokenizer = AutoTokenizer.from_pretrained(model_name)
    model = AutoModelForQuestionAnswering.from_pretrained(model_name).eval()
    questions = read_questions(data)
    features = list(make_features(tokenizer, questions))
    starts, ends = compute_logits(model, features)
    rows_of = defaultdict(list)
    for row, feature in enumerate(features):
        rows_of[feature.question_id].append(row)
    predictions, n_best, null_odds = {}, {}, {}
    for question in questions:
        rows = rows_of[question.id]
        own = [features[row] for row in rows]
        choices, null = rank(own, question.context, starts[rows], ends[rows])
        best = next((choice for choice in choices if choice.text), None)
        margin = null.score - best.score if best else math.inf
        predictions[question.id] = best.text if best and margin <= 0 else ""
        null_odds[question.id] = float(margin)
        n_best[question.id] = describe(choices)
    output.mkdir(parents=True, exist_ok=True)
    for name, content in (
        ("predictions.json", predictions),
        ("nbest_predictions.json", n_best),
        ("null_odds.json", null_odds),
    ):
        (output / name).write_text(json.dumps(content, indent=4) + "\n", encoding="utf-8")


def main() -> None:
    """Answers, and says where the answers are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model")
    parser.add_argument("data", type=Path)
    parser.add_argument("output", type=Path)
    arguments = parser.parse_args()
    answer_all(arguments.model, arguments.data, arguments.output)
    print(arguments.output)


if __name__ == "__main__":
    main()
