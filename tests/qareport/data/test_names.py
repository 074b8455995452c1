"""Tests which public name a data set gets: the author's, the Hub's or a known file's."""

from dataclasses import replace

import pytest

from qareport.data.names import KNOWN, SQUAD_V2, DataName, data_label, name_data
from qareport.data.readers.squad_file import read_squad_file
from qareport.data.types import DataIdentity
from tests.shared_data import DEV_SET, needs_shared

FILE = DataIdentity("data/ships.json", config=None, split=None, revision=None, sha256="s")
ON_HUB = DataIdentity("acme/ships", config="big", split="test", revision="c0ffee", sha256="s")
NOBODY = ()


@pytest.mark.parametrize("source", ["data/ships.json", "ships.json"])
def test_the_author_names_a_file_by_its_path_or_last_part(source: str) -> None:
    named = DataName(source=source, id="acme/ships", name="Ships")

    assert name_data(FILE, (named,)) == named


def test_data_of_the_hub_is_called_by_its_id() -> None:
    named = name_data(ON_HUB, NOBODY)

    assert named is not None
    assert (named.id, named.config, named.split, named.revision) == (
        "acme/ships",
        "big",
        "test",
        "c0ffee",
    )
    assert data_label(ON_HUB, named) == "acme/ships big test"


def test_squad_of_the_hub_has_a_name_for_people() -> None:
    identity = replace(ON_HUB, source="rajpurkar/squad_v2")

    assert data_label(identity, name_data(identity, NOBODY)) == "SQuAD 2.0"


def test_a_known_file_is_known_by_its_examples() -> None:
    (known,) = KNOWN
    identity = replace(FILE, source="anything.json", sha256=known)

    assert name_data(identity, NOBODY) == SQUAD_V2


def test_other_files_are_called_by_the_last_part_of_their_path() -> None:
    assert name_data(FILE, NOBODY) is None
    assert data_label(FILE, None) == "ships.json"


@pytest.mark.slow
@needs_shared
def test_the_known_hash_is_that_of_the_official_file() -> None:
    data = read_squad_file(DEV_SET, limit=None)

    assert data.identity.sha256 in KNOWN
