"""Merges a folder's card with the one on the Hub into the card that a push writes."""

from collections.abc import Callable

from qareport.cards.text.card_text import CardText, replace_parts, split_card
from qareport.cards.text.front_matter import read_front_matter
from qareport.cards.text.merging import merge_cards
from qareport.cards.text.metadata import Metadata, merge_metadata
from qareport.errors import DataError, PublishError
from qareport.hub.planning.choice import CardRule, Selection

MODEL_INDEX = "model-index"


def card_to_push(
    local: str | None, remote: str | None, selection: Selection, rule: CardRule
) -> str | None:
    """The text that README.md will have on the Hub; None if it is not changed.

    Raises:
        PublishError: the cards cannot be merged; the message says at which line.
    """
    if local is None or (selection is Selection.RESULTS and remote is None):
        return None
    if remote is None or (rule is CardRule.REPLACE and selection is not Selection.RESULTS):
        return local
    merge = with_results if selection is Selection.RESULTS else merge_cards
    return _merged(merge, split_card(remote), split_card(local))


def with_results(page: CardText, rendered: CardText) -> CardText:
    """The page with the results of the rendered card's model-index, and nothing else from it.

    Raises:
        DataError: one of them cannot be read or edited; the message begins with the line.
    """
    values = read_front_matter(rendered).values
    if MODEL_INDEX not in values:
        return page
    results = {MODEL_INDEX: values[MODEL_INDEX]}
    named = _under_their_name(page, results)
    return replace_parts(page, merge_metadata(page, named), page.body)


def _under_their_name(page: CardText, results: Metadata) -> Metadata:
    """Our results under the page's name for the model, if it has exactly one."""
    theirs = read_front_matter(page).values.get(MODEL_INDEX)
    match theirs, results[MODEL_INDEX]:
        case [{"name": str(name)}], [{**ours}]:
            return {MODEL_INDEX: [{**ours, "name": name}]}
        case _:
            return results


def _merged(
    merge: Callable[[CardText, CardText], CardText], page: CardText, rendered: CardText
) -> str:
    try:
        return merge(page, rendered).text
    except DataError as error:
        raise PublishError(
            f"README.md: the card on the Hub and the folder's cannot be merged ({error})"
        ) from error
