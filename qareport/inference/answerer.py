"""Answers questions about contexts, one by one or a whole data set in chunks."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import overload

from qareport.data.types import Example, Prediction
from qareport.errors import UsageError, noting
from qareport.inference.batches import TokenBudget, pad_windows, prefetch, spread_indices
from qareport.inference.callback import Advance, Log, ignore
from qareport.inference.chunks import (
    AnsweredChunk,
    cut_question,
    is_cut,
    shrunk_batches,
)
from qareport.inference.engines.engine import CalibratedEngine
from qareport.inference.loading.models import LoadedModel, load_model
from qareport.inference.options import AnsweringOptions, EngineOptions
from qareport.inference.span_search import find_candidates
from qareport.inference.windows import Window, cut_windows

TOKENS_PER_CHUNK_EXAMPLE = 16
"""Tokens of a batch for each example of a chunk, so that sorting windows by length pays."""
CALIBRATION_SAMPLE = 128
"""Number of examples whose first windows engines are calibrated on."""


@dataclass(frozen=True, slots=True)
class Answerer:
    """A model with the options of answering.

    Raises:
        UsageError: its windows are longer than the model can take.
    """

    model: LoadedModel
    options: AnsweringOptions
    advance: Advance = field(default=ignore, compare=False)
    """Called after each batch with the number of questions whose first window was in it."""

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

    def reporting_to(self, advance: Advance) -> "Answerer":
        """The answerer that calls `advance` after each batch, with how many questions it ended.

        A question counts when the model has read its first window; `tqdm.update` is such a
        function.
        """
        return replace(self, advance=advance)

    def calibrated(self, examples: Sequence[Example]) -> "Answerer":
        """The answerer with its number format calibrated on the data, if its engine has such a one.

        Raises:
            EngineError: the model cannot be calibrated.
            ModelError: the tokenizer has no null token.
            UsageError: windows are too short for any question.
        """
        engine = self.model.engine
        if not examples or not isinstance(engine, CalibratedEngine):
            return self
        windows = [
            pad_windows([window], padding_id=self._padding_id)
            for window in self._cut(calibration_sample(examples))
            if window.number == 0
        ]
        return replace(self, model=replace(self.model, engine=engine.calibrated(windows)))

    def answer_all(self, examples: Sequence[Example]) -> Iterator[AnsweredChunk]:
        """Chunks of examples with their predictions, in order.

        One chunk is in memory at a time, and the windows of the next one, which a thread cuts.

        Raises:
            ModelError: the model's logits are not finite, or its tokenizer has no null token.
            UsageError: windows are too short for any question.
        """
        return self.answer_at(self.chunk_ranges(len(examples)), examples)

    def chunk_ranges(self, count: int) -> list[range]:
        """Indices of the examples of each chunk, when `count` examples are answered."""
        size = max(1, self.model.hardware.batch_tokens // TOKENS_PER_CHUNK_EXAMPLE)
        return [range(start, min(start + size, count)) for start in range(0, count, size)]

    def answer_at(
        self, ranges: Iterable[range], examples: Sequence[Example]
    ) -> Iterator[AnsweredChunk]:
        """The chunks of the examples with these indices; otherwise as `answer_all`.

        Raises:
            ModelError: as for `answer_all`.
            UsageError: likewise.
        """
        budget = TokenBudget(self.model.hardware.batch_tokens)
        # Read now: later the tokenizer belongs to the thread that cuts the next chunk.
        padding_id = self._padding_id
        return prefetch(
            (tuple(examples[each.start : each.stop]) for each in ranges),
            prepare=self._cut,
            finish=lambda chunk, windows: self._ask(
                chunk, windows, budget=budget, padding_id=padding_id
            ),
        )

    def answer_chunk(self, examples: tuple[Example, ...], budget: TokenBudget) -> AnsweredChunk:
        """All examples as one chunk; raises as `answer_all`, and shrinks the budget."""
        windows = self._cut(examples)
        return self._ask(examples, windows, budget=budget, padding_id=self._padding_id)

    @property
    def _padding_id(self) -> int:
        return self.model.tokenizer.pad_token_id or 0

    def _cut(self, examples: tuple[Example, ...]) -> tuple[Window, ...]:
        with noting(_naming(examples)):
            return cut_windows(self.model.tokenizer, examples, self.options)

    def _ask(
        self,
        examples: tuple[Example, ...],
        windows: tuple[Window, ...],
        *,
        budget: TokenBudget,
        padding_id: int,
    ) -> AnsweredChunk:
        """The answers to examples that are cut into windows, without use of the tokenizer."""
        options = self.options
        tokens_before = budget.tokens

        def count(rows: Sequence[int]) -> None:
            self.advance(sum(windows[row].number == 0 for row in rows))

        with noting(_naming(examples)):
            candidates = find_candidates(
                self.model.engine,
                windows,
                n_best=options.n_best_size,
                max_answer_length=options.max_answer_length,
                budget=budget,
                padding_id=padding_id,
                watch=count,
            )
        questions = (window.question for window in windows if window.number == 0)
        pairs = zip(examples, questions, strict=True)
        cut = [(example, asked) for example, asked in pairs if is_cut(example, asked)]
        return AnsweredChunk(
            examples=examples,
            windows=windows,
            candidates=candidates,
            options=options,
            cut_questions=frozenset(example.id for example, _ in cut),
            noticed=(
                *(cut_question(*pair) for pair in cut),
                *shrunk_batches(tokens_before, budget.tokens, device=self.model.hardware.device),
            ),
        )


def load_answerer(
    name: str,
    options: AnsweringOptions | None = None,
    *,
    engine: EngineOptions | None = None,
    revision: str | None = None,
    trust_remote_code: bool = False,
    log: Log = ignore,
) -> Answerer:
    """Loads the model in a folder or on the Hub.

    `log` is called with a sentence about each slow or unusual step.

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
        log=log,
    )
    return Answerer(model, options or AnsweringOptions())


def calibration_sample(examples: Sequence[Example]) -> tuple[Example, ...]:
    """Evenly spaced examples to calibrate number formats on; of few examples, all."""
    return tuple(examples[index] for index in spread_indices(len(examples), CALIBRATION_SAMPLE))


def pair_up(question: str | list[str], context: str | list[str]) -> list[Example]:
    """Examples of questions and their contexts, with numbers as ids.

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


def _naming(examples: Sequence[Example]) -> str:
    """Which questions a chunk has, for an error that arises at one of them."""
    first, last = examples[0].id, examples[-1].id
    return f"at question {first!r}" if first == last else f"at a question of {first!r} to {last!r}"


def _with_distinct_answers(prediction: Prediction, top_k: int) -> Prediction:
    """The prediction with its `top_k` best spans; neighbouring windows give the same ones twice."""
    n_best = prediction.n_best
    rank_by_place: dict[tuple[int, int], int] = {}
    for rank, place in enumerate(zip(n_best.starts, n_best.ends, strict=True)):
        rank_by_place.setdefault(place, rank)
    ranks = list(rank_by_place.values())[:top_k]
    return replace(
        prediction,
        n_best=n_best.at(ranks),
        probabilities=tuple(prediction.probabilities[rank] for rank in ranks),
    )
