"""Builds windows, candidates and models from the values of a test."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np
import torch
from jaxtyping import Float32
from torch import Tensor
from transformers import PreTrainedModel, PreTrainedTokenizerFast

from qareport.analysis.statistics.intervals import ClusterUnit
from qareport.analysis.statistics.total_intervals import TotalsIntervals
from qareport.data.types import DataIdentity, Example, Totals
from qareport.evaluation.evaluation_json import FORMAT, Evaluation, Timing
from qareport.inference.answerer import Answerer
from qareport.inference.candidates import SpanCandidates, Spans
from qareport.inference.engines.engine import Engine, SpanLogits, TokenBatch, TorchEngine
from qareport.inference.identity import Hardware, ModelIdentity, TokenizerIdentity
from qareport.inference.loading.models import LoadedModel, takes_type_ids
from qareport.inference.options import AnsweringOptions, EngineOptions
from qareport.inference.windows import Window, fit_questions, make_windows
from tests.analysis_builders import interval
from tests.builders import by_measure, total_of
from tests.tiny_models import FAMILIES

FLOAT32 = EngineOptions(device="cpu", dtype="float32")
"""What makes answers comparable between machines."""
MODEL_IDENTITY = ModelIdentity(
    name="tiny",
    revision=None,
    weights_sha256="w",
    architecture="Tiny",
    parameters=1,
    tokenizer=TokenizerIdentity(kind="T", vocabulary_size=1, sha256="t"),
)
LETTERS = tuple((offset, offset + 1) for offset in range(9))
"""Characters of tokens that are one letter each."""


@dataclass(frozen=True, slots=True)
class TableEngine:
    """An engine whose logits depend on nothing but the token."""

    starts: Mapping[int, float] = field(default_factory=dict)
    """Start logit by token id; 0 for all others."""
    ends: Mapping[int, float] = field(default_factory=dict)

    def compute_logits(self, batch: TokenBatch) -> SpanLogits:
        """The logits of the table."""
        return SpanLogits(
            _look_up(self.starts, batch.token_ids), _look_up(self.ends, batch.token_ids)
        )


@dataclass(slots=True)
class SmallEngine:
    """The same with memory for so many tokens at once; keeps count of what it was asked."""

    memory_tokens: int
    table: TableEngine = field(default_factory=TableEngine)
    windows: int = 0
    """Answered."""
    failures: int = 0

    def compute_logits(self, batch: TokenBatch) -> SpanLogits:
        """The logits of the table.

        Raises:
            torch.OutOfMemoryError: the batch is too large.
        """
        if batch.token_ids.numel() > self.memory_tokens:
            self.failures += 1
            raise torch.OutOfMemoryError
        self.windows += len(batch.token_ids)
        return self.table.compute_logits(batch)


@dataclass(frozen=True, slots=True)
class FittedEngine:
    """A table that can be fitted to windows: the words of theirs are where answers are."""

    table: TableEngine = field(default_factory=TableEngine)
    settings: Mapping[str, object] = field(default_factory=dict)
    """The token ids of the windows that it was fitted to."""

    def compute_logits(self, batch: TokenBatch) -> SpanLogits:
        """The logits of the table."""
        return self.table.compute_logits(batch)

    def calibrated(self, windows: Sequence[TokenBatch]) -> "FittedEngine":
        """The engine that has seen the windows."""
        ids = [window.token_ids[0].tolist() for window in windows]
        known = {token: 1.0 for window in ids for token in window}
        return FittedEngine(TableEngine(known, known), {"windows": ids})


@dataclass(frozen=True, slots=True)
class FoundSpan:
    """A candidate of a window, its whole score in the start logit."""

    first: int
    last: int
    score: float


@dataclass(frozen=True, slots=True)
class FoundWindow:
    """What a search found in a window."""

    null: float = 0.0
    spans: Sequence[FoundSpan] = ()
    """Best first."""
    example_id: str = "q"
    number: int = 0
    first_token: int = 0
    token_chars: Sequence[tuple[int, int]] = LETTERS


def span_candidates(*windows: FoundWindow, ranks: int = 3) -> SpanCandidates:
    """The candidates of windows, with room for `ranks` spans in each."""
    return SpanCandidates(
        example_ids=tuple(window.example_id for window in windows),
        window_numbers=np.array([window.number for window in windows], dtype=np.int32),
        first_tokens=np.array([window.first_token for window in windows], dtype=np.int32),
        token_chars=tuple(
            np.array(window.token_chars, dtype=np.int32).reshape(-1, 2) for window in windows
        ),
        null_start_logits=np.array([window.null for window in windows], dtype=np.float32),
        null_end_logits=np.zeros(len(windows), dtype=np.float32),
        start_log_totals=np.full(len(windows), 1.5, dtype=np.float32),
        end_log_totals=np.full(len(windows), 2.5, dtype=np.float32),
        n_best=_spans([window.spans for window in windows], ranks=ranks),
        any_length=_spans([window.spans[:1] for window in windows], ranks=1),
    )


def windows_of(
    tokenizer: PreTrainedTokenizerFast, *examples: Example, options: AnsweringOptions
) -> list[Window]:
    """The windows of examples, their questions fitted."""
    questions = fit_questions(tokenizer, examples, options)
    return make_windows(tokenizer, examples, questions, options=options)


def in_torch(model: PreTrainedModel) -> TorchEngine:
    """What runs a model on the host in float32."""
    return TorchEngine(model, torch.device("cpu"), torch.float32, takes_type_ids(model))


def loaded_model(engine: Engine, *, batch_tokens: int = 4096, family: str = "bert") -> LoadedModel:
    """An engine with the tokenizer of a family, as if a model had been loaded."""
    tokenizer = FAMILIES[family].tokenizer()
    return LoadedModel(
        identity=MODEL_IDENTITY,
        tokenizer=tokenizer,
        engine=engine,
        hardware=Hardware("cpu", "a CPU", "float32", batch_tokens),
        position_limit=512,
    )


def word_answerer(
    starts: Mapping[str, float], ends: Mapping[str, float], options: AnsweringOptions
) -> Answerer:
    """An answerer whose logits depend on the word alone; words are one token of BERT's."""
    model = loaded_model(TableEngine())
    ids = model.tokenizer.get_vocab()
    engine = TableEngine(
        {ids[word]: logit for word, logit in starts.items()},
        {ids[word]: logit for word, logit in ends.items()},
    )
    return Answerer(loaded_model(engine), options)


def evaluation() -> Evaluation:
    """A record of one example, which is too few for bounds."""
    unbounded = interval(clusters=1, unit=ClusterUnit.PARAGRAPH)
    intervals = by_measure(exact=unbounded, f1=unbounded)
    return Evaluation(
        format=FORMAT,
        protocol="official",
        normaliser="squad-en",
        scores=Totals(total_of(n=1, exact=1.0, f1=1.0), total_of(n=1, exact=1.0, f1=1.0), None),
        intervals=TotalsIntervals(intervals, intervals, None),
        options=AnsweringOptions(),
        data=DataIdentity("data.json", config=None, split=None, revision=None, sha256="d"),
        questions_read=1,
        exclusions=(),
        is_partial=False,
        model=MODEL_IDENTITY,
        hardware=Hardware("cpu", "a CPU", "float32", 4096),
        timing=Timing(datetime(2026, 1, 2, tzinfo=UTC), 0.5, 2.0, 1),
        versions={"python": "3.11.7"},
        findings=(),
        files={},
    )


def _look_up(table: Mapping[int, float], token_ids: Tensor) -> Float32[Tensor, "window token"]:
    return torch.tensor([[table.get(int(token), 0.0) for token in row] for row in token_ids])


def _spans(spans_of_windows: Sequence[Sequence[FoundSpan]], *, ranks: int) -> Spans:
    """The spans of windows; ranks that a window does not fill hold none."""
    blank = FoundSpan(0, 0, -np.inf)
    rows = [[*spans, *[blank] * (ranks - len(spans))] for spans in spans_of_windows]
    return Spans(
        first=np.array([[span.first for span in row] for row in rows], dtype=np.int32),
        last=np.array([[span.last for span in row] for row in rows], dtype=np.int32),
        start_logits=np.array([[span.score for span in row] for row in rows], dtype=np.float32),
        end_logits=np.zeros((len(rows), ranks), dtype=np.float32),
    )
