"""Reads the front matter of an old card into values for card.toml."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from qareport.cards.claims.reading.data_names import hub_id
from qareport.cards.old_cards.pieces import Imported, TomlValue, language_code, left_out, license_id
from qareport.cards.text.front_matter import FrontMatter

FOREIGN_TAGS: Mapping[str, str] = {
    "exbert": "names a demo of another project",
}
"""Tags that say nothing true of a model, with the reason."""
RELATIONS = ("adapter", "merge", "quantized", "finetune")
GENERATED = frozenset({"library_name", "pipeline_tag", "metrics", "model-index"})
"""Keys that a card says of itself, or whose figures are claims."""


def read_front(front: FrontMatter) -> Iterator[Imported]:
    """What the metadata says, a value for card.toml or a note for each."""
    for key, value in front.values.items():
        line = front.line((key,))
        reader = READERS.get(key)
        if key in GENERATED:
            reason = "its figures are claims" if key == "model-index" else "cards say it themselves"
            yield left_out(line, str(key), reason)
        elif reader is None:
            yield left_out(line, str(key), "card.toml has no such key")
        else:
            yield from reader(line, value)
    yield from _foreign_thumbnail(front)


def read_languages(line: int, value: object) -> Iterator[Imported]:
    """The code of each known language."""
    for written in _listed(value):
        code = language_code(written)
        if code is None:
            yield left_out(line, f"language {written!r}", "is not a language with an ISO 639 code")
        else:
            yield TomlValue(line, "languages", code)


def _license(line: int, value: object) -> Iterator[Imported]:
    return _each(line, "license", value, lambda name: TomlValue(line, "license", license_id(name)))


def _datasets(line: int, value: object) -> Iterator[Imported]:
    return _each(
        line, "datasets", value, lambda name: TomlValue(line, "datasets", hub_id(name) or name)
    )


def _tags(line: int, value: object) -> Iterator[Imported]:
    return _each(line, "tags", value, lambda tag: _tag(line, tag))


def _tag(line: int, tag: str) -> Imported:
    reason = FOREIGN_TAGS.get(tag.lower())
    return left_out(line, f"tag {tag!r}", reason) if reason else TomlValue(line, "tags", tag)


def _relation(line: int, value: object) -> Iterator[Imported]:
    return _each(line, "base_model_relation", value, lambda word: _known_relation(line, word))


def _known_relation(line: int, word: str) -> Imported:
    if word in RELATIONS:
        return TomlValue(line, "base_model_relation", word)
    return left_out(line, f"base_model_relation {word!r}", f"is not one of {', '.join(RELATIONS)}")


def _emissions(line: int, value: object) -> Iterator[Imported]:
    grams = value.get("emissions") if isinstance(value, Mapping) else value
    if isinstance(grams, int | float) and not isinstance(grams, bool) and 0 <= grams < float("inf"):
        yield TomlValue(line, "co2_grams", float(grams))
    else:
        yield left_out(line, "co2_eq_emissions", "is not a number of grams")


def _text_of(field: str) -> Callable[[int, object], Iterator[Imported]]:
    """How a key is read that is one text."""

    def read(line: int, value: object) -> Iterator[Imported]:
        return _each(line, field, value, lambda text: TomlValue(line, field, text))

    return read


def _thumbnail(line: int, value: object) -> Iterator[Imported]:
    """Judged with all data sets at hand, in `_foreign_thumbnail`."""
    if not isinstance(value, str):
        yield left_out(line, "thumbnail", "is not text")


READERS: Mapping[str, Callable[[int, object], Iterator[Imported]]] = {
    "language": read_languages,
    "license": _license,
    "license_name": _text_of("license_name"),
    "license_link": _text_of("license_link"),
    "datasets": _datasets,
    "tags": _tags,
    "base_model": _text_of("base_model"),
    "base_model_relation": _relation,
    "co2_eq_emissions": _emissions,
    "thumbnail": _thumbnail,
}
"""How each key is read."""


def _foreign_thumbnail(front: FrontMatter) -> Iterator[Imported]:
    url, line = front.values.get("thumbnail"), front.line(("thumbnail",))
    if not isinstance(url, str):
        return
    own = {hub_id(str(each)) for each in _listed(front.values.get("datasets"))}
    named = named_in_file(url)
    if named is not None and named not in own:
        yield left_out(line, f"thumbnail {url!r}", f"its file is named after {named}")
    elif not url.startswith(("https://", "http://")):
        yield left_out(line, f"thumbnail {url!r}", "is not a URL")
    else:
        yield TomlValue(line, "thumbnail", url)


def named_in_file(url: str) -> str | None:
    """The id of the data set after which the file of a URL is named; None if after none."""
    return hub_id(PurePosixPath(urlsplit(url).path).stem)


def _listed(value: object) -> tuple[object, ...]:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(value)
    return () if value is None else (value,)


def _each(
    line: int, key: str, value: object, make: Callable[[str], Imported]
) -> Iterator[Imported]:
    """What is made of each text of a value or list; anything else is named."""
    for each in _listed(value):
        if isinstance(each, str) and each.strip():
            yield make(each.strip())
        else:
            yield left_out(line, f"{key} {each!r}", "is not text")
