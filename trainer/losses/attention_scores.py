"""Collects raw attention scores, QK'/sqrt(d), from a model's forward pass.

They are taken from the query and key projections, so that any attention implementation will do;
the attentions that transformers can return are probabilities, after softmax and dropout.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn
from transformers import PreTrainedModel

from trainer.errors import PreflightError, TrainingError
from trainer.losses.masked_mean import at_least_float32


@dataclass(frozen=True, slots=True)
class ProjectionNames:
    """How the names of a family's query and key projections end."""

    query: str
    key: str


BERT_NAMES = ProjectionNames("attention.self.query", "attention.self.key")

# Only families whose scores are QK'/sqrt(d) and nothing else: MPNet, DeBERTa and XLNet add terms
# for relative positions, and ModernBERT turns queries and keys after projecting them.
FAMILIES: Mapping[str, ProjectionNames] = {
    "albert": ProjectionNames("attention.query", "attention.key"),
    "bert": BERT_NAMES,
    "distilbert": ProjectionNames("attention.q_lin", "attention.k_lin"),
    "electra": BERT_NAMES,
    "mobilebert": BERT_NAMES,
    "roberta": BERT_NAMES,
    "xlm-roberta": BERT_NAMES,
}


class AttentionCollector:
    """Queries and keys of a model's latest forward pass, in the order of the layers."""

    def __init__(self, *, layers: int, heads: int) -> None:
        self.layers = layers
        self.heads = heads
        self.queries: list[Tensor] = []
        self.keys: list[Tensor] = []

    def scores(self) -> tuple[Float[Tensor, "window head token token"], ...]:
        """Raw scores of every layer, (query token, key token), in float32 at least.

        Raises:
            TrainingError: the model has not just run, as after the collecting has ended.
        """
        # Checkpointed layers run again in the backward pass, and would be counted twice.
        if not len(self.queries) == len(self.keys) == self.layers:
            raise TrainingError(
                f"attention scores of {len(self.queries)} layers were collected instead of "
                f"{self.layers}; take them after a forward pass of the whole model, before "
                "its backward pass and before the collecting ends"
            )
        return tuple(
            _raw_scores(query, key, heads=self.heads)
            for query, key in zip(self.queries, self.keys, strict=True)
        )

    def clear(self) -> None:
        """Drops all tensors."""
        self.queries.clear()
        self.keys.clear()


@contextmanager
def collect_attention_scores(model: PreTrainedModel) -> Iterator[AttentionCollector]:
    """A collector of the scores of each forward pass, until the next or the end.

    Raises:
        PreflightError: the family's scores are more than queries times keys.
    """
    names = projection_names(model)
    collector = AttentionCollector(
        layers=model.config.num_hidden_layers, heads=model.config.num_attention_heads
    )
    with ExitStack() as ending:
        ending.callback(collector.clear)
        ending.enter_context(model.register_forward_pre_hook(lambda *_: collector.clear()))
        # A layer that is used again and again, as ALBERT's, fires its hook every time.
        for name, module in model.named_modules():
            if name.endswith(f".{names.query}"):
                ending.enter_context(module.register_forward_hook(_append_to(collector.queries)))
            elif name.endswith(f".{names.key}"):
                ending.enter_context(module.register_forward_hook(_append_to(collector.keys)))
        yield collector


def projection_names(model: PreTrainedModel) -> ProjectionNames:
    """Names of the projections of the model's queries and keys.

    Raises:
        PreflightError: the family's scores are more than queries times keys.
    """
    family = model.config.model_type
    if family not in FAMILIES:
        raise PreflightError(
            f"attention scores of the family {family!r} are not known to be queries times keys "
            f"alone, as those of {', '.join(FAMILIES)} are; leave the attention term out"
        )
    return FAMILIES[family]


def _append_to(
    outputs: list[Tensor],
) -> Callable[[nn.Module, tuple[object, ...], Tensor], None]:
    """A forward hook that appends what a module gives."""

    def append_output(_module: nn.Module, _inputs: tuple[object, ...], output: Tensor) -> None:
        outputs.append(output)

    return append_output


def _raw_scores(
    query: Float[Tensor, "window token width"],
    key: Float[Tensor, "window token width"],
    *,
    heads: int,
) -> Float[Tensor, "window head token token"]:
    queries, keys = _split_heads(query, heads), _split_heads(key, heads)
    head_width = queries.shape[-1]
    # Autocast would multiply in 16 bits again.
    with torch.autocast(query.device.type, enabled=False):
        return queries @ keys.transpose(-1, -2) / math.sqrt(head_width)


def _split_heads(
    projected: Float[Tensor, "window token width"], heads: int
) -> Float[Tensor, "window head token head_width"]:
    windows, tokens, _ = projected.shape
    return at_least_float32(projected).view(windows, tokens, heads, -1).transpose(1, 2)
