"""A TOML file to the suite that it describes, or to one sentence that says its fault."""

from pathlib import Path

from qareport.errors import DataError, SectionError
from qareport.files import read_text
from qareport.reading.source import SQUAD_SUFFIXES, TABLE_SUFFIXES
from qareport.scoring.normalisers import SQUAD_EN
from qareport.section_reading import check_section, parse_toml
from qareport.suites.keys import DataTable, ModelTable, SuiteFile
from qareport.suites.naming import Calling, distinct_names
from qareport.suites.suite import Suite, SuiteData, SuiteModel


def read_suite(path: Path) -> Suite:
    """The suite in a TOML file; every part has a name of its own.

    Raises:
        DataError: it cannot be read, or says what a suite cannot say.
    """
    text = read_text(path)
    try:
        said = check_section(SuiteFile, parse_toml(text))
        return Suite(
            models=_models(said.models),
            data=_data(said.data),
            options=said.answering.options,
            engine=said.engine.options,
        )
    except SectionError as error:
        raise DataError(f"{path}: {error}") from error


def _models(tables: tuple[ModelTable, ...]) -> tuple[SuiteModel, ...]:
    names = distinct_names(
        [
            Calling(f"models.{place}", table.name, table.model, (table.revision,))
            for place, table in enumerate(tables)
        ]
    )
    return tuple(
        SuiteModel(name, table.model, table.revision, table.trust_remote_code)
        for name, table in zip(names, tables, strict=True)
    )


def _data(tables: tuple[DataTable, ...]) -> tuple[SuiteData, ...]:
    names = distinct_names(
        [
            Calling(f"data.{place}", table.name, _without_suffix(table.source), _details(table))
            for place, table in enumerate(tables)
        ]
    )
    return tuple(
        SuiteData(
            name=name,
            source=table.source,
            config=table.config,
            split=table.split,
            revision=table.revision,
            limit=table.limit,
            normaliser=table.normaliser,
        )
        for name, table in zip(names, tables, strict=True)
    )


def _without_suffix(source: str) -> str:
    suffixes = sorted((*SQUAD_SUFFIXES, *TABLE_SUFFIXES), key=len, reverse=True)
    return next((source.removesuffix(each) for each in suffixes if source.endswith(each)), source)


def _details(table: DataTable) -> tuple[str | None, ...]:
    return (
        table.config,
        table.split,
        table.revision,
        None if table.normaliser == SQUAD_EN.name else table.normaliser,
        None if table.limit is None else f"first-{table.limit}",
    )
