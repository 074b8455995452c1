"""Reads the TOML file that says what a suite measures."""

from dataclasses import dataclass
from pathlib import Path

from qareport.data.files import read_text
from qareport.data.readers.source_kind import without_suffix
from qareport.data.toml_tables import check_section, parse_toml
from qareport.data.types import Sampling
from qareport.errors import DataError, SectionError
from qareport.evaluation.suite.naming import NamedEntry, distinct_names
from qareport.evaluation.suite.toml_keys import DataTable, ModelTable, SuiteFile
from qareport.inference.options import AnsweringOptions, EngineOptions
from qareport.metrics.measures import Scoring
from qareport.metrics.normalisers import SQUAD_EN


@dataclass(frozen=True, slots=True)
class SuiteModel:
    """A model of a suite."""

    name: str
    """Its name in tables, and the name of its folder."""
    source: str
    """Folder of a saved model, or its id on the Hub."""
    revision: str | None
    trust_remote_code: bool


@dataclass(frozen=True, slots=True)
class SuiteData:
    """A data set of a suite, and how its answers are compared."""

    name: str
    """Its name in tables, and the name of its folders."""
    source: str
    """File, folder, or id on the Hub."""
    config: str | None
    split: str | None
    revision: str | None
    part: Sampling | None
    """The questions that are asked; None for all."""
    scoring: Scoring


@dataclass(frozen=True, slots=True)
class Pair:
    """A model and a data set that it is evaluated on."""

    model: SuiteModel
    data: SuiteData

    @property
    def label(self) -> str:
        """The name of the pair in messages."""
        return f"{self.model.name} on {self.data.name}"

    @property
    def folder(self) -> str:
        """Path of its record, relative to the folder of the suite's results."""
        return f"{self.model.name}/{self.data.name}"


@dataclass(frozen=True, slots=True)
class Suite:
    """Models and data sets; every model is evaluated on every data set, with the same options."""

    models: tuple[SuiteModel, ...]
    data: tuple[SuiteData, ...]
    options: AnsweringOptions
    engine: EngineOptions


def read_suite(path: Path) -> Suite:
    """The suite in a TOML file; every model and data set has a unique name.

    Raises:
        DataError: it cannot be read, or has wrong keys or values.
    """
    text = read_text(path)
    try:
        tables = check_section(SuiteFile, parse_toml(text))
        return Suite(
            models=_models(tables.models),
            data=_data(tables.data),
            options=tables.answering.options,
            engine=tables.engine.options,
        )
    except SectionError as error:
        raise DataError(f"{path}: {error}") from error


def _models(tables: tuple[ModelTable, ...]) -> tuple[SuiteModel, ...]:
    names = distinct_names(
        [
            NamedEntry(f"models.{index}", table.name, table.model, (table.revision,))
            for index, table in enumerate(tables)
        ]
    )
    return tuple(
        SuiteModel(name, table.model, table.revision, table.trust_remote_code)
        for name, table in zip(names, tables, strict=True)
    )


def _data(tables: tuple[DataTable, ...]) -> tuple[SuiteData, ...]:
    names = distinct_names(
        [
            NamedEntry(f"data.{index}", table.name, without_suffix(table.source), _details(table))
            for index, table in enumerate(tables)
        ]
    )
    return tuple(
        SuiteData(
            name=name,
            source=table.source,
            config=table.config,
            split=table.split,
            revision=table.revision,
            part=table.part,
            scoring=Scoring(table.normaliser, table.measures),
        )
        for name, table in zip(names, tables, strict=True)
    )


def _details(table: DataTable) -> tuple[str | None, ...]:
    part = table.part
    return (
        table.config,
        table.split,
        table.revision,
        None if table.normaliser == SQUAD_EN.name else table.normaliser,
        None if part is None else f"{part.method}-{part.questions}",
        None if part is None or part.seed is None else f"seed-{part.seed}",
    )
