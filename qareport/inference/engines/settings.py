"""An engine to a hash of what decides about its logits beside the weights."""

import hashlib
import json
from collections.abc import Mapping

from transformers import PreTrainedConfig

from qareport.inference.engines.engine import DescribedEngine, Engine, TorchEngine

CHANGING_SETTINGS = ("_name_or_path", "transformers_version")
"""What a configuration says of its place and writer; the rest decides about logits."""


def configuration_sha256(engine: Engine) -> str:
    """Hash of a model's configuration and way to attend, or of what another engine says of itself.

    Of an engine that says nothing it is the hash of its kind.
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
    """What a configuration says that decides about logits."""
    return {
        name: value for name, value in config.to_dict().items() if name not in CHANGING_SETTINGS
    }
