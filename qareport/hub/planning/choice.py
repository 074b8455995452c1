"""Defines what a user can choose to push, and how."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from qareport.errors import UsageError
from qareport.hub.planning.parts import PublicationPart

SUMMARY = "Publish with qareport"
NO_PASSAGES = "holds passages of the data set; add --with-examples to push it"


class Selection(Enum):
    """Which parts of a folder are pushed."""

    WHOLE = "everything"
    CARD = "the card"
    RESULTS = "the results"


class CardRule(Enum):
    """What happens to a card that is on the Hub already."""

    MERGE = "its hand-written text and other people's results stay"
    REPLACE = "the folder's card replaces it"


class Visibility(Enum):
    """Who may see a new repository."""

    DEFAULT = "as the Hub makes it: public, unless the organisation says private"
    PRIVATE = "private"
    PUBLIC = "public"


class Route(Enum):
    """How changes reach the branch main."""

    BY_OWNER = "a commit in repositories of one's own, a pull request elsewhere"
    COMMIT = "a commit"
    PULL_REQUEST = "a pull request"


VISIBILITIES: Mapping[bool | None, Visibility] = {
    None: Visibility.DEFAULT,
    True: Visibility.PRIVATE,
    False: Visibility.PUBLIC,
}
"""By the option --private; None if it is not given."""
ROUTES: Mapping[bool | None, Route] = {
    None: Route.BY_OWNER,
    True: Route.PULL_REQUEST,
    False: Route.COMMIT,
}
"""By the option --create-pr; None if it is not given."""
LONGEST_NAME = 96
_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9_][\w.-]*", re.ASCII)
_FORBIDDEN = re.compile(r"--|\.\.|[-.](?:/|\Z)|\.git\Z")
"""What huggingface_hub refuses in names."""

SELECTED: Mapping[Selection, tuple[PublicationPart, ...]] = {
    Selection.WHOLE: tuple(PublicationPart),
    Selection.CARD: (PublicationPart.CARD, PublicationPart.CHARTS),
    Selection.RESULTS: (PublicationPart.CARD, PublicationPart.RESULTS),
}
OPTIONS: Mapping[Selection, str] = {
    Selection.CARD: "--card-only",
    Selection.RESULTS: "--results-only",
}


@dataclass(frozen=True, slots=True)
class PushChoice:
    """What a user wants to push, and to which repository."""

    repository: str
    selection: Selection = Selection.WHOLE
    visibility: Visibility = Visibility.DEFAULT
    route: Route = Route.BY_OWNER
    card_rule: CardRule = CardRule.MERGE
    with_passages: bool = False
    allow_partial: bool = False
    """Whether records that left out questions may be pushed."""
    summary: str = SUMMARY
    """Title of the commit or pull request."""

    def reasons(self) -> Mapping[PublicationPart, str]:
        """Why a part is left out, for each one that is."""
        chosen = SELECTED[self.selection]
        option = OPTIONS.get(self.selection, "")
        reasons = {part: f"stays with {option}" for part in PublicationPart if part not in chosen}
        return reasons if self.with_passages else {PublicationPart.PASSAGES: NO_PASSAGES, **reasons}


def checked_name(repository: str) -> str:
    """The same name, if the Hub accepts it for a repository.

    Raises:
        UsageError: it does not.
    """
    is_name = _NAME.fullmatch(repository) and not _FORBIDDEN.search(repository)
    if not is_name or len(repository) > LONGEST_NAME:
        raise UsageError(f"{repository!r}: is not the name of a model on the Hub; write OWNER/NAME")
    return repository
