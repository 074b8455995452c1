"""The model that a user names to an answerer."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from qareport.cli.progress import tell, waiting
from qareport.inference.options import AUTO, AnsweringOptions, EngineOptions

if TYPE_CHECKING:
    from qareport.inference.answerer import Answerer


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """Which model a user wants, and how much they trust it."""

    name: str
    revision: str | None
    trust_remote_code: bool


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
        from qareport.inference.answerer import load_answerer  # noqa: PLC0415 - torch is slow

        return load_answerer(
            choice.name,
            options,
            engine=engine,
            revision=choice.revision,
            trust_remote_code=choice.trust_remote_code,
            tell=tell,
        )


def as_begun(wish: EngineOptions, engine: str | None) -> EngineOptions:
    """The wish without a trial of engines, where one has made answers that are there already."""
    if wish.engine != AUTO or engine is None:
        return wish
    tell(f"engine auto takes {engine}, which the answers that are there come from")
    return replace(wish, engine=engine)
