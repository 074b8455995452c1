"""Writes and reads card.json, which records how a card was made, to make it again alike."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from qareport.cards.compose.gather import CardChoice
from qareport.cards.render.sources import CardSources
from qareport.cards.render.templates import DEFAULT_TEMPLATE, shipped_templates
from qareport.cards.snippet import Usage
from qareport.cards.text.card_text import MAKING
from qareport.data.files import relative_path
from qareport.data.inside import inside, is_inside
from qareport.data.json_format import MARK, is_own_file, mark_of
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
    path = inside(folder, MAKING)
    if not path.exists():
        return None
    text = read_standard_json(path, refusal=DataError)
    try:
        return _MAKING.validate_json(text)
    except ValidationError as error:
        raise DataError(f"{path}: was not written by `qareport card`; remove it") from error


def making_json(making: Making) -> str:
    """The file's text, with the mark of the user's key where there is one."""
    content = _MAKING.dump_python(making, mode="json")
    if mark := mark_of(content):
        content[MARK] = mark
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def is_made_so(folder: Path, text: str) -> bool:
    """Whether the folder's card.json says the same as this text, whoever wrote it.

    Raises:
        DataError: it cannot be read.
    """
    return read_making(folder) == _MAKING.validate_json(text)


def recall(choice: CardChoice, made: Making | None, *, typed: Sequence[Path] = ()) -> CardChoice:
    """The choice, completed with what was chosen when the card was made.

    What a card.json without the user's mark chooses must be in its folder, or among the paths that
    the user typed.

    Raises:
        DataError: it names something else.
    """
    if made is None:
        return choice
    _require_allowed(choice, made, typed)
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


def _require_allowed(choice: CardChoice, made: Making, typed: Sequence[Path]) -> None:
    """Refuses what a stranger's card.json chooses for the user outside its folder."""
    for option, name in _chosen(choice, made):
        path = choice.folder / name
        is_known = any(is_inside(folder, path) for folder in (choice.folder, *typed))
        if not is_known and not is_own_file(choice.folder / MAKING):
            raise DataError(
                f"{choice.folder / MAKING}: names {path}, which is outside its folder, and was not "
                f"written with your key; if you mean it, run `qareport card {choice.folder} "
                f"{option} {path}`"
            )


def _chosen(choice: CardChoice, made: Making) -> Iterator[tuple[str, str]]:
    """The paths that card.json chooses, each after the option by which a user would."""
    if not choice.records:
        yield from (("--record", each) for each in made.records)
    if not choice.template and made.template not in shipped_templates():
        yield "--template", made.template
