"""What a user names as a card to the file that holds it."""

from pathlib import Path

from qareport.cards.text.card_text import CARD_FILE
from qareport.cli.progress import waiting
from qareport.errors import DataError


def find_card(name: str) -> Path:
    """The card itself, the one in a folder, or that of a model on the Hub, fetched if need be.

    Raises:
        DataError: the folder or the model has none.
        ModelError: it is neither a file nor a folder, and the Hub does not give such a model.
    """
    path = Path(name)
    if path.is_file():
        return path
    if not path.is_dir() and path.suffix.lower() == ".md":
        raise DataError(f"{path}: not found; name a README.md, a folder with one, or a Hub id")
    if not path.is_dir():
        path = _fetch(name)
    card = path / CARD_FILE
    if not card.is_file():
        raise DataError(f"{name}: has no {CARD_FILE}; name the file of the card")
    return card


def _fetch(name: str) -> Path:
    with waiting(f"fetching the card of {name}"):
        from qareport.inference.loading.checkpoints import find_folder  # noqa: PLC0415 - the Hub is slow

        return find_folder(name, None, files=(CARD_FILE,))
