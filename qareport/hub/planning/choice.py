"""What a user wants pushed, and how."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from qareport.errors import UsageError
from qareport.hub.planning.parts import Part

SUMMARY = "Publish with qareport"
NO_PASSAGES = "holds passages of the data set; add --with-examples to push it"


class Selection(Enum):
    """Which parts of a folder go."""

    WHOLE = "everything"
    CARD = "the card"
    RESULTS = "the results"


class CardRule(Enum):
    """What becomes of a card that is there."""

    MERGE = "its hand-written text and other people's results stay"
    REPLACE = "the folder's card takes its place"


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
"""By the option --private; None where it is not given."""
ROUTES: Mapping[bool | None, Route] = {
    None: Route.BY_OWNER,
    True: Route.PULL_REQUEST,
    False: Route.COMMIT,
}
"""By the option --create-pr; None where it is not given."""
LONGEST_NAME = 96
_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9_][\w.-]*", re.ASCII)
_FORBIDDEN = re.compile(r"--|\.\.|[-.](?:/|\Z)|\.git\Z")
"""What huggingface_hub refuses in names."""

SELECTED: Mapping[Selection, tuple[Part, ...]] = {
    Selection.WHOLE: tuple(Part),
    Selection.CARD: (Part.CARD, Part.CHARTS),
    Selection.RESULTS: (Part.CARD, Part.RESULTS),
}
OPTIONS: Mapping[Selection, str] = {
    Selection.CARD: "--card-only",
    Selection.RESULTS: "--results-only",
}


@dataclass(frozen=True, slots=True)
class PushChoice:
    """What a user wants pushed where."""

    repository: str
    selection: Selection = Selection.WHOLE
    visibility: Visibility = Visibility.DEFAULT
    route: Route = Route.BY_OWNER
    card_rule: CardRule = CardRule.MERGE
    with_passages: bool = False
    allow_partial: bool = False
    """Whether records may go from which questions were left out."""
    summary: str = SUMMARY
    """Title of the commit or pull request."""

    def reasons(self) -> Mapping[Part, str]:
        """Why a part stays, for each that does."""
        chosen = SELECTED[self.selection]
        option = OPTIONS.get(self.selection, "")
        reasons = {part: f"stays with {option}" for part in Part if part not in chosen}
        return reasons if self.with_passages else {Part.PASSAGES: NO_PASSAGES, **reasons}


def checked_name(repository: str) -> str:
    """The name of a repository, as it was given.

    Raises:
        UsageError: the Hub has no such names.
    """
    is_name = _NAME.fullmatch(repository) and not _FORBIDDEN.search(repository)
    if not is_name or len(repository) > LONGEST_NAME:
        raise UsageError(f"{repository!r}: is no name of a model on the Hub; write OWNER/NAME")
    return repository
