"""Copies records without the texts of the data, for data that may not be shown."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from qareport.analysis.examples.rows import DroppedRow, Row
from qareport.data.files import read_text, write_text
from qareport.data.findings import FindingGroup
from qareport.data.inside import inside
from qareport.data.outputs import refuse_links
from qareport.data.own_key import OwnKey, own_key
from qareport.data.types import Example, GoldAnswer
from qareport.errors import DataError, OutputError
from qareport.evaluation.record.file_names import CARD_TOML
from qareport.evaluation.record.reader import Record, find_records, read_record, why_no_record
from qareport.evaluation.record.replacement import complete_record, replacing_record, writing
from qareport.evaluation.record.writer import write_examples
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
        DataError: one of the files cannot be read, a record is redacted already, or the user's key
            is damaged.
        OutputError: the new folder cannot be written, or no key can be made.
    """
    for source, target in targets.items():
        refuse_links(output, target)
        redact(read_record(source), target)
    with writing(output):
        if (facts_file := inside(folder, FACTS_FILE)).exists():
            facts = read_facts(facts_file)
            write_facts(replace(facts, findings=_counted(facts.findings)), output / FACTS_FILE)
        for name in COPIED:
            is_authors = name == CARD_TOML and (output / name).exists()
            if (copied := inside(folder, name)).exists() and not is_authors:
                write_text(output / name, read_text(copied))


def redact(record: Record, folder: Path) -> None:
    """Writes a record without its texts, predictions and candidates.

    Scores, margins, spans, mistakes, causes, groups and titles of articles stay. Of a question
    nothing stays, of a passage its digest, and of an answer a digest for each word, so that two
    redacted records agree as much as the whole ones. Digests are made by the user's key: without
    it, nobody can try out which word has one.

    Raises:
        DataError: the record is redacted already, or the user's key is damaged.
        OutputError: the folder cannot be written, no key can be made, or another process is writing
            a record there.
    """
    if record.is_redacted:
        raise DataError(
            f"{record.folder}: is redacted already; redact the whole record, or copy this folder"
        )
    key = own_key()
    redacted = replace(
        record.evaluation, findings=_counted(record.evaluation.findings), redaction_key_id=key.id
    )
    with writing(folder) as own, replacing_record(own) as new:
        write_examples(new, [redacted_row(row, key) for row in record.asked])
        complete_record(new, redacted, is_own=record.is_own)


def redacted_row(row: Row, key: OwnKey) -> Row:
    """A row with digests by the key for texts."""
    text = _digests(row.text, key)
    bare = replace(row, example=_redacted(row.example, key), text=text)
    if isinstance(bare, DroppedRow):
        return bare
    return replace(bare, best_text=_digests(bare.best_text, key))


def _redacted(example: Example, key: OwnKey) -> Example:
    without_text = partial(_without_text, key=key)
    return replace(
        example,
        question="",
        context=_digest(example.context, key),
        gold_answers=tuple(map(without_text, example.gold_answers)),
        plausible_answers=tuple(map(without_text, example.plausible_answers)),
    )


def _without_text(answer: GoldAnswer, key: OwnKey) -> GoldAnswer:
    return replace(answer, text=_digests(answer.text, key))


def _digests(text: str, key: OwnKey) -> str:
    """A digest for each word that counts; nothing for no text."""
    words = SQUAD_EN.normalise(text).split()
    return " ".join(_digest(word, key) for word in words) if words or not text else NO_WORD


def _digest(text: str, key: OwnKey) -> str:
    return key.digest("text", text)[:DIGITS]


def _counted(findings: Sequence[FindingGroup]) -> tuple[FindingGroup, ...]:
    """The findings with their numbers, without the cases, which quote texts."""
    return tuple(replace(group, cases=()) for group in findings)
