"""What data set a record is of, by the names that the world knows it under."""

from collections.abc import Mapping
from pathlib import PurePath
from types import MappingProxyType

from qareport.author_words import AuthorWords, DataName
from qareport.records import DataIdentity

SQUAD_V2 = DataName(
    source="dev-v2.0.json",
    id="rajpurkar/squad_v2",
    name="SQuAD 2.0",
    config="squad_v2",
    split="validation",
)
KNOWN: Mapping[str, DataName] = MappingProxyType(
    {"c04e61b77f1ccfbf6919bfc1b046b6db16b9504ef9d1b9907c7a1bc6ca7c4f63": SQUAD_V2}
)
"""Files whose examples everybody knows, by the hash of the examples."""
KNOWN_IDS: Mapping[str, str] = MappingProxyType({SQUAD_V2.id: "SQuAD 2.0", "squad_v2": "SQuAD 2.0"})
"""Names for people of data sets on the Hub."""


def name_data(identity: DataIdentity, words: AuthorWords) -> DataName | None:
    """The name of a data set: the author's, else the Hub's, else that of a known file."""
    for named in words.data:
        if named.source in {identity.source, PurePath(identity.source).name}:
            return named
    if identity.revision is not None:
        return DataName(
            source=identity.source,
            id=identity.source,
            name=KNOWN_IDS.get(identity.source),
            config=identity.config,
            split=identity.split,
            revision=identity.revision,
        )
    return KNOWN.get(identity.sha256)


def data_label(identity: DataIdentity, named: DataName | None) -> str:
    """What people call the data: its name, or the last part of its path."""
    if named is None:
        return PurePath(identity.source).name
    label = named.name or named.id
    part = " ".join(each for each in (named.config, named.split) if each and named.name is None)
    return f"{label} {part}".strip()
