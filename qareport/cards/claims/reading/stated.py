"""A figure, its label and its place to a claim."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from qareport.cards.claims.claims import Claim, ClaimedData, Form, Measure, Subset
from qareport.cards.claims.reading.figures import Figure
from qareport.cards.claims.reading.labels import Label

UNNAMED = ClaimedData(None, None)


@dataclass(frozen=True, slots=True)
class Place:
    """Where figures stand, and what is said there of all of them."""

    line: int
    form: Form
    data: ClaimedData = field(default=UNNAMED)
    subset: Subset | None = None
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class Stated:
    """A claim, before it is known on which scale the card writes its scores."""

    claim: Claim
    is_percent: bool
    """Whether a sign for percent follows the figure."""


def state(figure: Figure, label: Label, place: Place) -> Iterator[Stated]:
    """The claim that a figure under a label makes; none where the label names no measure."""
    if label.measure is None:
        return
    claim = Claim(
        line=place.line,
        form=place.form,
        measure=label.measure,
        subset=label.subset or place.subset or Subset.ALL,
        value=figure.value,
        text=figure.text,
        data=_merged(label.data, place.data),
        subject=place.subject,
    )
    yield Stated(claim, figure.is_percent)


def beside_scores(stated: Iterable[Stated]) -> tuple[Stated, ...]:
    """The claims of one place; counts alone are none, for they can be counts of anything."""
    all_stated = tuple(stated)
    is_scored = any(each.claim.measure is not Measure.COUNT for each in all_stated)
    return all_stated if is_scored else ()


def _merged(near: ClaimedData | None, far: ClaimedData) -> ClaimedData:
    """What the nearer words say, with the split of the farther where they are of the same data."""
    if near is None:
        return far
    is_same = near.id == far.id
    return replace(near, split=near.split or far.split) if is_same else near
