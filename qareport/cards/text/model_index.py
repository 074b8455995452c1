"""Merges our results into the model-index of a page and keeps everybody else's."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import yaml

from qareport.cards.text.front_matter import FrontMatter, KeyPath
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

    name: object
    keys: Mapping[str, yaml.Node]
    """All its keys, each value as it is written."""
    others: tuple[yaml.Node, ...]
    """Results that are not ours."""
    first_of_ours: int | None
    """Index of our first result among all; None where it has none of ours."""


def our_model(index: object) -> OurModel:
    """The only entry of our model-index.

    Raises:
        DataError: it has another number of entries, or results that we could not distinguish from
            other people's later.
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


def merge_index(page: FrontMatter, node: yaml.Node, ours: OurModel) -> list[object]:
    """The page's model-index, written as `node`, with our old results replaced by the new ones.

    They come to the entry that has results of ours, or else to that of our name, or else into a
    new one at the end.
    Other entries with nothing but results of ours are removed.

    Raises:
        DataError: the page's model-index is malformed; the message begins with the line.
    """
    theirs = tuple(_their_models(page, node))
    with_ours = (model for model in theirs if model.first_of_ours is not None)
    same_name = (model for model in theirs if model.name == ours.name)
    holder = next(with_ours, next(same_name, None))
    merged: list[object] = []
    for model in theirs:
        others: list[object] = [*model.others]
        if model is holder:
            at = len(others) if model.first_of_ours is None else model.first_of_ours
            results = [*others[:at], *ours.results, *others[at:]]
            merged.append({**model.keys, "name": ours.name, "results": results})
        elif others or model.first_of_ours is None:
            merged.append({**model.keys, "results": others})
    if holder is None:
        merged.append({"name": ours.name, "results": ours.results})
    return merged


def _their_models(page: FrontMatter, node: yaml.Node) -> Iterator[TheirModel]:
    models = page.values[MODEL_INDEX] or []
    if not isinstance(models, list):
        raise _malformed(page, (MODEL_INDEX,), "is not a list")
    for index, (model, entry) in enumerate(zip(models, node.value, strict=False)):
        path = (MODEL_INDEX, index)
        match model:
            case {"name": name, "results": [*results]}:
                for number, result in enumerate(results):
                    if not isinstance(result, dict):
                        raise _malformed(page, (*path, "results", number), "is not a table")
                keys = {str(key.value): value for key, value in entry.value}
                ours = [is_ours(result) for result in results]
                nodes = zip(keys["results"].value, ours, strict=True)
                others = tuple(result for result, is_our in nodes if not is_our)
                yield TheirModel(name, keys, others, ours.index(True) if any(ours) else None)
            case _:
                raise _malformed(page, path, "is not a table with a name and a list of results")


def _malformed(page: FrontMatter, path: KeyPath, fault: str) -> DataError:
    words = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path)[1:]
    return DataError(f"line {page.line(path)}: {words} {fault}; mend it first")
