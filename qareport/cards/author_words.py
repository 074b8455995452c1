"""Reads and writes card.toml: what only the author of a model can say in its card."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import tomlkit
from pydantic import Field, JsonValue, model_validator
from tomlkit.exceptions import TOMLKitError

from qareport.data.files import read_text, write_text
from qareport.data.names import DataName
from qareport.data.toml_tables import Section, Text, check_section, parse_toml
from qareport.errors import DataError, SectionError

NO_MODEL_ID = "path/to/"
"""Before the folder's name, what cards load where the model's id on the Hub is unknown."""

Grams = Annotated[float, Field(ge=0, allow_inf_nan=False, strict=True)]


class Author(Section):
    """Somebody who made the model."""

    name: Text
    """Shown as it is."""
    contact: Text | None = None
    """Address or handle, shown as it is."""


class FurtherReading(Section):
    """A page to read on."""

    text: Text
    """What to click on."""
    url: Text
    """Begins with https:// or http://."""

    @model_validator(mode="after")
    def _check(self) -> "FurtherReading":
        if not self.url.startswith(("https://", "http://")):
            raise ValueError(f"url {self.url!r} must begin with https:// or http://")
        return self


class Passage(Section):
    """A section of the page in the author's own words."""

    title: Text
    """Of the section, as plain text."""
    text: Text
    """Markdown; headings in it come below the title."""


class AuthorWords(Section):
    """All that a card can say which no record knows; every key may be missing."""

    model_id: Text | None = None
    """Id of the model on the Hub, such as "my-org/my-model": its name on the page."""
    summary: Text | None = None
    """What it is, in a sentence; generated where it is missing."""
    overview: Text | None = None
    """Markdown."""
    intended_use: Text | None = None
    """Markdown."""
    limitations: Text | None = None
    """Markdown."""
    languages: tuple[Text, ...] = ()
    """ISO 639 codes, "multilingual" or "code"."""
    license: Text | None = None
    """Id of a licence on the Hub, such as "apache-2.0"."""
    license_name: Text | None = None
    """With `license = "other"`."""
    license_link: Text | None = None
    """With `license = "other"`: a URL, or a file of the repository."""
    base_model: Text | None = None
    """Id on the Hub of the model that training started from."""
    base_model_relation: Literal["adapter", "merge", "quantized", "finetune"] | None = None
    """"finetune" where it is missing and `base_model` is not."""
    teacher: Text | None = None
    """Id on the Hub of the teacher; for cards without a record of the training."""
    infrastructure: Text | None = None
    """Such as "1x V100 GPU"; for cards without a record of the training."""
    training_data: Text | None = None
    """In words; for cards without a record of the training."""
    hyperparameters: Mapping[str, JsonValue] = Field(default_factory=dict)
    """Names with values; for cards without a record of the training."""
    datasets: tuple[Text, ...] = ()
    """Ids on the Hub of all data that training used."""
    data: tuple[DataName, ...] = ()
    """Names of data sets that were read from files."""
    co2_grams: Grams | None = None
    """Emitted by the training."""
    thumbnail: Text | None = None
    """URL of a picture."""
    tags: tuple[Text, ...] = ()
    """Beside those that every card has."""
    authors: tuple[Author, ...] = ()
    """In their order."""
    about: Text | None = None
    """Markdown."""
    links: tuple[FurtherReading, ...] = ()
    """Shown at the end."""
    citation: Text | None = None
    """BibTeX."""
    sections: tuple[Passage, ...] = ()
    """More of the page, after all else."""

    @model_validator(mode="after")
    def _check(self) -> "AuthorWords":
        if self.license == "other" and None in {self.license_name, self.license_link}:
            raise ValueError('license = "other" needs license_name and license_link')
        if self.base_model_relation is not None and self.base_model is None:
            raise ValueError("base_model_relation needs base_model")
        return self


def read_words(path: Path) -> AuthorWords:
    """The author's words in a TOML file.

    Raises:
        DataError: it cannot be read, or says what a card cannot say.
    """
    text = read_text(path)
    try:
        return check_section(AuthorWords, parse_toml(text))
    except SectionError as error:
        raise DataError(f"{path}: {error}") from error


def write_words(words: AuthorWords, path: Path) -> None:
    """Put the words into `path` as TOML, whole or not at all; `read_words` gives them back equal.

    Raises:
        DataError: a hyperparameter is null, for which TOML has no word.
        OutputError: the file cannot be written.
    """
    said = words.model_dump(exclude_defaults=True)
    try:
        text = tomlkit.dumps({key: _toml(value) for key, value in said.items()})
    except TOMLKitError as error:
        raise DataError(f"{path}: cannot be written as TOML ({error})") from error
    write_text(path, text)


def _toml(value: object) -> object:
    """A value for tomlkit, in which texts of several lines stand as such."""
    if isinstance(value, str) and "\n" in value and "\r" not in value:
        return tomlkit.string(value, multiline=True)
    if isinstance(value, Mapping):
        return {key: _toml(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_toml(each) for each in value]
    return value
