"""Authors' words are written as TOML that people can edit, and read back equal."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qareport.cards.author_words import (
    Author,
    AuthorWords,
    FurtherReading,
    Passage,
    read_words,
    write_words,
)
from qareport.data.names import DataName
from qareport.data.toml_tables import Section
from qareport.errors import DataError, OutputError

TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)
SCALARS = st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=5,
)
WORDS = st.builds(
    AuthorWords,
    model_id=st.none() | TEXTS,
    overview=st.none() | TEXTS,
    languages=st.lists(TEXTS, max_size=3).map(tuple),
    hyperparameters=st.dictionaries(TEXTS, VALUES, max_size=4),
    data=st.lists(st.builds(DataName, source=TEXTS, id=TEXTS), max_size=2).map(tuple),
    co2_grams=st.none() | st.floats(0, 1e6),
    authors=st.lists(st.builds(Author, name=TEXTS, contact=st.none() | TEXTS), max_size=2).map(
        tuple
    ),
    links=st.lists(
        st.builds(FurtherReading, text=TEXTS, url=TEXTS.map(lambda path: f"https://{path}")),
        max_size=2,
    ).map(tuple),
    sections=st.lists(st.builds(Passage, title=TEXTS, text=TEXTS), max_size=2).map(tuple),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=WORDS)
def test_words_that_are_written_are_read_back_equal(words: AuthorWords, tmp_path: Path) -> None:
    path = tmp_path / "card.toml"

    write_words(words, path)

    assert read_words(path) == words


def test_a_text_of_several_lines_stands_as_lines_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "card.toml"

    write_words(AuthorWords(about='We mend "roofs".\n\nAnd walls.'), path)

    assert path.read_text() == 'about = """We mend "roofs".\n\nAnd walls."""\n'


def test_keys_that_say_nothing_are_not_written(tmp_path: Path) -> None:
    path = tmp_path / "card.toml"

    write_words(AuthorWords(authors=(Author(name="Ada"),)), path)

    assert tomllib.loads(path.read_text()) == {"authors": [{"name": "Ada"}]}


def test_a_hyperparameter_without_a_value_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be written as TOML"):
        write_words(AuthorWords(hyperparameters={"seed": None}), tmp_path / "card.toml")

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be written"):
        write_words(AuthorWords(), tmp_path / "none" / "card.toml")


@pytest.mark.parametrize("section", [AuthorWords, Author, DataName, FurtherReading, Passage])
def test_every_key_has_a_description(section: type[Section]) -> None:
    assert [name for name, field in section.model_fields.items() if not field.description] == []
