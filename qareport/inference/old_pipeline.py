"""Answers questions by the call and the rules of transformers' removed pipeline.

`pipeline("question-answering")` was removed in transformers 5.3. Its rules differ from those of an
evaluation: scores are products of probabilities within one window, equal texts add theirs up, and
answers have at most 15 tokens.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypedDict

from qareport.data.types import CharSpan, Example
from qareport.errors import UsageError
from qareport.inference.answerer import Answerer, pair_up
from qareport.inference.chunks import AnsweredChunk
from qareport.inference.loading.models import LoadedModel, load_model
from qareport.inference.options import AnsweringOptions, EngineOptions
from qareport.inference.windows import Window

MAX_SEQ_LENGTH = 384
DOC_STRIDE = 128
Texts = str | list[str]
QuestionInContext = Mapping[str, str]
"""A mapping with the keys "question" and "context"."""


class PipelineAnswer(TypedDict):
    """One answer as the removed pipeline gave it; `end` is exclusive."""

    score: float
    start: int
    end: int
    answer: str


PipelineAnswers = PipelineAnswer | list[PipelineAnswer]
"""A single answer, or a list of several."""


@dataclass(frozen=True, slots=True)
class OldPipeline:
    """A model behind the call of the removed pipeline."""

    model: LoadedModel
    task: str = "question-answering"

    def __call__(  # noqa: PLR0913 - the removed pipeline's own arguments
        self,
        inputs: QuestionInContext | list[QuestionInContext] | None = None,
        *,
        question: Texts | None = None,
        context: Texts | None = None,
        top_k: int = 1,
        doc_stride: int | None = None,
        max_answer_len: int = 15,
        max_seq_len: int | None = None,
        max_question_len: int = 64,  # noqa: ARG002 - never had an effect with fast tokenizers
        handle_impossible_answer: bool = False,
        align_to_words: bool = True,
    ) -> PipelineAnswers | list[PipelineAnswers]:
        """The `top_k` best answers to each question; one question gives its answers directly.

        Raises:
            UsageError: (a ValueError) an argument is missing, empty or out of range.
        """
        if top_k < 1:
            raise UsageError(f"top_k is {top_k}; it must be at least 1")
        asked, contexts = (question, context) if inputs is None else _unpack(inputs)
        if asked is None or contexts is None:
            raise UsageError("a question and its context are needed; give both by name")
        tokens = max_seq_len or min(self.model.tokenizer.model_max_length, MAX_SEQ_LENGTH)
        options = AnsweringOptions(
            max_seq_length=tokens,
            doc_stride=min(tokens // 2, DOC_STRIDE) if doc_stride is None else doc_stride,
            max_answer_length=max_answer_len,
            n_best_size=2 * top_k + 10 if align_to_words else top_k,
        )
        rules = _Rules(top_k, handle_impossible_answer, align_to_words)
        answers = [
            _unwrapped(_best_answers(chunk, number, rules))
            for chunk in Answerer(self.model, options).answer_all(pair_up(asked, contexts))
            for number in range(len(chunk.examples))
        ]
        return answers[0] if len(answers) == 1 else answers


def load_pipeline(
    name: str,
    *,
    engine: EngineOptions | None = None,
    revision: str | None = None,
    trust_remote_code: bool = False,
) -> OldPipeline:
    """The model in a folder or on the Hub behind the call of the removed pipeline.

    Raises:
        ModelError: the model is refused.
        UsageError: the device or number format is not available here.
    """
    model = load_model(
        name, engine or EngineOptions(), revision=revision, trust_remote_code=trust_remote_code
    )
    return OldPipeline(model)


@dataclass(frozen=True, slots=True)
class _Rules:
    """Which answers the caller wants."""

    top_k: int
    with_null: bool
    align_to_words: bool


def _unpack(inputs: QuestionInContext | list[QuestionInContext]) -> tuple[Texts, Texts]:
    """The questions and contexts of mappings with one of each."""
    try:
        if isinstance(inputs, list):
            return [each["question"] for each in inputs], [each["context"] for each in inputs]
        return inputs["question"], inputs["context"]
    except KeyError as error:
        raise UsageError(f"an input has no {error.args[0]!r}; give question and context") from error


def _unwrapped(answers: list[PipelineAnswer]) -> PipelineAnswers:
    return answers[0] if len(answers) == 1 else answers


def _best_answers(chunk: AnsweredChunk, number: int, rules: _Rules) -> list[PipelineAnswer]:
    """The answers to one example of a chunk, the highest score first."""
    example = chunk.examples[number]
    rows = [row for row, window in enumerate(chunk.windows) if window.example_id == example.id]
    by_text: dict[str, PipelineAnswer] = {}
    for answer in _span_answers(chunk, rows, example, align_to_words=rules.align_to_words):
        known = by_text.setdefault(answer["answer"].lower(), answer)
        if known is not answer:
            known["score"] += answer["score"]
    answers = list(by_text.values())
    if rules.with_null:
        answers.append(PipelineAnswer(score=_null_score(chunk, rows), start=0, end=0, answer=""))
    return sorted(answers, key=lambda answer: -answer["score"])[: rules.top_k]


def _span_answers(
    chunk: AnsweredChunk, rows: list[int], example: Example, *, align_to_words: bool
) -> Iterator[PipelineAnswer]:
    """Every candidate span, by window, with the product of its start and end probability."""
    spans, candidates = chunk.candidates.n_best, chunk.candidates
    for row in rows:
        log_total = float(candidates.start_log_totals[row] + candidates.end_log_totals[row])
        for rank, score in enumerate(spans.scores[row].tolist()):
            if score == -math.inf:
                break
            first, last = int(spans.first[row, rank]), int(spans.last[row, rank])
            chars = (
                _whole_words(chunk.windows[row], first, last)
                if align_to_words
                else candidates.char_span(row, first, last)
            )
            yield PipelineAnswer(
                score=math.exp(score - log_total),
                start=chars.start,
                end=chars.end,
                answer=example.context[chars.start : chars.end],
            )


def _whole_words(window: Window, first: int, last: int) -> CharSpan:
    """Characters from the beginning of the first token's word to the end of the last token's."""
    words = window.context.word_ids[window.first_token :][: len(window.token_chars)]
    first_word, last_word = words[first - window.first_token], words[last - window.first_token]
    start = window.token_chars[words.index(first_word), 0]
    end = window.token_chars[len(words) - 1 - words[::-1].index(last_word), 1]
    return CharSpan(int(start), int(end))


def _null_score(chunk: AnsweredChunk, rows: list[int]) -> float:
    """The lowest product of null probabilities over the windows."""
    found = chunk.candidates
    log_totals = found.start_log_totals[rows] + found.end_log_totals[rows]
    return math.exp(float((found.null_scores[rows] - log_totals).min()))
