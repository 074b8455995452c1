"""The model-index of a page and ours to one, in which everybody else's results stay as written."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import yaml

from qareport.cards.text.card_text import Edit
from qareport.cards.text.front_matter import FrontMatter, KeyPath
from qareport.cards.text.yaml_places import Entry, Places
from qareport.cards.text.yaml_writing import dashed_lines, same_value, yaml_inline
from qareport.errors import DataError

MODEL_INDEX = "model-index"
OUR_SOURCE = "qareport"
"""How the source names of our results begin."""


@dataclass(frozen=True, slots=True)
class OurModel:
    """What we say of the model."""

    name: str
    results: list[object]


@dataclass(frozen=True, slots=True)
class TheirModel:
    """An entry of the page's model-index."""

    values: Mapping[str, object]
    name: object
    results: list[object]


def our_model(index: object) -> OurModel:
    """The only entry of our model-index.

    Raises:
        DataError: there is another number of them, or it has results that we could not tell
            from other people's again.
    """
    match index:
        case [{"name": str(name), "results": [*results], **others}] if results and not others:
            if not all(map(is_ours, results)):
                raise DataError(
                    f"{MODEL_INDEX}: the source name of each result of ours must begin"
                    f" with {OUR_SOURCE!r}"
                )
            return OurModel(name, results)
        case _:
            raise DataError(f"{MODEL_INDEX}: ours must be one entry of a name and its results")


def is_ours(result: object) -> bool:
    """Whether a result says that it is from us."""
    match result:
        case {"source": {"name": str(name)}}:
            return name.startswith(OUR_SOURCE)
        case _:
            return False


def merge_index(page: FrontMatter, ours: OurModel) -> list[object]:
    """The model-index of the page with our results in the place of those that were ours.

    They come to the entry that has results of ours, or else to that of our name, or else into a
    new one at the end.
    An entry that held nothing but results of ours beside that goes.

    Raises:
        DataError: the page's model-index is none; the message begins with the line.
    """
    theirs = tuple(_their_models(page))
    holder = _holder(theirs, ours)
    merged: list[object] = []
    for position, model in enumerate(theirs):
        if position == holder:
            results = _placed(model.results, ours.results)
            merged.append({**model.values, "name": ours.name, "results": results})
        elif not _is_only_ours(model):
            merged.append({**model.values, "results": _others(model.results)})
    if holder is None:
        merged.append({"name": ours.name, "results": ours.results})
    return merged


def index_edits(places: Places, entry: Entry, page: FrontMatter, ours: OurModel) -> Iterator[Edit]:
    """What turns the page's model-index into the merged one, below a list with dashes.

    Raises:
        DataError: a list that must change also holds other people's words, and stands in brackets.
    """
    theirs = tuple(_their_models(page))
    holder = _holder(theirs, ours)
    entries = places.entries(entry.node)
    for position, (model, place) in enumerate(zip(theirs, entries, strict=True)):
        if position == holder:
            if model.name != ours.name:
                name = places.key(place.node, "name").node
                start, end = name.start_mark.index, places.value_end(name)
                yield Edit(start, end, yaml_inline(ours.name))
            yield from _result_edits(places, place, model.results, ours.results)
        elif _is_only_ours(model):
            yield Edit(place.start, place.end, "")
        else:
            yield from _result_edits(places, place, model.results, [])
    if holder is None:
        added = {"name": ours.name, "results": ours.results}
        yield Edit(entries[-1].end, entries[-1].end, dashed_lines([added], entries[-1].column))


def _their_models(page: FrontMatter) -> Iterator[TheirModel]:
    index = page.values.get(MODEL_INDEX) or []
    if not isinstance(index, list):
        raise _malformed(page, (MODEL_INDEX,), "is no list")
    for position, model in enumerate(index):
        path = (MODEL_INDEX, position)
        match model:
            case {"name": name, "results": [*results]}:
                for place, result in enumerate(results):
                    if not isinstance(result, dict):
                        raise _malformed(page, (*path, "results", place), "is no table")
                yield TheirModel(model, name, results)
            case _:
                raise _malformed(page, path, "is no table with a name and a list of results")


def _malformed(page: FrontMatter, path: KeyPath, fault: str) -> DataError:
    words = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path)[1:]
    return DataError(f"line {page.line(path)}: {words} {fault}; mend it first")


def _holder(theirs: Sequence[TheirModel], ours: OurModel) -> int | None:
    """Position of the entry for our results; None where the page has none."""
    with_ours = (at for at, model in enumerate(theirs) if any(map(is_ours, model.results)))
    same_name = (at for at, model in enumerate(theirs) if model.name == ours.name)
    return next(with_ours, next(same_name, None))


def _is_only_ours(model: TheirModel) -> bool:
    return bool(model.results) and all(map(is_ours, model.results))


def _others(results: Sequence[object]) -> list[object]:
    return [result for result in results if not is_ours(result)]


def _placed(results: Sequence[object], ours: Sequence[object]) -> list[object]:
    """Ours where the first of them stood, or at the end, among all that are not."""
    first = next((at for at, result in enumerate(results) if is_ours(result)), len(results))
    return [*results[:first], *ours, *_others(results[first:])]


def _result_edits(
    places: Places, model: Entry, results: Sequence[object], ours: list[object]
) -> Iterator[Edit]:
    if same_value(_placed(results, ours), results):
        return
    node = places.key(model.node, "results").node
    if isinstance(node, yaml.SequenceNode) and node.flow_style and not _others(results):
        yield Edit(node.start_mark.index, node.end_mark.index, yaml_inline(ours))
        return
    entries = places.entries(node)
    new = dashed_lines(ours, entries[0].column)
    for result, entry in zip(results, entries, strict=True):
        if is_ours(result):
            yield Edit(entry.start, entry.end, new)
            new = ""
    yield Edit(entries[-1].end, entries[-1].end, new)
