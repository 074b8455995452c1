"""Names the ranges that numbers in files must be in; whatever reads JSON into them checks it."""

from typing import Annotated

from pydantic import Field

from qareport.data.percent import Score

Count = Annotated[int, Field(ge=0, le=2**53)]
Finite = Annotated[float, Field(allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Share = Annotated[Score, Field(ge=0, le=1)]
Difference = Annotated[Score, Field(ge=-1, le=1)]
"""Of two shares; shares themselves are such."""
Percent = Annotated[float, Field(ge=0, le=100)]
