"""Questions to predictions; a data set goes the same way as a single question."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import overload

from qareport.data.findings import Finding
from qareport.data.types import CharSpan, Example, Prediction
from qareport.errors import UsageError
from qareport.inference.batches import TokenBudget, overlap, pad_windows, spread_places
from qareport.inference.callback import Listener, say_nothing
from qareport.inference.candidates import SpanCandidates
from qareport.inference.decoding import predict_all
from qareport.inference.engines.engine import CalibratedEngine
from qareport.inference.loading.models import LoadedModel, load_model
from qareport.inference.notices import cut_question, is_cut, shrunk_batches, spanless
from qareport.inference.options import AnsweringOptions, EngineOptions
from qareport.inference.span_search import find_candidates
from qareport.inference.windows import Window, WindowedChunk, cut_chunk

TOKENS_PER_CHUNK_EXAMPLE = 16
"""A chunk has one example for so many tokens of a batch: enough batches for sorting to pay."""
CALIBRATION_SAMPLE = 128
"""Examples whose first windows stand for all."""


@dataclass(frozen=True, slots=True)
class AnsweredChunk:
    """Some examples in a row, with what the model made of them."""

    examples: tuple[Example, ...]
    windows: tuple[Window, ...]
    candidates: SpanCandidates
    predictions: tuple[Prediction, ...]
    cut_questions: frozenset[str]
    """Ids of the examples whose question was not asked whole."""
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Answerer:
    """A model and how it is asked.

    Raises:
        UsageError: its windows are longer than the model can take.
    """

    model: LoadedModel
    options: AnsweringOptions

    def __post_init__(self) -> None:
        limit = self.model.position_limit
        if limit is not None and self.options.max_seq_length > limit:
            raise UsageError(
                f"{self.model.identity.name}: windows of {self.options.max_seq_length} tokens are "
                f"longer than the {limit} that the model can take; lower max_seq_length"
            )

    @overload
    def answer(self, question: str, context: str, *, top_k: int = 1) -> Prediction: ...

    @overload
    def answer(
        self, question: list[str], context: str | list[str], *, top_k: int = 1
    ) -> list[Prediction]: ...

    def answer(
        self, question: str | list[str], context: str | list[str], *, top_k: int = 1
    ) -> Prediction | list[Prediction]:
        """The answer to a question about a context, with its `top_k` best distinct answers.

        A list of questions goes with a list of contexts of the same length, or with one context
        for all, and gives a list.

        Raises:
            UsageError: lists of different lengths, an empty text, or `top_k` below 1.
        """
        if top_k < 1:
            raise UsageError(f"top_k is {top_k}; it must be at least 1")
        examples = pair_up(question, context)
        predictions = [
            _with_distinct_answers(prediction, top_k)
            for chunk in self.answer_all(examples)
            for prediction in chunk.predictions
        ]
        return predictions[0] if isinstance(question, str) else predictions

    def calibrated(self, examples: Sequence[Example]) -> "Answerer":
        """The answerer with its number format fitted to the data, where it has one that can be.

        Raises:
            EngineError: the model cannot be calibrated.
            ModelError: the tokenizer has no null token.
            UsageError: windows are too short for any question.
        """
        engine = self.model.engine
        if not examples or not isinstance(engine, CalibratedEngine):
            return self
        chunk = self._cut(calibration_sample(examples))
        windows = [
            pad_windows([window], padding_id=chunk.padding_id)
            for window in chunk.windows
            if window.number == 0
        ]
        return replace(self, model=replace(self.model, engine=engine.calibrated(windows)))

    def answer_all(self, examples: Sequence[Example]) -> Iterator[AnsweredChunk]:
        """Chunks of examples with their predictions, in order.

        Holds one chunk at a time, and the windows of the next, which a thread cuts meanwhile.

        Raises:
            ModelError: the model's logits are not finite, or its tokenizer has no null token.
            UsageError: windows are too short for any question.
        """
        return self.answer_at(self.places(len(examples)), examples)

    def places(self, examples: int) -> list[range]:
        """Places of the examples of each chunk, so many examples being in the data."""
        size = max(1, self.model.hardware.batch_tokens // TOKENS_PER_CHUNK_EXAMPLE)
        return [range(start, min(start + size, examples)) for start in range(0, examples, size)]

    def answer_at(
        self, places: Iterable[range], examples: Sequence[Example]
    ) -> Iterator[AnsweredChunk]:
        """The chunks of examples at these places alone; otherwise as `answer_all`.

        Raises:
            ModelError: as for `answer_all`.
            UsageError: likewise.
        """
        budget = TokenBudget(self.model.hardware.batch_tokens)
        return overlap(
            places,
            prepare=lambda place: self._cut(tuple(examples[place.start : place.stop])),
            finish=lambda chunk: self._ask(chunk, budget),
        )

    def answer_chunk(self, examples: tuple[Example, ...], budget: TokenBudget) -> AnsweredChunk:
        """All examples as one chunk; raises as `answer_all`, and shrinks the budget."""
        return self._ask(self._cut(examples), budget)

    def _cut(self, examples: tuple[Example, ...]) -> WindowedChunk:
        return cut_chunk(self.model.tokenizer, examples, self.options)

    def _ask(self, chunk: WindowedChunk, budget: TokenBudget) -> AnsweredChunk:
        """The answers to a chunk; leaves the tokenizer to the thread that cuts the next one."""
        options, examples = self.options, chunk.examples
        tokens_before = budget.tokens
        candidates = find_candidates(
            self.model.engine,
            chunk.windows,
            n_best=options.n_best_size,
            max_answer_length=options.max_answer_length,
            budget=budget,
            padding_id=chunk.padding_id,
        )
        predictions = tuple(predict_all(examples, candidates, options))
        pairs = zip(examples, chunk.questions, strict=True)
        cut = [(example, asked) for example, asked in pairs if is_cut(example, asked)]
        return AnsweredChunk(
            examples=examples,
            windows=chunk.windows,
            candidates=candidates,
            predictions=predictions,
            cut_questions=frozenset(example.id for example, _ in cut),
            findings=(
                *(cut_question(*pair) for pair in cut),
                *spanless(predictions),
                *shrunk_batches(tokens_before, budget, self.model.hardware.device),
            ),
        )


def load_answerer(
    name: str,
    options: AnsweringOptions | None = None,
    *,
    engine: EngineOptions | None = None,
    revision: str | None = None,
    trust_remote_code: bool = False,
    tell: Listener = say_nothing,
) -> Answerer:
    """The model in a folder or on the Hub, ready to answer questions.

    `tell` gets a sentence for whatever takes long or goes another way than usual.

    Raises:
        EngineError: the engine is not installed, or cannot run the model.
        ModelError: the model is refused.
        UsageError: options are out of range, or the device is not available here.
    """
    model = load_model(
        name,
        engine or EngineOptions(),
        revision=revision,
        trust_remote_code=trust_remote_code,
        tell=tell,
    )
    return Answerer(model, options or AnsweringOptions())


def calibration_sample(examples: Sequence[Example]) -> tuple[Example, ...]:
    """The examples to which number formats are fitted, spread evenly; of a sample all of it."""
    return tuple(examples[place] for place in spread_places(len(examples), CALIBRATION_SAMPLE))


def pair_up(question: str | list[str], context: str | list[str]) -> list[Example]:
    """Questions with their contexts as examples, numbered in order.

    Raises:
        UsageError: the lists differ in length, or a text is empty.
    """
    questions = [question] if isinstance(question, str) else question
    contexts = [context] * len(questions) if isinstance(context, str) else context
    if len(questions) != len(contexts):
        raise UsageError(
            f"{len(questions)} questions and {len(contexts)} contexts; "
            "give as many of both, or one context for all"
        )
    for number, text in enumerate([*questions, *contexts]):
        if not text.strip():
            kind = "question" if number < len(questions) else "context"
            raise UsageError(
                f"{kind} {number % len(questions) + 1} of {len(questions)} is empty; "
                "give it a text or leave it out"
            )
    return [
        Example(id=str(number), question=asked, context=passage, gold_answers=())
        for number, (asked, passage) in enumerate(zip(questions, contexts, strict=True))
    ]


def _with_distinct_answers(prediction: Prediction, top_k: int) -> Prediction:
    """The prediction with its `top_k` best spans; neighbouring windows give the same ones twice."""
    rank_by_span: dict[CharSpan | None, int] = {}
    for rank, answer in enumerate(prediction.n_best):
        rank_by_span.setdefault(answer.span, rank)
    ranks = list(rank_by_span.values())[:top_k]
    return replace(
        prediction,
        n_best=tuple(prediction.n_best[rank] for rank in ranks),
        probabilities=tuple(prediction.probabilities[rank] for rank in ranks),
    )
