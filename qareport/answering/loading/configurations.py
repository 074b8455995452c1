"""An engine to a hash of what decides about its logits beside the weights."""

import hashlib
import json

from qareport.answering.engine import Engine, TorchEngine

CHANGING_SETTINGS = ("_name_or_path", "transformers_version")
"""What a configuration says of its place and writer; the rest decides about logits."""


def configuration_sha256(engine: Engine) -> str:
    """Hash of a model's configuration and way to attend; of its kind alone for other engines."""
    settings: dict[str, object] = {"engine": type(engine).__name__}
    if isinstance(engine, TorchEngine):
        config = engine.model.config
        # The model has no public name for the implementation that it was loaded with.
        settings["attention"] = config._attn_implementation  # noqa: SLF001
        settings |= {
            name: value for name, value in config.to_dict().items() if name not in CHANGING_SETTINGS
        }
    return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()
