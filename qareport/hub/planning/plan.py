"""Plans a push: compares a folder with the repository, by the user's choices."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from qareport.cards.text.card_text import CARD_FILE
from qareport.cards.text.merging import card_diff
from qareport.errors import PublishError
from qareport.hub.planning.cards import card_to_push
from qareport.hub.planning.choice import PushChoice, Route, Selection, Visibility
from qareport.hub.planning.local_folder import LeftOut, LocalFile, LocalFolder, hash_bytes
from qareport.hub.planning.parts import PublicationPart
from qareport.hub.planning.remote_state import RemotePull, RemoteState

KEPT_TEXT = (
    "the card on the Hub keeps what others wrote there; text of this folder's card outside the "
    "marked blocks stays here, unless you add --replace-card"
)
NO_CARD = "the folder has no README.md; write it with `qareport card`"
PASSAGES_GO = "these files hold passages of the data set; its licence must allow to publish them"


class Status(Enum):
    """What a push does to a file."""

    NEW = "new"
    CHANGED = "changed"
    EQUAL = "equal"


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """A file of the push, and what happens to it."""

    file: LocalFile
    status: Status


@dataclass(frozen=True, slots=True)
class PushPlan:
    """Everything that a push will do."""

    choice: PushChoice
    folder: Path
    parent: str | None
    """The commit that the plan builds on; None for a new repository."""
    visibility: str
    """Who can see the repository, in words."""
    is_pull_request: bool
    files: tuple[PlannedFile, ...]
    left_out: tuple[LeftOut, ...]
    card: str | None
    """The text that README.md will have; None if it is not changed."""
    card_diff: str
    """The diff from the card on the Hub to that text; empty if they are equal."""
    waiting: RemotePull | None
    """An open pull request that has all these files already."""
    notes: tuple[str, ...]
    """Sentences on what the user may not expect."""

    @property
    def changes(self) -> tuple[LocalFile, ...]:
        """The files to send."""
        return tuple(known.file for known in self.files if known.status is not Status.EQUAL)


def plan_push(folder: LocalFolder, remote: RemoteState, choice: PushChoice) -> PushPlan:
    """The plan of a push; computes only, without network or disk.

    Raises:
        PublishError: there is nothing to push, or the choice does not go with the repository.
    """
    _refuse_contradictions(remote, choice)
    card = card_to_push(folder.card, remote.card, choice.selection, choice.card_rule)
    files = tuple(_with_card(folder.files, card))
    if not files:
        raise PublishError(
            f"{folder.folder}: holds nothing to push ({choice.selection.value}); "
            "name the folder of a model, or write a card with `qareport card`"
        )
    is_pull_request = _is_pull_request(remote, choice.route)
    return PushPlan(
        choice=choice,
        folder=folder.folder,
        parent=remote.commit,
        visibility=_visibility(remote, choice.visibility),
        is_pull_request=is_pull_request,
        files=tuple(PlannedFile(file, _status(file, remote)) for file in files),
        left_out=folder.left_out,
        card=card,
        card_diff="" if card is None else card_diff(remote.card or "", card, name=CARD_FILE),
        waiting=_waiting(files, remote) if is_pull_request else None,
        notes=tuple(find_notes(folder, choice, card)),
    )


def _refuse_contradictions(remote: RemoteState, choice: PushChoice) -> None:
    name, account = remote.repository, remote.account
    if remote.commit is not None:
        _refuse_other_visibility(remote, choice.visibility)
    elif choice.selection is not Selection.WHOLE:
        raise PublishError(
            f"{name}: does not exist, or this account cannot see it; "
            f"{choice.selection.value} can only go to a model that is there"
        )
    elif account is not None and not remote.is_owned:
        raise PublishError(
            f"{name}: does not exist, or {account.name!r} cannot see it, and only its owner can "
            "make it; check the name"
        )
    elif choice.route is Route.PULL_REQUEST:
        raise PublishError(
            f"{name}: does not exist yet, so a pull request cannot be opened; leave --create-pr out"
        )


def _refuse_other_visibility(remote: RemoteState, wanted: Visibility) -> None:
    held = Visibility.PRIVATE if remote.is_private else Visibility.PUBLIC
    if wanted not in {Visibility.DEFAULT, held}:
        raise PublishError(
            f"{remote.repository}: is {held.value}, and a push does not change that; "
            f"leave --{wanted.value} out, or change it in the settings of the repository"
        )


def _visibility(remote: RemoteState, wanted: Visibility) -> str:
    if remote.commit is None:
        return f"new, {wanted.value}"
    seen = "private" if remote.is_private else "public"
    return f"{seen}, gated" if remote.is_gated else seen


def _is_pull_request(remote: RemoteState, route: Route) -> bool:
    if route is Route.BY_OWNER:
        return remote.commit is not None and not remote.is_owned
    return route is Route.PULL_REQUEST


def find_notes(folder: LocalFolder, choice: PushChoice, card: str | None) -> Iterator[str]:
    """Sentences on what the user may not expect when a folder is pushed with this card."""
    is_whole_card = choice.selection is not Selection.RESULTS
    if is_whole_card and card is not None and _lines(folder.card) - _lines(card):
        yield KEPT_TEXT
    if folder.card is None:
        yield NO_CARD
    if choice.with_passages and any(file.part is PublicationPart.PASSAGES for file in folder.files):
        yield PASSAGES_GO


def _lines(card: str | None) -> set[str]:
    return {line.strip() for line in (card or "").splitlines()}


def _with_card(files: tuple[LocalFile, ...], card: str | None) -> Iterator[LocalFile]:
    """The files, with the folder's card replaced by the one that the repository will have."""
    for file in files:
        if file.path != CARD_FILE:
            yield file
        elif card is not None:
            yield hash_bytes(CARD_FILE, PublicationPart.CARD, card.encode())


def _status(file: LocalFile, remote: RemoteState) -> Status:
    held = remote.files.get(file.path)
    if held is None:
        return Status.NEW
    return Status.EQUAL if held.equals(file) else Status.CHANGED


def _waiting(files: tuple[LocalFile, ...], remote: RemoteState) -> RemotePull | None:
    for pull in remote.pulls:
        if all(file.path in pull.files and pull.files[file.path].equals(file) for file in files):
            return pull
    return None
