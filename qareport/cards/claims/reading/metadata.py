"""The model-index of a card to claims."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import yaml

from qareport.cards.claims.claims import ClaimedData, Form
from qareport.cards.claims.reading.data_names import hub_id
from qareport.cards.claims.reading.labels import Label, read_label
from qareport.cards.claims.reading.stated import Figure, Place, Stated, read_figure, state
from qareport.cards.text.card_text import CardText
from qareport.cards.text.front_matter import FrontMatter, KeyPath

MODEL_INDEX = "model-index"
OTHER_FIGURES = frozenset(
    {"best", "thresh", "threshold", "interval", "difference", "macro", "stderr", "error"}
)
"""Words in the name of a metric that make it another figure than the score."""


def read_metadata(card: CardText, front_matter: FrontMatter) -> Iterator[Stated]:
    """The figures of the model-index, as they are written."""
    if MODEL_INDEX not in front_matter.values:
        return
    # What YAML makes of 79.90 has lost a digit; as strings, values are what people wrote.
    written = yaml.load(card.front_matter or "", Loader=yaml.BaseLoader)  # noqa: S506 - makes strings
    for result in _results(_at(written, MODEL_INDEX)):
        data = _claimed_data(_at(result.value, "dataset"))
        for metric in _entries(_at(result.value, "metrics"), (*result.path, "metrics")):
            line = front_matter.line((*metric.path, "value"))
            yield from _stated(metric.value, Place(line, Form.METADATA, data))


@dataclass(frozen=True, slots=True)
class _Entry:
    path: KeyPath
    value: object


def _results(index: object) -> Iterator[_Entry]:
    for model in _entries(index, (MODEL_INDEX,)):
        yield from _entries(_at(model.value, "results"), (*model.path, "results"))


def _entries(values: object, path: KeyPath) -> Iterator[_Entry]:
    if isinstance(values, Sequence) and not isinstance(values, str):
        for place, value in enumerate(values):
            yield _Entry((*path, place), value)


def _at(values: object, key: str) -> object:
    return values.get(key) if isinstance(values, Mapping) else None


def _word(values: object, key: str) -> str | None:
    found = _at(values, key)
    return found if isinstance(found, str) and found else None


def _claimed_data(said: object) -> ClaimedData:
    type_, name = _word(said, "type"), _word(said, "name")
    known = hub_id(type_ or "")
    return ClaimedData(
        name=name,
        id=known or (type_ if type_ and "/" in type_ else None) or hub_id(name or "") or type_,
        config=_word(said, "config"),
        split=_word(said, "split"),
        revision=_word(said, "revision"),
    )


def _stated(metric: object, place: Place) -> Iterator[Stated]:
    figure = _figure(_word(metric, "value"))
    label = _metric_label(_word(metric, "type") or "", _word(metric, "name") or "")
    if figure is not None and not OTHER_FIGURES & {word.lower() for word in label.rest}:
        yield from state(figure, label, place)


def _figure(written: str | None) -> Figure | None:
    """A figure in digits, or as YAML and JSON may write a number, such as 8.0e+1."""
    plain = read_figure(written or "")
    if plain is not None or written is None:
        return plain
    try:
        value = float(written)
    except ValueError:
        return None
    return read_figure(repr(value))


def _metric_label(type_: str, name: str) -> Label:
    """What type and name say together; the type tells the measure where it can."""
    by_type, by_name = read_label(type_), read_label(name)
    return replace(
        by_name,
        measure=by_type.measure or by_name.measure,
        subset=by_type.subset or by_name.subset,
        rest=(*by_type.rest, *by_name.rest),
    )
