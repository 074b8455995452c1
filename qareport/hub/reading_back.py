"""Compares what the Hub holds after a push with what was pushed."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from huggingface_hub import ModelCardData

from qareport.cards.text.card_text import split_card
from qareport.cards.text.front_matter import read_front_matter
from qareport.hub.planning.plan import PushPlan
from qareport.hub.sending.connection import Connection
from qareport.hub.sending.lost_commit import Pushed
from qareport.hub.sending.reading import read_files


@dataclass(frozen=True, slots=True)
class ReadBack:
    """What the Hub holds after a push."""

    files: int
    """How many files of the plan are there with the right bytes."""
    missing: tuple[str, ...]
    """Paths of the plan that are missing, or have other bytes."""
    keys: tuple[str, ...]
    """Keys of the metadata, as the Hub reads it."""
    differing: tuple[str, ...]
    """Keys whose value on the Hub is not that of the card."""
    is_private: bool


def read_back(connection: Connection, plan: PushPlan, pushed: Pushed) -> ReadBack:
    """Reads a pushed commit and compares it with the plan.

    Raises:
        PublishError: the Hub cannot be read.
    """
    name = plan.choice.repository
    held = read_files(connection, name, pushed.revision)
    missing = tuple(
        known.file.path
        for known in plan.files
        if known.file.path not in held or not held[known.file.path].equals(known.file)
    )
    attempt = connection.attempt("reading the metadata", name)
    info = connection.retry(
        attempt, lambda: connection.api.model_info(name, revision=pushed.revision)
    )
    theirs = _plain(info.card_data) if info.card_data else {}
    ours = _card_data(plan.card) if plan.card is not None else theirs
    return ReadBack(
        files=len(plan.files) - len(missing),
        missing=missing,
        keys=tuple(theirs),
        differing=tuple(_differing(ours, theirs)),
        is_private=bool(info.private),
    )


def _card_data(card: str) -> Mapping[str, object]:
    """The metadata of a card, read by the client library as it reads the Hub's."""
    values = read_front_matter(split_card(card)).values
    plain = json.loads(json.dumps(values, default=str))
    return _plain(ModelCardData(**plain, ignore_metadata_errors=True))


def _plain(card_data: ModelCardData) -> Mapping[str, object]:
    values: dict[str, object] = card_data.to_dict()  # type: ignore[no-untyped-call]  # left bare
    return values


def _differing(ours: Mapping[str, object], theirs: Mapping[str, object]) -> Iterator[str]:
    for key in sorted({*ours, *theirs}):
        if ours.get(key) != theirs.get(key):
            yield key
