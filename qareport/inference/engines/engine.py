"""Defines engines, which run models, and the engine that runs them by torch."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

import torch
from jaxtyping import Bool, Float32, Int64
from torch import Tensor
from transformers import PreTrainedConfig, PreTrainedModel

CHANGING_SETTINGS = ("_name_or_path", "transformers_version")
"""Keys of a configuration that do not affect logits: where it is from and what wrote it."""


@dataclass(frozen=True, slots=True)
class TokenBatch:
    """Windows padded to the longest of them, on the host."""

    token_ids: Int64[Tensor, "window token"]
    type_ids: Int64[Tensor, "window token"]
    is_token: Bool[Tensor, "window token"]
    """False where there is only padding."""


@dataclass(frozen=True, slots=True)
class SpanLogits:
    """Start and end logit of every token; those of padding have no meaning."""

    starts: Float32[Tensor, "window token"]
    ends: Float32[Tensor, "window token"]


@runtime_checkable
class Engine(Protocol):
    """Computes start and end logits from token ids."""

    def compute_logits(self, batch: TokenBatch) -> SpanLogits:
        """Logits of all tokens of `batch`, left on the device that computed them."""
        ...


@runtime_checkable
class ReferencedEngine(Engine, Protocol):
    """An engine that can run its weights in float32 too, as a reference for its answers."""

    def in_float32(self) -> Engine:
        """The same weights on torch in float32."""
        ...


@runtime_checkable
class CalibratedEngine(Engine, Protocol):
    """An engine whose number format can be calibrated on windows of the data."""

    def calibrated(self, windows: Sequence[TokenBatch]) -> Engine:
        """The engine calibrated on these windows, each of them a batch of its own."""
        ...


@runtime_checkable
class DescribedEngine(Engine, Protocol):
    """An engine that names what affects its logits beside the weights."""

    @property
    def settings(self) -> Mapping[str, object]:
        """Names and values for JSON; equal where logits are equal."""
        ...


@dataclass(frozen=True, slots=True)
class TorchEngine:
    """A transformers model on one device; the reference that other engines are compared with."""

    model: PreTrainedModel
    device: torch.device
    dtype: torch.dtype
    """Of the matrix products, by autocast; the weights stay float32."""
    takes_type_ids: bool
    whole: "TorchEngine | None" = None
    """The original of a model in 8 bits or compiled; None where this is the original."""

    def in_float32(self) -> "TorchEngine":
        """The original model without autocast."""
        return replace(self.whole or self, dtype=torch.float32)

    def compute_logits(self, batch: TokenBatch) -> SpanLogits:
        """Logits of all tokens of `batch`, on the engine's device."""
        inputs = {"input_ids": batch.token_ids, "attention_mask": batch.is_token.long()}
        if self.takes_type_ids:
            inputs["token_type_ids"] = batch.type_ids
        on_device = {name: _moved(tensor, self.device) for name, tensor in inputs.items()}
        with (
            torch.inference_mode(),
            torch.autocast(
                self.device.type, dtype=self.dtype, enabled=self.dtype is not torch.float32
            ),
        ):
            output = self.model(**on_device)
        return SpanLogits(output.start_logits.float(), output.end_logits.float())


def configuration_sha256(engine: Engine) -> str:
    """Hash of a model's configuration and attention, or of the settings of another engine.

    For an engine without settings it is the hash of its class name.
    """
    settings: dict[str, object] = {"engine": type(engine).__name__}
    if isinstance(engine, TorchEngine):
        config = engine.model.config
        # The model has no public name for the implementation that it was loaded with.
        settings["attention"] = config._attn_implementation  # noqa: SLF001
        settings |= model_settings(config)
    elif isinstance(engine, DescribedEngine):
        settings |= engine.settings
    return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()


def model_settings(config: PreTrainedConfig) -> Mapping[str, object]:
    """The part of a configuration that affects logits."""
    return {
        name: value for name, value in config.to_dict().items() if name not in CHANGING_SETTINGS
    }


def _moved(tensor: Tensor, device: torch.device) -> Tensor:
    """The tensor on the device; CUDA copies from pinned memory while the host goes on."""
    if device.type == "cuda":
        return tensor.pin_memory().to(device, non_blocking=True)
    return tensor.to(device)
