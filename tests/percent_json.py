"""Content of a file from 0 to 1 to what a command prints of it in percent."""

import json
from pathlib import Path

from pydantic import JsonValue

MEASURES = "measures"
"""The key of a table of scores by measure."""
SCORES = {
    *("estimate", "low", "high", "level", "tolerance"),
    *("standard_deviation", "lowest", "highest"),
    *("differing_at_most", "f1_gain"),
    *("score", "exact", "f1", "coverage", "risk", "recall", "precision"),
    *("equal", "equal_answers", "exact_difference", "f1_difference"),
    *("kept_share", "won_share", "abstention_difference"),
}
"""The keys of scores, differences and shares in all that commands print."""


def as_printed(content: JsonValue, key: str = "") -> JsonValue:
    """The same content with all scores in percent."""
    if isinstance(content, dict):
        return {
            name: as_printed(each, MEASURES if key == MEASURES else name)
            for name, each in content.items()
        }
    if isinstance(content, list):
        return [as_printed(each, key) for each in content]
    if isinstance(content, float) and key in {MEASURES, *SCORES}:
        return round(100 * content, 9)
    return content


def printed_of_file(path: Path) -> JsonValue:
    """What a command prints of a file: content in percent, unit, and neither seal nor mark."""
    content = json.loads(path.read_text(encoding="utf-8"))
    for key in ("sha256", "mark"):
        content.pop(key, None)
    return as_printed({"unit": "percent", **content})
