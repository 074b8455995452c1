"""Tables that people write in TOML, as frozen data."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Text = Annotated[str, Field(min_length=1)]


class Section(BaseModel):
    """A table that people write: frozen, and every key is one that it names."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)
