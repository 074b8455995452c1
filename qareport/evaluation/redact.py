"""Copies records without the texts of the data, for data that may not be shown."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from qareport.analysis.examples.rows import DroppedRow, Row
from qareport.data.files import read_text, write_text
from qareport.data.findings import FindingGroup
from qareport.data.outputs import refuse_links
from qareport.data.types import Example, GoldAnswer
from qareport.errors import DataError, OutputError
from qareport.evaluation.record.reader import Record, find_records, read_record, why_no_record
from qareport.evaluation.record.replacement import complete_record, replacing_record, writing
from qareport.evaluation.record.writer import CARD_TOML, write_examples
from qareport.evaluation.training_json import FACTS_FILE, RUN_FILES, read_facts, write_facts
from qareport.metrics.normalisers import SQUAD_EN

COPIED = (*RUN_FILES, CARD_TOML)
"""Files beside records that hold no texts of the data."""
DIGITS = 12
"""Of a digest, in hexadecimal; enough that no two words of a data set share one."""
NO_WORD = "0" * DIGITS
"""Stands for an answer without any word, which is still an answer."""


def find_targets(folder: Path, output: Path) -> Mapping[Path, Path]:
    """The folder that each record of a folder goes to, by its own folder.

    Raises:
        DataError: there is no record.
        OutputError: the output is the folder or within it, or a record there would be replaced.
    """
    records = find_records(folder)
    if not records:
        raise DataError(why_no_record(folder))
    targets = {record: output / record.relative_to(folder) for record in records}
    for path in (output, *targets.values()):
        if path.resolve().is_relative_to(folder.resolve()):
            raise OutputError(
                f"{path}: is the folder of the records or within it, where their texts would be "
                "lost or stay beside them; name a folder elsewhere"
            )
    return targets


def redact_folder(folder: Path, output: Path, targets: Mapping[Path, Path]) -> None:
    """Writes the records of a folder to their targets, and what a training left there.

    Raises:
        DataError: one of the files cannot be read.
        OutputError: the new folder cannot be written.
    """
    for source, target in targets.items():
        refuse_links(output, target)
        redact(read_record(source), target)
    with writing(output):
        if (folder / FACTS_FILE).exists():
            facts = read_facts(folder / FACTS_FILE)
            write_facts(replace(facts, findings=_counted(facts.findings)), output / FACTS_FILE)
        for name in COPIED:
            is_authors = name == CARD_TOML and (output / name).exists()
            if (folder / name).exists() and not is_authors:
                write_text(output / name, read_text(folder / name))


def redact(record: Record, folder: Path) -> None:
    """Writes a record without its texts, predictions and candidates.

    Scores, margins, spans, mistakes, causes, groups and titles of articles stay. Of a question
    nothing stays, of a passage its digest, and of an answer a digest for each word, so that two
    redacted records agree as much as the whole ones.

    Raises:
        OutputError: the folder cannot be written, or another process is writing a record there.
    """
    with writing(folder) as own, replacing_record(own) as new:
        write_examples(new, [redacted_row(row) for row in record.asked])
        findings = _counted(record.evaluation.findings)
        complete_record(new, replace(record.evaluation, findings=findings))


def redacted_row(row: Row) -> Row:
    """A row with digests for texts."""
    bare = replace(row, example=_redacted(row.example), text=_digests(row.text))
    if isinstance(bare, DroppedRow):
        return bare
    return replace(bare, best_text=_digests(bare.best_text))


def _redacted(example: Example) -> Example:
    return replace(
        example,
        question="",
        context=_digest(example.context),
        gold_answers=tuple(map(_without_text, example.gold_answers)),
        plausible_answers=tuple(map(_without_text, example.plausible_answers)),
    )


def _without_text(answer: GoldAnswer) -> GoldAnswer:
    return replace(answer, text=_digests(answer.text))


def _digests(text: str) -> str:
    """A digest for each word that counts; nothing for no text."""
    words = SQUAD_EN.normalise(text).split()
    return " ".join(map(_digest, words)) if words or not text else NO_WORD


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:DIGITS]


def _counted(findings: Sequence[FindingGroup]) -> tuple[FindingGroup, ...]:
    """The findings with their numbers, without the cases, which quote texts."""
    return tuple(replace(group, cases=()) for group in findings)
