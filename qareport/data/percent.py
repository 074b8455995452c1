"""Turns scores from 0 to 1, as Python and files hold them, into the percent that people read."""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated

from pydantic import PlainSerializer

if TYPE_CHECKING:
    from pydantic import JsonValue

POINT_DIGITS = 9
"""Digits after which points are rounded: 100 times 0.29 is a little less than 29."""
UNIT: Mapping[str, str] = MappingProxyType({"unit": "percent"})
"""Says in a JSON document that its scores are in percent; as the context of pydantic, it asks for
such a document."""


def in_percent(score: float) -> float:
    """A score in percent, or a difference of scores in points of 100."""
    return round(100 * score, POINT_DIGITS)


Score = Annotated[
    float,
    # Not a function, whose return type would hide the limits of a narrower type from the schema.
    PlainSerializer(lambda score, asked: in_percent(score) if asked.context == UNIT else score),
]
"""A score, a difference of scores or a share of questions: 1 stands for 100 %.

Fields of this type are in percent wherever a command prints them as JSON.
"""


def percent_document(found: object) -> dict[str, "JsonValue"]:
    """The JSON document that a command prints of a dataclass: its unit, then its fields."""
    from pydantic import TypeAdapter  # noqa: PLC0415 - it is slow, and all types need this module

    printed = TypeAdapter(type(found)).dump_json(found, context=UNIT)
    return {**UNIT, **json.loads(printed)}
