"""Which models are measured on which data sets, and how: plain data, every part with its name."""

from dataclasses import dataclass

from qareport.inference.options import AnsweringOptions, EngineOptions


@dataclass(frozen=True, slots=True)
class SuiteModel:
    """A model of a suite."""

    name: str
    """Of its folder, and in tables."""
    source: str
    """Folder of a saved model, or its id on the Hub."""
    revision: str | None
    trust_remote_code: bool


@dataclass(frozen=True, slots=True)
class SuiteData:
    """A data set of a suite, and how answers to it are compared."""

    name: str
    """Of its folders, and in tables."""
    source: str
    """File, folder, or id on the Hub."""
    config: str | None
    split: str | None
    revision: str | None
    limit: int | None
    normaliser: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A model that is measured on a data set."""

    model: SuiteModel
    data: SuiteData

    @property
    def label(self) -> str:
        """What people read."""
        return f"{self.model.name} on {self.data.name}"

    @property
    def folder(self) -> str:
        """Where its record stands, seen from the folder of the suite's results."""
        return f"{self.model.name}/{self.data.name}"


@dataclass(frozen=True, slots=True)
class Suite:
    """Every model is measured on every data set, all in one way."""

    models: tuple[SuiteModel, ...]
    data: tuple[SuiteData, ...]
    options: AnsweringOptions
    engine: EngineOptions
