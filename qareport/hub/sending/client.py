"""Collects names that the client library documents but does not declare as exported."""

from huggingface_hub.errors import HTTPError  # type: ignore[attr-defined]  # see above
from huggingface_hub.utils import (  # type: ignore[attr-defined]  # see above
    build_hf_headers,
    hf_raise_for_status,
    logging,
)
from huggingface_hub.utils.tqdm import disable_progress_bars

__all__ = [
    "HTTPError",
    "build_hf_headers",
    "disable_progress_bars",
    "hf_raise_for_status",
    "logging",
]
