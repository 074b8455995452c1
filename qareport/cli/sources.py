"""Resolves what a user names as data, model or card."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from qareport.cards.text.card_text import CARD_FILE
from qareport.cli.terminal import waiting
from qareport.data.inside import inside
from qareport.data.sampling import sample_data_set
from qareport.data.types import DataSet, Sampling
from qareport.errors import DataError, UsageError
from qareport.inference.options import AUTO, AnsweringOptions, EngineOptions
from qareport.report.printing import print_note

if TYPE_CHECKING:
    from qareport.data.readers.read import DataSource
    from qareport.evaluation.record.reader import Record
    from qareport.inference.answerer import Answerer


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelChoice:
    """Which model a user wants, and how much they trust it."""

    name: str
    revision: str | None = None
    trust_remote_code: bool = False


def choose_source(
    *,
    data: str | None,
    dataset: str | None,
    config: str | None,
    split: str | None,
    revision: str | None,
) -> "DataSource":
    """The one source that options of these names choose, or the default data set.

    Raises:
        UsageError: two were named.
    """
    from qareport.data.readers.read import DataSource
    from qareport.data.readers.source_kind import DEFAULT_DATA_SET

    if data is not None and dataset is not None:
        raise UsageError(f"--data {data} and --dataset {dataset} name two data sets; leave one out")
    name = data or dataset or DEFAULT_DATA_SET
    return DataSource(name=name, config=config, split=split, revision=revision)


def read_source(source: "DataSource", part: Sampling | None = None) -> DataSet:
    """The data set of a source or a part of it, fit for scoring.

    Raises:
        DataError: it cannot be read, or its findings forbid scoring it.
        UsageError: an option does not go with this source.
    """
    from qareport.data.readers.read import read_data_set

    with waiting(f"reading {source.name}"):
        match part:
            case Sampling(questions=questions, seed=int(seed)):
                return sample_data_set(read_data_set(source), questions=questions, seed=seed)
            case Sampling(questions=questions):
                return read_data_set(source, limit=questions)
            case _:
                return read_data_set(source)


def load_choice(
    choice: ModelChoice, options: AnsweringOptions, engine: EngineOptions
) -> "Answerer":
    """The model, ready to answer.

    Raises:
        EngineError: the engine is not installed, or cannot run the model.
        ModelError: the model is refused.
        UsageError: options do not go with the model or this machine.
    """
    with waiting(f"loading {choice.name}"):
        from qareport.inference.answerer import load_answerer

        return load_answerer(
            choice.name,
            options,
            engine=engine,
            revision=choice.revision,
            trust_remote_code=choice.trust_remote_code,
            log=print_note,
        )


def as_begun(wish: EngineOptions, engine: str | None) -> EngineOptions:
    """The wish without a trial of engines, where one has made answers that are there already."""
    if wish.engine != AUTO or engine is None:
        return wish
    print_note(f"engine auto takes {engine}, which the answers that are there come from")
    return replace(wish, engine=engine)


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
    card = inside(path, CARD_FILE)
    if not card.is_file():
        raise DataError(f"{name}: has no {CARD_FILE}; name the file of the card")
    return card


def published_model(name: str, card: Path, records: Sequence["Record"]) -> ModelChoice:
    """The model that a card publishes: the one on the Hub, or else the first of these that is here.

    They are the model beside the card, the student of a training there, and the model that the
    first of the card's records names.

    Raises:
        DataError: there is no record, or no model is here.
    """
    from qareport.evaluation.training_json import STUDENT_MODEL

    if not records:
        raise DataError(f"{name}: has no record beside or below it; name one with --record")
    if not Path(name).exists():
        return ModelChoice(name=name)
    for folder in (card.parent, card.parent / STUDENT_MODEL):
        if (folder / "config.json").is_file():
            return ModelChoice(name=folder.as_posix())
    recorded = records[0].evaluation.model
    if recorded.revision is None and not Path(recorded.name).is_dir():
        raise DataError(
            f"{name}: has no model beside it, and {recorded.name}, which {records[0].folder} "
            "names, is no folder here; put the card beside its model, or name its Hub id"
        )
    return ModelChoice(name=recorded.name, revision=recorded.revision)


def _fetch(name: str) -> Path:
    with waiting(f"fetching the card of {name}"):
        from qareport.inference.loading.checkpoints import find_folder

        return find_folder(name, None, files=(CARD_FILE,))
