"""Finds the public name of a data set: its id on the Hub, and what people call it."""

from collections.abc import Mapping, Sequence
from pathlib import PurePath
from types import MappingProxyType

from qareport.data.toml_tables import Section, Text
from qareport.data.types import DataIdentity


class DataName(Section):
    """The public name of a data set that was read from a file."""

    source: Text
    """What the record calls it: the path of a file or folder, or the last part of that path."""
    id: Text
    """Its id on the Hub, such as "rajpurkar/squad_v2"."""
    name: Text | None = None
    """What people call it, such as "SQuAD 2.0"."""
    config: Text | None = None
    """Its configuration on the Hub."""
    split: Text | None = None
    """Its split on the Hub."""
    revision: Text | None = None
    """Its commit on the Hub."""
    task_id: Text | None = None
    """Its task in a benchmark of the Hub; with it, results are written to .eval_results too."""


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
"""Names of well-known files, by the hash of their examples."""
KNOWN_IDS: Mapping[str, str] = MappingProxyType({SQUAD_V2.id: "SQuAD 2.0", "squad_v2": "SQuAD 2.0"})
"""What people call data sets on the Hub, by id."""


def name_data(identity: DataIdentity, names: Sequence[DataName]) -> DataName | None:
    """The name of a data set: the author's, else the Hub's, else a known file's."""
    for named in names:
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
