"""Finds the figures that a card states about its measures and counts of questions."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import yaml

from qareport.cards.claims.claims import COUNT, Claim, ClaimedData, Form
from qareport.cards.claims.reading.blocks import read_blocks
from qareport.cards.claims.reading.data_names import hub_id
from qareport.cards.claims.reading.labels import Label, read_label
from qareport.cards.claims.reading.prose import read_prose
from qareport.cards.claims.reading.stated import Figure, FigureContext, Stated, read_figure, state
from qareport.cards.claims.reading.tables import read_tables
from qareport.cards.text.card_text import CardText
from qareport.cards.text.front_matter import FrontMatter, KeyPath, read_front_matter
from qareport.cards.text.markdown import Markdown, read_markdown
from qareport.data.percent import in_percent

MODEL_INDEX = "model-index"
OTHER_FIGURES = frozenset(
    {"best", "thresh", "threshold", "interval", "difference", "macro", "stderr", "error"}
)
"""Words in the name of a metric that make it another figure than the score."""
HIGHEST_FRACTION = 1.0001
"""Scores up to here are on the scale from 0 to 1, if a card has no higher one of their data."""


def read_claims(card: CardText) -> tuple[Claim, ...]:
    """The claims of a card in the order of its lines.

    Raises:
        DataError: the front matter is not YAML.
    """
    front_matter, page = read_front_matter(card), read_markdown(card)
    stated = [
        *_read_model_index(card, front_matter),
        *read_tables(page, frozenset(_own_names(front_matter, page))),
        *read_blocks(page),
        *read_prose(page),
    ]
    return tuple(sorted(_on_one_scale(stated), key=lambda claim: claim.line))


def _own_names(front_matter: FrontMatter, page: Markdown) -> Iterator[str]:
    """What the card calls its model."""
    yield from (heading.text for heading in page.headings if heading.level == 1)
    index = front_matter.values.get(MODEL_INDEX)
    for model in index if isinstance(index, list) else ():
        name = model.get("name") if isinstance(model, dict) else None
        if isinstance(name, str):
            yield from (name, name.rpartition("/")[2])


def _read_model_index(card: CardText, front_matter: FrontMatter) -> Iterator[Stated]:
    """The figures of the model-index, as they are written."""
    if MODEL_INDEX not in front_matter.values:
        return
    # What YAML makes of 79.90 has lost a digit; as strings, values are what people wrote.
    written = yaml.load(card.front_matter or "", Loader=yaml.BaseLoader)  # noqa: S506 - makes strings
    for result in _results(_at(written, MODEL_INDEX)):
        data = _claimed_data(_at(result.value, "dataset"))
        for metric in _entries(_at(result.value, "metrics"), (*result.path, "metrics")):
            line = front_matter.line((*metric.path, "value"))
            yield from _stated(metric.value, FigureContext(line, Form.METADATA, data))


@dataclass(frozen=True, slots=True)
class _Entry:
    path: KeyPath
    value: object


def _results(index: object) -> Iterator[_Entry]:
    for model in _entries(index, (MODEL_INDEX,)):
        yield from _entries(_at(model.value, "results"), (*model.path, "results"))


def _entries(values: object, path: KeyPath) -> Iterator[_Entry]:
    if isinstance(values, Sequence) and not isinstance(values, str):
        for index, value in enumerate(values):
            yield _Entry((*path, index), value)


def _at(values: object, key: str) -> object:
    return values.get(key) if isinstance(values, Mapping) else None


def _text_at(values: object, key: str) -> str | None:
    found = _at(values, key)
    return found if isinstance(found, str) and found else None


def _claimed_data(dataset: object) -> ClaimedData:
    type_, name = _text_at(dataset, "type"), _text_at(dataset, "name")
    known = hub_id(type_ or "")
    return ClaimedData(
        name=name,
        id=known or (type_ if type_ and "/" in type_ else None) or hub_id(name or "") or type_,
        config=_text_at(dataset, "config"),
        split=_text_at(dataset, "split"),
        revision=_text_at(dataset, "revision"),
    )


def _stated(metric: object, scope: FigureContext) -> Iterator[Stated]:
    figure = _figure(_text_at(metric, "value"))
    label = _metric_label(_text_at(metric, "type") or "", _text_at(metric, "name") or "")
    if figure is not None and not OTHER_FIGURES & {word.lower() for word in label.rest}:
        yield from state(figure, label, scope)


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
    """What type and name say together; where both name a measure, the type counts."""
    by_type, by_name = read_label(type_), read_label(name)
    return replace(
        by_name,
        measure=by_type.measure or by_name.measure,
        subset=by_type.subset or by_name.subset,
        rest=(*by_type.rest, *by_name.rest),
    )


def _on_one_scale(stated: Iterable[Stated]) -> Iterator[Claim]:
    """The claims with all scores in percent."""
    by_data: dict[str | None, list[Stated]] = defaultdict(list)
    for each in stated:
        by_data[each.claim.data.id or each.claim.data.name].append(each)
    for group in by_data.values():
        scores = [each for each in group if each.claim.measure != COUNT]
        are_fractions = all(_may_be_fraction(each) for each in scores)
        for each in group:
            is_score = each.claim.measure != COUNT
            yield _as_percent(each.claim) if is_score and are_fractions else each.claim


def _may_be_fraction(stated: Stated) -> bool:
    return stated.claim.value < HIGHEST_FRACTION and not stated.is_percent


def _as_percent(claim: Claim) -> Claim:
    return replace(claim, value=in_percent(claim.value), is_fraction=True)
