"""Writes and reads card.json, which records how a card was made, to make it again alike."""

from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from qareport.cards.compose.gather import CardChoice
from qareport.cards.render.sources import CardSources
from qareport.cards.render.templates import DEFAULT_TEMPLATE, shipped_templates
from qareport.cards.snippet import Usage
from qareport.cards.text.card_text import MAKING
from qareport.data.files import relative_path
from qareport.data.readers.json_file import read_standard_json
from qareport.errors import DataError


@dataclass(frozen=True, slots=True)
class Making:
    """What was chosen when a card was made, and what its code printed."""

    template: str
    """Name of a shipped one, or path from the card's folder."""
    records: tuple[str, ...]
    """Further folders of records, from the card's folder."""
    model_id: str | None
    allows_partial: bool
    weights_sha256: str | None
    """Of the model that the code ran with."""
    usage: Usage | None


_MAKING = TypeAdapter(Making)


def read_making(folder: Path) -> Making | None:
    """How the card in a folder was made; None if it has no card.json.

    Raises:
        DataError: the file cannot be read, is beyond a limit, is not JSON or has other fields.
    """
    path = folder / MAKING
    if not path.exists():
        return None
    text = read_standard_json(path, refusal=DataError)
    try:
        return _MAKING.validate_json(text)
    except ValidationError as error:
        raise DataError(f"{path}: was not written by `qareport card`; remove it") from error


def making_json(making: Making) -> str:
    """The file's text."""
    return _MAKING.dump_json(making, indent=2).decode() + "\n"


def recall(choice: CardChoice, made: Making | None) -> CardChoice:
    """The choice, completed with what was chosen when the card was made."""
    if made is None:
        return choice
    template = made.template
    if template not in shipped_templates():
        template = str(choice.folder / template)
    return replace(
        choice,
        records=choice.records or tuple(choice.folder / each for each in made.records),
        template=choice.template or template,
        model_id=choice.model_id or made.model_id,
        allows_partial=choice.allows_partial or made.allows_partial,
    )


def making_of(choice: CardChoice, sources: CardSources, usage: Usage | None) -> Making:
    """The choices of a card, and what its code prints."""
    template = choice.template or DEFAULT_TEMPLATE
    is_shipped = template in shipped_templates()
    return Making(
        template=template if is_shipped else relative_path(Path(template), choice.folder),
        records=tuple(relative_path(each, choice.folder) for each in choice.records),
        model_id=choice.model_id,
        allows_partial=choice.allows_partial,
        weights_sha256=sources.main.evaluation.model.weights_sha256 if sources.main else None,
        usage=usage,
    )
